// The strings of a dictionary section, apart from its bits: bytes that zstd compresses against the strings of the records before.
// FORMAT.md, "Text".
#pragma once

#include "agent/base/result.hpp"
#include "agent/codec/zstd.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace agent::store {

/// What a string is: strings of one kind resemble each other.
enum class TextKind : std::uint8_t { kPackage, kFunction, kRoot, kFile, kOther };
inline constexpr std::size_t kTextKinds = 5;

/// The strings of one record after the other. The writer puts them and takes the content; the reader opens the content and takes them, in
/// the same order within each kind.
class TextStreams {
 public:
  static constexpr std::size_t kMaxText = 1U << 20U;  ///< bytes of a string that an encoder takes

  /// Writing: adds a string.
  void put(std::string_view text, TextKind kind);
  /// Writing: all that was put; empty when nothing was. The next record begins.
  [[nodiscard]] std::string finish();

  /// Reading: goes on with what finish() gave, which outlives the reading of it. False when it is damaged.
  [[nodiscard]] bool open(std::string_view content);
  /// Reading: the next string. False when there is none.
  [[nodiscard]] bool take(TextKind kind, std::string& text);

 private:
  std::array<std::string, kTextKinds> written_;
  std::array<std::string_view, kTextKinds> unread_;
};

/// Packs the contents of a block's TextStreams against those before, whichever model they are of.
class TextPacker {
 public:
  [[nodiscard]] std::string pack(std::string_view content);
  /// Takes what pack() gave off the front of `bytes`. What is unpacked may be kept, so that all of a block is bounded. Errors: kTooLarge
  /// (more than `most` bytes, with all that was unpacked before; at most what a block can have), kCorrupt.
  [[nodiscard]] Result<std::string> unpack(std::string_view& bytes, std::size_t most);

  [[nodiscard]] std::size_t memory_bytes() const { return history_.capacity(); }

 private:
  void remember(std::string_view content);
  [[nodiscard]] std::string_view prefix() const;

  std::unique_ptr<codec::ZstdDecompressor> decompressor_;  // made when it is first needed
  std::string history_;
  std::size_t unpacked_ = 0;  // of the block, which is bounded
};

}  // namespace agent::store
