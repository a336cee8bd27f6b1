#include "agent/pprof/id_index.hpp"

#include <algorithm>

namespace agent::pprof {

IdIndex::IdIndex(const std::vector<std::uint64_t>& ids) : count_(ids.size()) {
  std::uint64_t max_id = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] != i + 1) is_sequential_ = false;
    max_id = std::max(max_id, ids[i]);
  }
  if (is_sequential_) return;
  if (max_id < 2 * ids.size() + 64) {
    build_dense(ids, max_id);
  } else {
    build_sorted(ids);
  }
}

void IdIndex::note_defect(std::uint32_t entry, std::uint64_t id) {
  if (!defect_ || entry < defect_->entry) defect_ = Defect{entry, id};
}

void IdIndex::build_dense(const std::vector<std::uint64_t>& ids, std::uint64_t max_id) {
  dense_.assign(static_cast<std::size_t>(max_id) + 1, kNone);
  for (std::uint32_t entry = 0; entry < ids.size(); ++entry) {
    std::uint32_t& slot = dense_[static_cast<std::size_t>(ids[entry])];
    if (ids[entry] == 0 || slot != kNone) note_defect(entry, ids[entry]);
    slot = entry;
  }
}

void IdIndex::build_sorted(const std::vector<std::uint64_t>& ids) {
  sorted_.reserve(ids.size());
  for (std::uint32_t entry = 0; entry < ids.size(); ++entry) sorted_.emplace_back(ids[entry], entry);
  std::sort(sorted_.begin(), sorted_.end());
  for (std::size_t i = 0; i < sorted_.size(); ++i) {
    const bool repeated = i > 0 && sorted_[i].first == sorted_[i - 1].first;
    if (sorted_[i].first == 0 || repeated) note_defect(sorted_[i].second, sorted_[i].first);
  }
}

std::uint32_t IdIndex::find_in_table(std::uint64_t id) const {
  if (!dense_.empty()) return id < dense_.size() ? dense_[static_cast<std::size_t>(id)] : kNone;
  const auto found = std::lower_bound(sorted_.begin(), sorted_.end(), std::pair<std::uint64_t, std::uint32_t>(id, 0));
  return found != sorted_.end() && found->first == id ? found->second : kNone;
}

}  // namespace agent::pprof
