// tests/testdata/config/NAME.yaml is wrong in the ways that NAME.problems says, line for line.
// KPROFD_UPDATE_GOLDEN=1 writes the .problems files; read the difference before you commit it.
#include "agent/base/file.hpp"
#include "tests/unit/config/config_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

namespace agent::config {
namespace {

std::vector<std::filesystem::path> bad_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(KPROFD_SOURCE_DIR "/tests/testdata/config")) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(BadConfigurations, AreReportedWholeAndToTheColumn) {
  const auto files = bad_files();
  EXPECT_FALSE(files.empty());
  for (const auto& file : files) {
    std::string problems;
    for (auto problem : load(file, fake_environment({{"NODE_NAME", "node1"}})).problems) {
      problem.file = file.filename().string();
      problems += to_string(problem) + "\n";
    }
    auto golden = file;
    golden.replace_extension(".problems");
    if (std::getenv("KPROFD_UPDATE_GOLDEN") != nullptr) {
      ASSERT_TRUE(write_file_atomically(golden, problems));
    }
    const auto expected = read_file(golden, 1U << 20U);
    ASSERT_TRUE(expected) << golden;
    EXPECT_EQ(problems, *expected) << file;
    EXPECT_FALSE(problems.empty()) << file;
  }
}

TEST(Load, AFileThatCannotBeReadIsAProblem) {
  const auto loaded = load("/nonexistent/kprofd.yaml", fake_environment());
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(to_string(loaded.problems[0]), "/nonexistent/kprofd.yaml: open /nonexistent/kprofd.yaml: No such file or directory");
}

}  // namespace
}  // namespace agent::config
