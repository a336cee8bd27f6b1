// Frames: how a block file is cut into records (FORMAT.md, "Frames"). Bytes of a file are untrusted.
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/file_system.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::store {

enum class FrameType : std::uint8_t {
  kHeader = 'H',    ///< whose snapshots the block holds; the first frame of a file
  kSnapshot = 'S',  ///< a record of BlockEncoder
  kIndex = 'I',     ///< metadata of all snapshots; the last frame of a sealed block
};

/// A frame longer than this is damage. Memory for a frame is only taken when the file is that long.
inline constexpr std::uint64_t kMaxFramePayload = 256ULL << 20U;

void append_frame(std::string& out, FrameType type, std::string_view payload);
/// What append_frame adds around a payload.
[[nodiscard]] std::size_t framing_bytes(std::size_t payload_bytes);

struct Frame {
  FrameType type = FrameType::kSnapshot;
  std::uint64_t offset = 0;  ///< of the frame in the file
  std::uint64_t bytes = 0;   ///< of the whole frame
  std::string_view payload;  ///< valid until the next call of the scanner
};

/// Walks the frames of a file from `begin` to `end`. Memory: a buffer of 64 KiB, or of one frame when that is longer.
class FrameScanner {
 public:
  FrameScanner(const File& file, std::uint64_t begin, std::uint64_t end) : file_(file), offset_(begin), end_(end) {}

  /// The next frame; nothing at the end. Errors: kCorrupt for one that is cut, of no known type, or whose checksum is wrong, and the place
  /// stays before it; kIo.
  [[nodiscard]] Result<std::optional<Frame>> next();
  /// Moves to the next place after the current one where a whole snapshot frame lies, for what comes behind damage. False when there is
  /// none; also when looking would read 64 MiB and eight times the rest of the file, which only bytes made for it do.
  [[nodiscard]] Result<bool> resynchronise();
  /// Where the next frame begins.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  [[nodiscard]] Result<std::string_view> bytes_at(std::uint64_t offset, std::size_t size);
  [[nodiscard]] Result<Frame> frame_at(std::uint64_t offset);

  const File& file_;
  std::uint64_t offset_;
  std::uint64_t end_;
  std::string buffer_;
  std::uint64_t buffer_offset_ = 0;
};

}  // namespace agent::store
