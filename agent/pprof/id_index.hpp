// From the ids that a profile file gives its mappings, functions and locations to dense indexes. Private to agent/pprof.
#pragma once

#include "agent/pprof/profile.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace agent::pprof {

/// Ids may be any 64-bit number. Go numbers 1, 2, 3 ..., which needs no table at all; nearly dense ids take an array; others a sorted list,
/// so that no choice of ids makes a lookup slower than a binary search.
class IdIndex {
 public:
  /// An entry whose id cannot be used.
  struct Defect {
    std::uint32_t entry;
    std::uint64_t id;  ///< 0: reserved; otherwise an earlier entry has it
  };

  IdIndex() = default;
  /// `ids[i]` is the id of entry i.
  explicit IdIndex(const std::vector<std::uint64_t>& ids);

  /// The entry with this id, or kNone.
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    if (is_sequential_) return id - 1 < count_ ? static_cast<std::uint32_t>(id - 1) : kNone;
    return find_in_table(id);
  }

  /// The first entry, in the order of the file, with a reserved or repeated id.
  [[nodiscard]] const std::optional<Defect>& defect() const { return defect_; }

 private:
  [[nodiscard]] std::uint32_t find_in_table(std::uint64_t id) const;
  void build_dense(const std::vector<std::uint64_t>& ids, std::uint64_t max_id);
  void build_sorted(const std::vector<std::uint64_t>& ids);
  void note_defect(std::uint32_t entry, std::uint64_t id);

  bool is_sequential_ = true;
  std::size_t count_ = 0;
  std::vector<std::uint32_t> dense_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> sorted_;
  std::optional<Defect> defect_;
};

}  // namespace agent::pprof
