#include "agent/codec/gzip.hpp"

#include "agent/base/size.hpp"
#include "agent/codec/deflate_scan.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

namespace agent::codec {
namespace {

constexpr std::size_t kFixedHeaderBytes = 10;
constexpr std::size_t kTrailerBytes = 8;
// Go reads names and comments into a buffer of this size, their final zero included, and refuses longer ones.
constexpr std::size_t kMaxHeaderStringBytes = 512;
constexpr std::size_t kMinOutputBytes = 4096;
constexpr std::size_t kHintRatio = 8;

constexpr unsigned kFlagHeaderCrc = 1U << 1U;
constexpr unsigned kFlagExtra = 1U << 2U;
constexpr unsigned kFlagName = 1U << 3U;
constexpr unsigned kFlagComment = 1U << 4U;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};
struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
};

Error truncated(std::string_view where) {
  return Error(Errc::kCorrupt, "gzip data ends inside " + std::string(where) + "; was the download cut?", "gzip_truncated");
}

Error corrupt(std::string_view what) {
  return Error(Errc::kCorrupt, "not valid gzip data: " + std::string(what), "gzip_corrupt");
}

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t little_endian_16(std::string_view bytes) {
  return static_cast<std::uint16_t>(byte_at(bytes, 0) | byte_at(bytes, 1) << 8U);
}

std::uint32_t little_endian_32(std::string_view bytes) {
  return little_endian_16(bytes) | static_cast<std::uint32_t>(little_endian_16(bytes.substr(2))) << 16U;
}

// The length of the zero-ended string at the start, the zero included.
Result<std::size_t> header_string_length(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, kMaxHeaderStringBytes).find('\0');
  if (end != std::string_view::npos) return end + 1;
  if (bytes.size() >= kMaxHeaderStringBytes) return corrupt("a name or comment of more than 511 bytes in a header");
  return truncated("a header");
}

// The length of the member header at the start of `bytes`.
Result<std::size_t> member_header_length(std::string_view bytes) {
  if (bytes.size() < kFixedHeaderBytes) return truncated("a header");
  if (!is_gzip(bytes)) return corrupt("bytes after the last member");
  if (byte_at(bytes, 2) != 8) return corrupt("unknown compression method " + std::to_string(byte_at(bytes, 2)));
  const unsigned flags = byte_at(bytes, 3);
  std::size_t at = kFixedHeaderBytes;
  if ((flags & kFlagExtra) != 0) {
    if (bytes.size() - at < 2) return truncated("a header");
    const std::size_t extra = little_endian_16(bytes.substr(at));
    at += 2;
    if (bytes.size() - at < extra) return truncated("a header");
    at += extra;
  }
  for (const unsigned flag : {kFlagName, kFlagComment}) {
    if ((flags & flag) == 0) continue;
    Result<std::size_t> length = header_string_length(bytes.substr(at));
    if (!length) return length;
    at += *length;
  }
  if ((flags & kFlagHeaderCrc) != 0) {
    if (bytes.size() - at < 2) return truncated("a header");
    if ((libdeflate_crc32(0, bytes.data(), at) & 0xFFFFU) != little_endian_16(bytes.substr(at))) return corrupt("wrong header checksum");
    at += 2;
  }
  return at;
}

class Gunzip {
 public:
  Gunzip(std::string_view bytes, std::size_t max_output) : rest_(bytes), max_output_(max_output) {}

  Result<std::string> run() && {
    if (decompressor_ == nullptr) throw std::bad_alloc();
    output_.resize(first_size());
    do {
      const Result<void> done = member();
      if (!done) return done.error();
    } while (!rest_.empty());
    output_.resize(used_);
    return std::move(output_);
  }

 private:
  [[nodiscard]] std::size_t first_size() const {
    const std::size_t claimed = rest_.size() < kTrailerBytes ? 0 : little_endian_32(rest_.substr(rest_.size() - 4));
    return std::min(max_output_, std::clamp(claimed, kMinOutputBytes, std::max(kMinOutputBytes, rest_.size() * kHintRatio)));
  }

  Result<void> member() {
    const Result<std::size_t> header = member_header_length(rest_);
    if (!header) return header.error();
    rest_.remove_prefix(*header);
    const std::size_t begin = used_;
    Result<void> inflated = inflate();
    if (!inflated) return inflated;
    if (rest_.size() < kTrailerBytes) return truncated("a checksum");
    const std::size_t length = used_ - begin;
    if (little_endian_32(rest_) != libdeflate_crc32(0, output_.data() + begin, length)) return corrupt("wrong checksum");
    if (little_endian_32(rest_.substr(4)) != static_cast<std::uint32_t>(length)) return corrupt("wrong length");
    rest_.remove_prefix(kTrailerBytes);
    return {};
  }

  // One deflate stream from the front of rest_ to output_ at used_.
  Result<void> inflate() {
    for (;;) {
      std::size_t consumed = 0;
      std::size_t produced = 0;
      switch (libdeflate_deflate_decompress_ex(decompressor_.get(), rest_.data(), rest_.size(), output_.data() + used_,
                                               output_.size() - used_, &consumed, &produced)) {
        case LIBDEFLATE_SUCCESS:
          used_ += produced;
          rest_.remove_prefix(consumed);
          return {};
        case LIBDEFLATE_INSUFFICIENT_SPACE:
          if (output_.size() == max_output_) {
            return Error(Errc::kTooLarge, "gzip data expands to more than " + format_size(max_output_), "gzip_bomb");
          }
          output_.resize(output_.size() > max_output_ / 2 ? max_output_ : output_.size() * 2);
          break;
        case LIBDEFLATE_BAD_DATA:
        case LIBDEFLATE_SHORT_OUTPUT:
          if (scan_deflate(rest_) == DeflateDefect::kTruncated) return truncated("its data");
          return corrupt("the compressed data is damaged");
      }
    }
  }

  std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor_{libdeflate_alloc_decompressor()};
  std::string_view rest_;
  std::size_t max_output_;
  std::string output_;
  std::size_t used_ = 0;
};

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.size() >= 2 && bytes[0] == '\x1f' && bytes[1] == '\x8b';
}

Result<std::string> gunzip(std::string_view bytes, std::size_t max_output_bytes) {
  return Gunzip(bytes, max_output_bytes).run();
}

std::string gzip(std::string_view bytes, GzipLevel level) {
  const std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor(libdeflate_alloc_compressor(static_cast<int>(level)));
  if (compressor == nullptr) throw std::bad_alloc();
  std::string out(libdeflate_gzip_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(), out.size()));
  return out;
}

}  // namespace agent::codec
