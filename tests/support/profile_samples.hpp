// The recorded profiles of tests/testdata/profiles.
#pragma once

#include "agent/model/profile_type.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/pprof/profile.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace tests {

struct RecordedProfile {
  agent::model::ProfileType type = agent::model::ProfileType::kHeap;
  std::string name;
  std::size_t file_bytes = 0;
  agent::pprof::Profile profile;
};

/// Of one component, round by round, all its types in each. Throws when there is none.
[[nodiscard]] inline std::vector<RecordedProfile> recorded_profiles(const std::filesystem::path& folder) {
  using agent::model::ProfileType;
  std::vector<RecordedProfile> result;
  for (int round = 1; round < 100; ++round) {
    for (const ProfileType type :
         {ProfileType::kHeap, ProfileType::kAllocs, ProfileType::kGoroutine, ProfileType::kBlock, ProfileType::kMutex, ProfileType::kCpu}) {
      const std::string number = std::to_string(10000 + round).substr(1);
      const std::string name = std::string(agent::model::to_string(type)) + "-" + number + ".pb.gz";
      std::ifstream in(folder / name, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.empty()) continue;
      auto profile = agent::pprof::decode(bytes);
      if (!profile) throw std::runtime_error(name + ": " + profile.error().message());
      result.push_back({type, name, bytes.size(), std::move(*profile)});
    }
  }
  if (result.empty()) throw std::runtime_error("no profiles in " + folder.string());
  return result;
}

}  // namespace tests
