// Profiles that nothing compresses, as large as a test wants: the worst that a target can send.
#pragma once

#include "agent/pprof/profile.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace tests {

/// Nothing like that of another seed: each sample has `depth` frames, taken at random from `locations`.
[[nodiscard]] inline agent::pprof::Profile large_profile(std::uint32_t seed, std::uint32_t samples, std::uint32_t depth,
                                                         std::uint32_t locations) {
  std::minstd_rand random(seed + 1);
  agent::pprof::Profile profile;
  const auto text = [&](const std::string& value) { return profile.strings.append(value); };
  profile.sample_types = {{text("inuse_space"), text("bytes")}};
  profile.mappings.push_back({.start = 0x400000, .limit = 0x8000000, .file = text("/bin/program"), .has_functions = true});
  for (std::uint32_t i = 0; i < locations; ++i) {
    const std::string name = std::to_string(seed) + "/" + std::to_string(random()) + "/" + std::to_string(i);
    agent::pprof::Function function{.name = text("pkg/" + name + ".f"), .start_line = static_cast<std::int64_t>(random() % 5000)};
    if (i % 2 == 0) function.filename = text("/src/" + name + ".go");
    profile.functions.push_back(function);
    profile.lines.push_back({.function = i, .line = static_cast<std::int64_t>(random() % 5000), .column = 0});
    profile.locations.push_back({.address = 0x400000 + 16ULL * i, .mapping = 0, .first_line = i, .line_count = 1});
  }
  for (std::uint32_t i = 0; i < samples; ++i) {
    for (std::uint32_t k = 0; k < depth; ++k) profile.stack.push_back(static_cast<std::uint32_t>(random() % locations));
    profile.stack_begin.push_back(static_cast<std::uint32_t>(profile.stack.size()));
    profile.values.push_back(static_cast<std::int64_t>(random()) << 20U);
    profile.label_begin.push_back(0);
  }
  return profile;
}

}  // namespace tests
