// What the profiles of a series have in common: everything of a profile but its times, samples and tables.
#pragma once

#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/dictionary.hpp"

#include <cstdint>
#include <vector>

namespace agent::store {

/// Strings are ids of the dictionary, mappings its mappings in the order of the profile.
struct Schema {
  std::vector<pprof::ValueType> sample_types;
  pprof::ValueType period_type;
  std::int64_t period = 0;
  std::vector<std::uint32_t> comments;
  std::uint32_t drop_frames = 0;
  std::uint32_t keep_frames = 0;
  std::uint32_t default_sample_type = 0;
  std::uint32_t doc_url = 0;
  std::vector<std::uint32_t> mappings;
  bool operator==(const Schema&) const = default;
};

}  // namespace agent::store
