#include "agent/codec/zstd.hpp"

#include "agent/base/size.hpp"

#include <zstd.h>

#include <new>

namespace agent::codec {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error corrupt(std::string_view what) {
  return Error(Errc::kCorrupt, "not valid zstd data: " + std::string(what), "zstd_corrupt");
}

}  // namespace

struct ZstdCompressor::Context {
  std::unique_ptr<ZSTD_CCtx, FreeContext> zstd{ZSTD_createCCtx()};
};

ZstdCompressor::ZstdCompressor(int level) : context_(std::make_unique<Context>()) {
  if (context_->zstd == nullptr) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(context_->zstd.get(), ZSTD_c_compressionLevel, level);
}
ZstdCompressor::~ZstdCompressor() = default;
ZstdCompressor::ZstdCompressor(ZstdCompressor&&) noexcept = default;
ZstdCompressor& ZstdCompressor::operator=(ZstdCompressor&&) noexcept = default;

std::string ZstdCompressor::compress(std::string_view bytes, std::string_view prefix) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  if (!prefix.empty()) ZSTD_CCtx_refPrefix(context_->zstd.get(), prefix.data(), prefix.size());  // for one frame
  const std::size_t size = ZSTD_compress2(context_->zstd.get(), out.data(), out.size(), bytes.data(), bytes.size());
  // With room for the bound only memory can be missing.
  if (ZSTD_isError(size) != 0) throw std::bad_alloc();
  out.resize(size);
  return out;
}

struct ZstdDecompressor::Context {
  std::unique_ptr<ZSTD_DCtx, FreeContext> zstd{ZSTD_createDCtx()};
};

ZstdDecompressor::ZstdDecompressor() : context_(std::make_unique<Context>()) {
  if (context_->zstd == nullptr) throw std::bad_alloc();
}
ZstdDecompressor::~ZstdDecompressor() = default;
ZstdDecompressor::ZstdDecompressor(ZstdDecompressor&&) noexcept = default;
ZstdDecompressor& ZstdDecompressor::operator=(ZstdDecompressor&&) noexcept = default;

Result<std::string> ZstdDecompressor::decompress(std::string_view bytes, std::size_t max_output_bytes, std::string_view prefix) {
  const unsigned long long claimed = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (claimed == ZSTD_CONTENTSIZE_ERROR) return corrupt("no frame header");
  if (claimed == ZSTD_CONTENTSIZE_UNKNOWN) return corrupt("a frame without a content size");
  if (claimed > max_output_bytes) {
    return Error(Errc::kTooLarge, "zstd data expands to " + format_size(claimed) + ", more than " + format_size(max_output_bytes),
                 "zstd_bomb");
  }
  std::string out(static_cast<std::size_t>(claimed), '\0');
  if (!prefix.empty()) ZSTD_DCtx_refPrefix(context_->zstd.get(), prefix.data(), prefix.size());  // for one frame
  const std::size_t size = ZSTD_decompressDCtx(context_->zstd.get(), out.data(), out.size(), bytes.data(), bytes.size());
  if (ZSTD_isError(size) != 0) return corrupt(ZSTD_getErrorName(size));
  if (size != out.size()) return corrupt("its content is shorter than it says");
  return out;
}

std::string zstd_compress(std::string_view bytes, int level) {
  return ZstdCompressor(level).compress(bytes);
}

Result<std::string> zstd_decompress(std::string_view bytes, std::size_t max_output_bytes) {
  return ZstdDecompressor().decompress(bytes, max_output_bytes);
}

}  // namespace agent::codec
