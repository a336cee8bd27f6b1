// Runs a fuzz target on each file of its corpus.
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Corpus, KeepsTheTargetsPromises) {
  int count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KPROFD_CORPUS)) {
    if (!entry.is_regular_file()) continue;
    SCOPED_TRACE(entry.path());
    const std::string content = tests::file_content(entry.path());
    std::printf("%s\n", entry.path().filename().c_str());
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size()), 0);
    ++count;
  }
  EXPECT_GE(count, 5);
}

}  // namespace
