#include "agent/pprof/wire.hpp"

#include <bit>
#include <cstring>

namespace agent::pprof {
namespace {

constexpr std::uint64_t kTopBits = 0x8080808080808080ULL;
constexpr unsigned kMaxVarintBytes = 10;

}  // namespace

// A varint ends at each byte without its top bit, so eight bytes are counted at a time; `run` is how many bytes of an unfinished varint
// the words so far end with.
std::size_t count_packed(std::string_view bytes) {
  std::size_t count = 0;
  unsigned run = 0;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const std::uint64_t ends = ~word & kTopBits;
    count += ((ends >> 7U) * 0x0101010101010101ULL) >> 56U;
    const auto first_end = static_cast<unsigned>(std::countr_zero(ends)) / 8;  // 8 when there is none
    if (run + first_end >= kMaxVarintBytes) throw WireError("varint too long");
    run = ends == 0 ? run + 8 : static_cast<unsigned>(std::countl_zero(ends)) / 8;
  }
  for (const char byte : bytes) {
    const bool is_end = (static_cast<std::uint8_t>(byte) & 0x80U) == 0;
    count += is_end ? 1 : 0;
    run = is_end ? 0 : run + 1;
    if (run >= kMaxVarintBytes) throw WireError("varint too long");
  }
  if (run != 0) throw WireError("a packed field ends inside a varint");
  return count;
}

}  // namespace agent::pprof
