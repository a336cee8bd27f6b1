// The samples half of merge(): the tables that grow and the maps from one source into them. Private to agent/pprof.
#pragma once

#include "agent/pprof/index_table.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/pprof/string_interner.hpp"

#include <cstdint>
#include <vector>

namespace agent::pprof {

/// Adds the samples of one profile after another to `out`, which must have its sample types and no samples or tables yet, and stay.
class Merger {
 public:
  explicit Merger(Profile& out);

  /// Sample types must be as many as those of out.
  void add(const Profile& source);

  /// For header strings of source profiles.
  StringId intern(std::string_view text) { return strings_.intern(text); }

 private:
  void map_sample(std::size_t sample);
  void map_labels(std::size_t sample);
  std::uint32_t map_location(std::uint32_t index);
  std::uint32_t make_location(const Location& from);
  std::uint32_t map_function(std::uint32_t index);
  std::uint32_t map_mapping(std::uint32_t index);
  StringId map_string(StringId id);
  [[nodiscard]] bool comes_before(const Label& a, const Label& b) const;
  [[nodiscard]] std::uint64_t pending_sample_hash() const;
  [[nodiscard]] bool is_pending_sample(std::uint32_t other) const;

  Profile& out_;
  StringInterner strings_;
  IndexTable samples_;
  IndexTable locations_;
  IndexTable functions_;
  IndexTable mappings_;

  // From indexes of the current source to indexes of out_, kNone where not asked for yet.
  const Profile* source_ = nullptr;
  std::vector<std::uint32_t> string_map_;
  std::vector<std::uint32_t> location_map_;
  std::vector<std::uint32_t> function_map_;
  std::vector<std::uint32_t> mapping_map_;

  // The sample being mapped, in indexes of out_.
  std::vector<std::uint32_t> stack_;
  std::vector<Label> labels_;
  std::vector<Line> lines_;
};

}  // namespace agent::pprof
