// The recorded profiles of tests/testdata/profiles.
#pragma once

#include "agent/base/file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace agent::testing {

/// Sorted paths of all of them.
inline std::vector<std::filesystem::path> testdata_profiles() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KPROFD_SOURCE_DIR "/tests/testdata/profiles")) {
    if (entry.path().string().ends_with(".pb.gz")) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

inline std::string file_content(const std::filesystem::path& path) {
  Result<std::string> content = read_file(path, 64UL << 20U);
  EXPECT_TRUE(content) << path;
  return content ? *content : std::string();
}

/// The bytes of one, for example "kubelet/heap-0001".
inline std::string testdata_profile(const std::string& name) {
  return file_content(std::filesystem::path(KPROFD_SOURCE_DIR "/tests/testdata/profiles") / (name + ".pb.gz"));
}

}  // namespace agent::testing
