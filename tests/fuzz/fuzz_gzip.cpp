// gunzip of any bytes stays within its limit and gives a cause; gzip of any bytes comes back, and every cut of it is seen as a cut.
#include "agent/codec/deflate_scan.hpp"
#include "agent/codec/gzip.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace {

namespace codec = agent::codec;
using agent::Result;
using tests::promise;

constexpr std::size_t kMaxOutput = 1U << 20U;
constexpr std::size_t kHeaderBytes = 10;
constexpr std::size_t kTrailerBytes = 8;

void check_round_trip(std::string_view bytes) {
  const std::string packed = codec::gzip(bytes, codec::GzipLevel::kFast);
  const Result<std::string> back = codec::gunzip(packed, bytes.size());
  promise(back.has_value() && *back == bytes, "gzip and gunzip give the same bytes");
  if (!bytes.empty()) {
    const Result<std::string> bomb = codec::gunzip(packed, bytes.size() - 1);
    promise(!bomb && bomb.error().cause() == "gzip_bomb", "one byte less room is too little");
  }
  const std::string_view deflate = std::string_view(packed).substr(kHeaderBytes, packed.size() - kHeaderBytes - kTrailerBytes);
  promise(codec::scan_deflate(deflate) == codec::DeflateDefect::kNone, "the scan finds nothing in good data");
  const std::size_t cut = bytes.empty() ? 1 : 1 + static_cast<std::uint8_t>(bytes[0]) % (packed.size() - 1);
  // libdeflate reads up to 8 zero bytes past the end before it gives up, which can be 64 matches of 258 bytes.
  const Result<std::string> part = codec::gunzip(std::string_view(packed).substr(0, cut), bytes.size() + std::size_t{64} * 258);
  promise(!part && part.error().cause() == "gzip_truncated", "a cut is seen as a cut");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<std::string> plain = codec::gunzip(bytes, kMaxOutput);
  if (plain) {
    promise(plain->size() <= kMaxOutput, "the limit holds");
  } else {
    promise(!plain.error().cause().empty(), "every refusal has a cause");
  }
  static_cast<void>(codec::scan_deflate(bytes));
  check_round_trip(bytes);
  return 0;
}
