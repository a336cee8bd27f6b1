// links: cli store
// Completion in a real bash: the script that kprofctl prints, asked as the tab key asks it.
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

const std::string kKprofctl = std::string(KPROFD_BINARY_DIR) + "/bin/kprofctl";

/// What bash offers for `line` with the cursor at its end: the words, each on a line of its own. Bash's own word breaks are given by hand,
/// since only readline makes them.
std::string offered(const tests::TempDir& temp, const std::string& line, const std::string& words) {
  const auto script = temp.write("ask.bash", "source <(" + kKprofctl + " completion bash)\ncompopt() { :; }\nCOMP_WORDS=(" + words +
                                                 ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\nCOMP_LINE='" + line +
                                                 "'\nCOMP_POINT=${#COMP_LINE}\n_kprofctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  FILE* pipe = ::popen(("bash " + script.string() + " 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), got);
  ::pclose(pipe);
  return out;
}

struct BashCompletion : testing::Test {
  tests::TempDir temp;
  void SetUp() override {
    if (!std::filesystem::exists(kKprofctl)) GTEST_SKIP() << "kprofctl is not built";
  }
};

TEST_F(BashCompletion, OffersCommandsOptionsAndValues) {
  EXPECT_EQ(offered(temp, kKprofctl + " ver", kKprofctl + " ver"), "verify\nversion\n");
  EXPECT_EQ(offered(temp, kKprofctl + " snapshots --cau", kKprofctl + " snapshots --cau"), "--cause\n");
  EXPECT_EQ(offered(temp, kKprofctl + " snapshots --type ", kKprofctl + " snapshots --type ''").substr(0, 9), "cpu\nheap\n");
}

TEST_F(BashCompletion, JoinsWhatBashCutsAtEqualSignsAndColons) {
  EXPECT_EQ(offered(temp, kKprofctl + " snapshots --type=h", kKprofctl + " snapshots --type = h"), "heap\n");
  EXPECT_EQ(offered(temp, kKprofctl + " --server http://127.0.0.1:1 ser", kKprofctl + " --server http : //127.0.0.1 : 1 ser"), "series\n");
}

TEST_F(BashCompletion, OffersComponentsOfTheStoreThatTheLineNames) {
  const std::string store = temp / "store";
  const std::string file = std::string(KPROFD_SOURCE_DIR) + "/tests/testdata/profiles/etcd/heap-0001.pb.gz";
  ASSERT_EQ(std::system((kKprofctl + " --store " + store + " import -c etcd " + file + " >/dev/null").c_str()), 0);
  EXPECT_EQ(offered(temp, kKprofctl + " --store " + store + " merge -c e", kKprofctl + " --store " + store + " merge -c e"), "etcd\n");
}

TEST_F(BashCompletion, LeavesFilesToBash) {
  temp.write("files/heap-1.pb.gz", "");
  const std::string start = (temp / "files/hea").string();
  EXPECT_EQ(offered(temp, kKprofctl + " import " + start, kKprofctl + " import " + start), (temp / "files/heap-1.pb.gz").string() + "\n");
}

}  // namespace
