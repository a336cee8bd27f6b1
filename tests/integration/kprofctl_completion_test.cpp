// links: cli store
// Completion in the real shells: the scripts that kprofctl prints, asked as the tab key asks them. zsh runs in a terminal of its own, since
// its completion works nowhere else.
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace {

const std::string kKprofctl = std::string(KPROFD_BINARY_DIR) + "/bin/kprofctl";

/// What a shell command prints, errors included.
std::string output_of(const std::string& command) {
  FILE* pipe = ::popen(("{ " + command + "; } 2>&1").c_str(), "r");
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), got);
  ::pclose(pipe);
  return out;
}

/// What bash offers for `line` with the cursor at its end: the words, each on a line of its own. Bash's own word breaks are given by hand,
/// since only readline makes them.
std::string offered(const tests::TempDir& temp, const std::string& line, const std::string& words) {
  const auto script = temp.write("ask.bash", "source <(" + kKprofctl + " completion bash)\ncompopt() { :; }\nCOMP_WORDS=(" + words +
                                                 ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\nCOMP_LINE='" + line +
                                                 "'\nCOMP_POINT=${#COMP_LINE}\n_kprofctl\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
  return output_of("bash " + script.string());
}

struct Completion : testing::Test {
  tests::TempDir temp;
  void SetUp() override {
    if (!std::filesystem::exists(kKprofctl)) GTEST_SKIP() << "kprofctl is not built";
  }
  /// The script for `shell` in a file; empty, and the test is to be left, where the shell is not installed.
  std::string script_for(const std::string& shell, const std::string& file) {
    if (output_of("command -v " + shell).empty()) return {};
    std::filesystem::create_directories((temp / file).parent_path());
    EXPECT_EQ(output_of(kKprofctl + " completion " + shell + " >" + (temp / file).string()), "");
    EXPECT_EQ(output_of(shell + " -n " + (temp / file).string()), "");
    return temp / file;
  }
};

using BashCompletion = Completion;
using FishCompletion = Completion;

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

TEST_F(FishCompletion, OffersCommandsValuesAndFiles) {
  const std::string script = script_for("fish", "kprofctl.fish");
  if (script.empty()) GTEST_SKIP() << "fish is not installed";
  const auto offered_by_fish = [&](const std::string& line) {
    const auto ask = temp.write("ask.fish", "source " + script + "\ncomplete -C '" + line + "'\n");
    return output_of("HOME=" + temp.path().string() + " fish --no-config " + ask.string() + " | cut -f1");
  };
  EXPECT_EQ(offered_by_fish(kKprofctl + " ver"), "verify\nversion\n");
  EXPECT_EQ(offered_by_fish(kKprofctl + " snapshots --cau"), "--cause\n");
  EXPECT_EQ(offered_by_fish(kKprofctl + " snapshots --type hea"), "heap\n");
  EXPECT_EQ(offered_by_fish(kKprofctl + " snapshots --type=hea"), "--type=heap\n");
  const std::string file = temp.write("files/heap-1.pb.gz", "").string();
  EXPECT_EQ(offered_by_fish(kKprofctl + " import " + file.substr(0, file.size() - 7)), file + "\n");
}

struct ZshCompletion : Completion {
  /// What the terminal shows after `line` and the tab key, once it fits `pattern`; cut off after some seconds when it never does.
  std::string shown(const std::string& line, const std::string& pattern) {
    const auto script = temp.write("ask.zsh", "zmodload zsh/zpty\nzpty shell zsh -f -i\nzpty -w shell \"PS1= TERM=dumb; fpath=(" +
                                                  (temp / "functions").string() + " \\$fpath); path=(" + KPROFD_BINARY_DIR +
                                                  "/bin \\$path); autoload -Uz compinit; compinit -D -u; echo REA''DY\"\n" +
                                                  "zpty -r shell seen '*READY*'\nzpty -w -n shell $'" + line + "\\t'\n" +
                                                  "zpty -r shell seen '" + pattern + "' && print -r -- fits\nprint -r -- ${(V)seen}\n");
    return output_of("HOME=" + temp.path().string() + " timeout 20 zsh -f " + script.string());
  }
};

TEST_F(ZshCompletion, CompletesCommandsValuesAndFiles) {
  if (script_for("zsh", "functions/_kprofctl").empty()) GTEST_SKIP() << "zsh is not installed";
  EXPECT_TRUE(shown("kprofctl verif", "*verif*y *").starts_with("fits"));
  EXPECT_TRUE(shown("kprofctl snapshots --cau", "*--cau*se *").starts_with("fits"));
  EXPECT_TRUE(shown("kprofctl snapshots --type hea", "*hea*p *").starts_with("fits"));
  EXPECT_TRUE(shown("kprofctl snapshots --type=hea", "*hea*p *").starts_with("fits"));
  temp.write("files/heap-1.pb.gz", "");
  EXPECT_TRUE(shown("kprofctl import " + (temp / "files/hea").string(), "*hea*p-1.pb.gz *").starts_with("fits"));
}

}  // namespace
