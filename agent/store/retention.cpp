#include "agent/store/retention.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

namespace agent::store {
namespace {

/// Of each component, and of each of its series.
std::vector<bool> find_newest(const std::vector<RetentionBlock>& blocks) {
  struct Newest {
    WallTime last;
    std::size_t block;
  };
  constexpr int kAnyType = -1;
  std::map<std::pair<std::string_view, int>, Newest> newest;
  const auto note = [&](std::size_t block, int type, WallTime last) {
    const auto [place, is_new] = newest.try_emplace({blocks[block].component, type}, Newest{last, block});
    if (!is_new && last >= place->second.last) place->second = {last, block};
  };
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    note(i, kAnyType, blocks[i].last);
    for (const auto& series : blocks[i].types) note(i, static_cast<int>(series.type), series.last);
  }
  std::vector<bool> is_newest(blocks.size());
  for (const auto& [series, found] : newest) is_newest[found.block] = true;
  return is_newest;
}

}  // namespace

RetentionPlan blocks_to_delete(const std::vector<RetentionBlock>& blocks, const RetentionLimits& limits, WallTime now,
                               std::uint64_t free_bytes) {
  const auto is_newest = find_newest(blocks);
  std::vector<std::size_t> order(blocks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (is_newest[a] != is_newest[b]) return static_cast<bool>(is_newest[b]);
    return blocks[a].last < blocks[b].last;
  });
  std::uint64_t bytes = 0;
  for (const auto& block : blocks) bytes += block.bytes;

  RetentionPlan plan;
  std::vector<std::size_t> spare;  // what may go for the sake of the file system, oldest first
  std::uint64_t spare_bytes = 0;
  for (const std::size_t i : order) {
    const bool too_old = limits.max_age > Duration(0) && !is_newest[i] && blocks[i].last < now - limits.max_age;
    const bool too_much = limits.max_bytes > 0 && bytes > limits.max_bytes;
    if (too_old || too_much) {
      plan.doomed.push_back(i);
      bytes -= blocks[i].bytes;
      free_bytes += blocks[i].bytes;
    } else if (!is_newest[i]) {
      spare.push_back(i);
      spare_bytes += blocks[i].bytes;
    }
  }
  plan.spare_bytes = spare_bytes;
  plan.reaches_min_free = free_bytes >= limits.min_free_bytes || spare_bytes >= limits.min_free_bytes - free_bytes;
  // Others fill the file system: what is deleted in vain is lost for nothing.
  if (!plan.reaches_min_free) return plan;
  for (const std::size_t i : spare) {
    if (free_bytes >= limits.min_free_bytes) break;
    plan.doomed.push_back(i);
    free_bytes += blocks[i].bytes;
  }
  return plan;
}

}  // namespace agent::store
