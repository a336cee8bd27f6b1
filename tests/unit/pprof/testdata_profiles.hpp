// The recorded profiles of tests/testdata/profiles.
#pragma once

#include "tests/support/temp_dir.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace tests {

/// Sorted paths of all of them.
inline std::vector<std::filesystem::path> testdata_profiles() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KPROFD_SOURCE_DIR "/tests/testdata/profiles")) {
    if (entry.path().string().ends_with(".pb.gz")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// The bytes of one, for example "kubelet/heap-0001".
inline std::string testdata_profile(const std::string& name) {
  return file_content(std::filesystem::path(KPROFD_SOURCE_DIR "/tests/testdata/profiles") / (name + ".pb.gz"));
}

}  // namespace tests
