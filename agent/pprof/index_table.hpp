// A hash table over the entries of some array: it knows their indexes and hashes, the caller the entries. For interning and merging.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::pprof {

/// Hashes a sequence of numbers and texts. Seeded anew in each process: profiles come from programs that need not be trusted, and a known
/// hash would let one choose its strings so that they all collide.
class Hasher {
 public:
  Hasher();
  Hasher& add(std::uint64_t number) {
    state_ = mix(state_ ^ number, 0x9E3779B97F4A7C15ULL);
    return *this;
  }
  Hasher& add(std::string_view text);
  [[nodiscard]] std::uint64_t hash() const { return mix(state_, 0xD6E8FEB86659FD93ULL); }

 private:
  static std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  }
  std::uint64_t state_;
};

/// Open addressing with linear probing, at most half full. Entries are 0, 1, 2 ... in the order of their insertion and stay.
class IndexTable {
 public:
  /// Room for this many entries without growing.
  void reserve(std::size_t entries);

  [[nodiscard]] std::size_t size() const { return hashes_.size(); }

  /// The entry with this hash for which `equals(entry)` holds; otherwise a new one, size(), which the caller has to append to its array.
  /// Returns {entry, whether it is new}.
  template <class Equals>
  std::pair<std::uint32_t, bool> find_or_add(std::uint64_t hash, Equals equals) {
    if (hashes_.size() * 2 >= slots_.size()) grow();
    for (std::size_t slot = hash & (slots_.size() - 1);; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::uint32_t entry = slots_[slot];
      if (entry == kFree) {
        const auto added = static_cast<std::uint32_t>(hashes_.size());
        slots_[slot] = added;
        hashes_.push_back(hash);
        return {added, true};
      }
      if (hashes_[entry] == hash && equals(entry)) return {entry, false};
    }
  }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFFU;

  void grow();
  void rehash(std::size_t slot_count);

  std::vector<std::uint32_t> slots_;
  std::vector<std::uint64_t> hashes_;
};

}  // namespace agent::pprof
