#include "agent/store/encoding/tree_coder.hpp"

#include <algorithm>
#include <bit>

namespace agent::store {
namespace {

enum Question : std::uint32_t { kAttachMore, kAttachStep, kChildMore, kIsGuess, kIsFresh, kFreshIndex, kLocation };

constexpr std::size_t kMaxCallees = 64;  // kept for each location
constexpr std::size_t kMaxGuesses = 12;
constexpr unsigned kPairBits = 12;

std::uint64_t small(std::uint64_t value, std::uint64_t limit) {
  return std::min(value, limit);
}

}  // namespace

TreeCoder::TreeCoder(Dictionary& dictionary)
    : dictionary_(dictionary), coder_(13), callees_(1), pair_callee_(std::size_t{1} << kPairBits) {}

std::uint32_t& TreeCoder::pair_slot(std::uint32_t node) {
  const std::uint32_t parent = dictionary_.nodes()[node].parent;
  const std::uint32_t above = parent == kNone ? kNone : location_of(parent);
  return pair_callee_[context_hash(900, location_of(node), above) >> (32 - kPairBits)];
}

void TreeCoder::learn(std::uint32_t parent, std::uint32_t location) {
  std::vector<std::uint32_t>& callees = callees_[location_of(parent) + 1];  // the root's kNone wraps to 0
  const auto found = std::ranges::find(callees, location);
  if (found != callees.end()) {
    std::rotate(callees.begin(), found, found + 1);
  } else {
    if (callees.size() >= kMaxCallees) callees.pop_back();
    callees.insert(callees.begin(), location);
  }
  pair_slot(parent) = location + 1;
}

void TreeCoder::code_nodes(BitCoder& io) {
  first_of_batch_ = nodes_coded_;
  const auto locations = static_cast<std::uint32_t>(dictionary_.locations().size());
  callees_.resize(std::size_t{locations} + 1);
  for (; locations_seen_ < locations; ++locations_seen_) fresh_.push_back(locations_seen_);
  std::uint32_t next = 0;
  while (coder_.code_bit(io, nodes_coded_ < dictionary_.nodes().size() && io.writing(), {kAttachMore, {next == 0}})) {
    if (io.failed()) return;
    const std::uint32_t attach = io.writing() ? dictionary_.nodes()[nodes_coded_].parent : 0;
    const auto scale = static_cast<std::uint64_t>(std::bit_width(first_of_batch_));
    const std::uint64_t step = coder_.code_number(io, attach - next, {kAttachStep, {0, scale}});
    if (step >= first_of_batch_ - next) return io.fail();
    code_subtree(io, next + static_cast<std::uint32_t>(step));
    next += static_cast<std::uint32_t>(step) + 1;
    if (next == first_of_batch_) return;
  }
}

bool TreeCoder::more_children(BitCoder& io, const Spot& spot) {
  const bool more = io.writing() && nodes_coded_ < dictionary_.nodes().size() && dictionary_.nodes()[nodes_coded_].parent == spot.node;
  const std::size_t known = callees_[location_of(spot.node) + 1].size();
  const std::uint64_t state = small(spot.children, 3) * 2 + (spot.node < first_of_batch_ ? 1 : 0);
  return coder_.code_bit(io, more, {kChildMore, {state * 8 + small(known, 7), 1024 + std::uint64_t{location_of(spot.node)} * 8 + state}});
}

void TreeCoder::code_subtree(BitCoder& io, std::uint32_t attach) {
  std::vector<Spot> path{{attach, 0}};
  bool forced = true;  // what new nodes hang on has at least one
  while (!path.empty()) {
    if (io.failed() || nodes_coded_ >= dictionary_.bounds().nodes) return io.fail();
    if (!forced && !more_children(io, path.back())) {
      path.pop_back();
      continue;
    }
    forced = false;
    const std::uint32_t location = code_child(io, path.back(), io.writing() ? location_of(nodes_coded_) : 0);
    if (io.failed()) return;
    if (dictionary_.intern_node({path.back().node, location}) != nodes_coded_) return io.fail();
    learn(path.back().node, location);
    ++path.back().children;
    path.push_back({nodes_coded_++, 0});
  }
}

std::uint32_t TreeCoder::code_child(BitCoder& io, const Spot& spot, std::uint32_t location) {
  const std::uint32_t guessed = code_guessed(io, spot, location);
  return guessed != kNone ? guessed : code_unguessed(io, location);
}

std::uint32_t TreeCoder::code_guessed(BitCoder& io, const Spot& spot, std::uint32_t location) {
  const std::vector<std::uint32_t>& callees = callees_[location_of(spot.node) + 1];
  const std::uint32_t pair = pair_slot(spot.node);
  std::uint64_t rank = 0;
  const bool childless = spot.node >= first_of_batch_ && spot.children == 0;
  const auto is_free = [&](std::uint32_t candidate) {
    if (childless) return true;
    const std::uint32_t node = dictionary_.find_node({spot.node, candidate});
    return node == kNone || node >= nodes_coded_;
  };
  const auto ask = [&](std::uint32_t candidate, bool by_pair) {
    const std::uint64_t state = (small(spot.children, 2) * 2 + (spot.node < first_of_batch_ ? 1 : 0)) * 2 + (by_pair ? 1 : 0);
    const std::uint64_t shape = small(rank, 7) * 8 + small(callees.size(), 7);
    return coder_.code_bit(
        io, location == candidate,
        {kIsGuess, {state * 64 + shape, 65536 + std::uint64_t{candidate} * 4 + (by_pair ? 2 : 0) + (rank == 0 ? 1 : 0)}});
  };
  if (pair != 0 && is_free(pair - 1)) {
    if (ask(pair - 1, true)) return pair - 1;
    ++rank;
  }
  for (std::size_t i = 0; i < callees.size() && rank < kMaxGuesses; ++i) {
    if (callees[i] + 1 == pair || !is_free(callees[i])) continue;
    if (ask(callees[i], false)) return callees[i];
    ++rank;
  }
  return kNone;
}

std::uint32_t TreeCoder::code_unguessed(BitCoder& io, std::uint32_t location) {
  const auto at = std::ranges::lower_bound(fresh_, location);
  const bool is_fresh = at != fresh_.end() && *at == location;
  if (coder_.code_bit(io, is_fresh, {kIsFresh, {small(static_cast<std::uint64_t>(std::bit_width(fresh_.size())), 15)}})) {
    if (fresh_.empty()) return io.fail(), 0;
    const auto count = static_cast<std::uint32_t>(fresh_.size());
    const std::uint32_t index =
        static_cast<std::uint32_t>(coder_.code_symbol(io, static_cast<std::uint32_t>(at - fresh_.begin()), count, {kFreshIndex, {0}}));
    const std::uint32_t result = fresh_[index];
    fresh_.erase(fresh_.begin() + index);
    return result;
  }
  if (locations_seen_ == 0) return io.fail(), 0;
  return coder_.code_symbol(io, location, locations_seen_, {kLocation, {0}});
}

std::size_t TreeCoder::memory_bytes() const {
  std::size_t lists = callees_.capacity() * sizeof(callees_[0]);
  for (const auto& list : callees_) lists += list.capacity() * 4;
  return coder_.memory_bytes() + lists + pair_callee_.capacity() * 4 + fresh_.capacity() * 4;
}

}  // namespace agent::store
