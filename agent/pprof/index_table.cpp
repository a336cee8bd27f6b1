#include "agent/pprof/index_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <random>

namespace agent::pprof {
namespace {

std::uint64_t process_seed() {
  static const std::uint64_t kSeed = [] {
    std::random_device random;
    return std::uint64_t{random()} << 32U | random();
  }();
  return kSeed;
}

}  // namespace

Hasher::Hasher() : state_(process_seed()) {}

Hasher& Hasher::add(std::string_view text) {
  add(text.size());
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    add(word);
  }
  std::uint64_t rest = 0;
  if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
  return add(rest);
}

void IndexTable::reserve(std::size_t entries) {
  hashes_.reserve(entries);
  const std::size_t wanted = std::bit_ceil(std::max<std::size_t>(16, entries * 2 + 1));
  if (wanted > slots_.size()) rehash(wanted);
}

void IndexTable::grow() {
  rehash(std::max<std::size_t>(16, slots_.size() * 2));
}

void IndexTable::rehash(std::size_t slot_count) {
  slots_.assign(slot_count, kFree);
  for (std::uint32_t entry = 0; entry < hashes_.size(); ++entry) {
    std::size_t slot = hashes_[entry] & (slot_count - 1);
    while (slots_[slot] != kFree) slot = (slot + 1) & (slot_count - 1);
    slots_[slot] = entry;
  }
}

}  // namespace agent::pprof
