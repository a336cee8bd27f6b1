#include "agent/store/encoding/encoder_limits.hpp"

#include "agent/store/encoding/id_index.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace agent::store {
namespace {

/// The nodes of the tree of the profile's stacks; stops counting past the limit.
std::size_t count_nodes(const pprof::Profile& profile) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> nodes;  // parent, location
  IdIndex index;
  for (std::size_t sample = 0; sample < profile.sample_count(); ++sample) {
    const auto stack = profile.stack_of(sample);
    std::uint32_t parent = kNone;
    for (std::size_t i = stack.size(); i-- > 0;) {
      const std::pair<std::uint32_t, std::uint32_t> node{parent, stack[i]};
      const std::uint64_t hash = hash_combine(hash_combine(7, node.first), node.second);
      const std::uint32_t known = index.find(hash, [&](std::uint32_t id) { return nodes[id] == node; });
      parent = known != kNone ? known : static_cast<std::uint32_t>(nodes.size());
      if (known != kNone) continue;
      if (nodes.size() > EncoderLimits::kProfileNodes) return nodes.size();
      index.insert(hash, parent);
      nodes.push_back(node);
    }
  }
  return nodes.size();
}

Error too_large(std::size_t count, const char* what, std::size_t limit) {
  return Error(Errc::kTooLarge,
               "the profile has " + std::to_string(count) + " " + what + ", more than the " + std::to_string(limit) +
                   " that a store takes; keep it as a file",
               "profile_too_large");
}

}  // namespace

Result<void> check_profile_size(const pprof::Profile& p) {
  const struct {
    const char* what;
    std::size_t count;
    std::size_t limit;
  } checks[] = {
      {"samples", p.sample_count(), EncoderLimits::kProfile.max_samples},
      {"stack entries", p.stack.size(), EncoderLimits::kProfile.max_stack_entries},
      {"labels", p.labels.size(), EncoderLimits::kProfile.max_labels},
      {"sample types", p.sample_types.size(), EncoderLimits::kProfile.max_sample_types},
      {"mappings", p.mappings.size(), EncoderLimits::kProfile.max_mappings},
      {"locations", p.locations.size(), EncoderLimits::kProfile.max_locations},
      {"lines", p.lines.size(), EncoderLimits::kProfile.max_lines},
      {"functions", p.functions.size(), EncoderLimits::kProfile.max_functions},
      {"strings", p.strings.size(), EncoderLimits::kProfile.max_strings},
      {"comments", p.comments.size(), EncoderLimits::kProfile.max_comments},
  };
  for (const auto& check : checks) {
    if (check.count > check.limit) return too_large(check.count, check.what, check.limit);
  }
  std::size_t text = 0;
  for (pprof::StringId id = 0; id < p.strings.size(); ++id) text += p.strings[id].size();
  if (text > EncoderLimits::kProfile.max_string_bytes) return too_large(text, "bytes of strings", EncoderLimits::kProfile.max_string_bytes);
  if (p.stack.size() <= EncoderLimits::kProfileNodes) return {};
  if (count_nodes(p) > EncoderLimits::kProfileNodes) {
    return Error(Errc::kTooLarge,
                 "the profile's stacks part into more than " + std::to_string(EncoderLimits::kProfileNodes) +
                     " frames, more than a store takes; keep it as a file",
                 "profile_too_large");
  }
  return {};
}

// The struct, its places in tables of ids that double as they grow, and in the models of its coder.
std::size_t encoding_bytes(const pprof::Profile& p) {
  constexpr std::size_t kNode = 60;
  constexpr std::size_t kLocation = 130;
  constexpr std::size_t kLine = 40;
  constexpr std::size_t kFunction = 110;
  constexpr std::size_t kString = 90;
  constexpr std::size_t kRow = 60;
  constexpr std::size_t kColumn = 50;
  return std::min(p.stack.size(), EncoderLimits::kProfileNodes) * kNode + p.sample_count() * kRow + p.values.size() * kColumn +
         p.locations.size() * kLocation + p.lines.size() * kLine + p.functions.size() * kFunction + p.strings.size() * kString;
}

}  // namespace agent::store
