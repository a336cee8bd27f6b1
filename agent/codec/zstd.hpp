// zstd with bounded output. Free functions for the odd buffer; contexts for callers that compress many small ones, since making a context
// costs more than compressing a kilobyte.
#pragma once

#include "agent/base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace agent::codec {

/// Reusable compression state of one level. Not thread-safe; one for each thread. Memory: about 1 MiB at level 3, up to 80 MiB at 19 (less
/// for inputs of known small size, which zstd sizes its tables by).
class ZstdCompressor {
 public:
  /// 1 (fast) to 22 (small); zstd takes the nearest for other levels.
  explicit ZstdCompressor(int level);
  ~ZstdCompressor();
  ZstdCompressor(ZstdCompressor&&) noexcept;
  ZstdCompressor& operator=(ZstdCompressor&&) noexcept;

  /// One frame with the content size in its header and no checksum: the store's records carry their own. The bytes are the same for the
  /// same input, level and library version.
  /// What resembles `prefix` costs little; decompress() then needs the same prefix. Reading it takes about the time of compressing it.
  [[nodiscard]] std::string compress(std::string_view bytes, std::string_view prefix = {});

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Reusable decompression state. Not thread-safe; one for each thread.
class ZstdDecompressor {
 public:
  ZstdDecompressor();
  ~ZstdDecompressor();
  ZstdDecompressor(ZstdDecompressor&&) noexcept;
  ZstdDecompressor& operator=(ZstdDecompressor&&) noexcept;

  /// The content of one frame that compress() made with this prefix (another one gives an error or other bytes). The size in its header is
  /// checked against `max_output_bytes` before memory is taken. Errors: kCorrupt ("zstd_corrupt": damaged, cut, several frames, or without
  /// a content size), kTooLarge ("zstd_bomb").
  [[nodiscard]] Result<std::string> decompress(std::string_view bytes, std::size_t max_output_bytes, std::string_view prefix = {});

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// ZstdCompressor(level).compress(bytes).
[[nodiscard]] std::string zstd_compress(std::string_view bytes, int level = 3);
/// ZstdDecompressor().decompress(bytes, max_output_bytes).
[[nodiscard]] Result<std::string> zstd_decompress(std::string_view bytes, std::size_t max_output_bytes);

}  // namespace agent::codec
