// Finds the id of something by its hash: 8 bytes an entry, the things themselves stay where they are.
#pragma once

#include "agent/pprof/profile.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace agent::store {

using pprof::kNone;

[[nodiscard]] constexpr std::uint64_t hash_combine(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9fb21c651e98df25ULL;
  return hash ^ (hash >> 35U);
}

[[nodiscard]] std::uint64_t hash_text(std::string_view text);

class IdIndex {
 public:
  /// The id with this hash for which equal(id), else kNone.
  template <class Equal>
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, const Equal& equal) const {
    if (entries_.empty()) return kNone;
    const auto part = static_cast<std::uint32_t>(hash >> 32U);
    for (std::size_t i = part & mask_;; i = (i + 1) & mask_) {
      if (entries_[i].id == kNone) return kNone;
      if (entries_[i].hash == part && equal(entries_[i].id)) return entries_[i].id;
    }
  }
  /// Requires that it is not there.
  void insert(std::uint64_t hash, std::uint32_t id) {
    if (4 * (size_ + 1) > 3 * entries_.size()) grow();
    place(Entry{static_cast<std::uint32_t>(hash >> 32U), id});
    ++size_;
  }
  [[nodiscard]] std::size_t memory_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {
    std::uint32_t hash = 0;
    std::uint32_t id = kNone;
  };

  void place(const Entry& entry) {
    std::size_t i = entry.hash & mask_;
    while (entries_[i].id != kNone) i = (i + 1) & mask_;
    entries_[i] = entry;
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 64 : 2 * entries_.size());
    old.swap(entries_);
    mask_ = entries_.size() - 1;
    for (const Entry& entry : old) {
      if (entry.id != kNone) place(entry);
    }
  }

  std::vector<Entry> entries_;
  std::size_t size_ = 0;
  std::size_t mask_ = 0;
};

}  // namespace agent::store
