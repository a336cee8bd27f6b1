// links: cli pprof store
// kprofctl on a store folder: files in, and out again as go tool pprof, tar and a real bash see them.
#include "agent/cli/kprofctl.hpp"
#include "agent/pprof/decode.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_console.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

namespace agent::cli {
namespace {

const std::filesystem::path kProfiles = std::filesystem::path(KPROFD_SOURCE_DIR) / "tests/testdata/profiles";

/// What a shell command prints, and its exit code behind it as "=0".
std::string shell(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) out.append(buffer.data(), got);
  const int status = ::pclose(pipe);
  return out + "=" + std::to_string(WEXITSTATUS(status));
}

bool has(const char* program) {
  return shell(std::string("command -v ") + program + " >/dev/null").ends_with("=0");
}

struct Ran {
  ExitCode code;
  std::string out;
  std::string err;
};

struct KprofctlStore : testing::Test {
  tests::TempDir temp;
  std::string store = temp / "store";

  Ran run(std::vector<std::string> words) const {
    tests::TestConsole terminal;
    words.insert(words.begin(), {"--store", store});
    const ExitCode code = run_kprofctl(words, {}, terminal.console);
    return {code, terminal.out.str(), terminal.err.str()};
  }

  Ran import(const std::string& component, const std::string& prefix) const {
    std::vector<std::string> words{"import", "-c", component};
    // The newest first: the order of the command line must not matter.
    std::set<std::string, std::greater<>> files;
    for (const auto& entry : std::filesystem::directory_iterator(kProfiles / component)) {
      if (entry.path().filename().string().starts_with(prefix)) files.insert(entry.path().string());
    }
    words.insert(words.end(), files.begin(), files.end());
    return run(words);
  }

  static std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::set<std::filesystem::path> sorted;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) sorted.insert(entry.path());
    return {sorted.begin(), sorted.end()};
  }
};

TEST_F(KprofctlStore, WhatIsImportedIsPulledAsItWas) {
  const Ran imported = import("etcd", "heap-");
  ASSERT_EQ(imported.code, ExitCode::kOk) << imported.err;
  ASSERT_EQ(run({"pull", "--out", temp / "out"}).code, ExitCode::kOk);
  const auto originals = files_in(kProfiles / "etcd");
  const auto pulled = files_in(temp / "out");
  ASSERT_EQ(pulled.size(), 4U);
  std::size_t next = 0;
  for (const auto& original : originals) {
    if (!original.filename().string().starts_with("heap-")) continue;
    const auto before = pprof::decode(tests::file_content(original));
    const auto after = pprof::decode(tests::file_content(pulled[next++]));
    ASSERT_TRUE(before && after);
    EXPECT_EQ(tests::canonical_dump(*before), tests::canonical_dump(*after));
  }
}

TEST_F(KprofctlStore, ImportingAgainStoresNothing) {
  ASSERT_EQ(import("etcd", "").code, ExitCode::kOk);
  const Ran again = import("etcd", "");
  EXPECT_EQ(again.code, ExitCode::kOk);
  EXPECT_NE(again.out.find("Imported 0 profiles"), std::string::npos) << again.out;
  EXPECT_EQ(std::count(again.out.begin(), again.out.end(), '\n'), 1) << again.out;
  EXPECT_EQ(again.err, "");
  // Nor when the files are the ones that were pulled from it.
  ASSERT_EQ(run({"pull", "--out", temp / "out"}).code, ExitCode::kOk);
  std::vector<std::string> words{"import"};
  for (const auto& file : files_in(temp / "out")) words.push_back(file.string());
  EXPECT_NE(run(words).out.find("Imported 0 profiles"), std::string::npos);
}

TEST_F(KprofctlStore, OneBadFileMeansThatNothingIsWritten) {
  const auto bad = temp.write("heap-0009.pb.gz", "no profile");
  const Ran ran = run({"import", "-c", "etcd", kProfiles / "etcd/heap-0001.pb.gz", bad});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_NE(ran.err.find(bad.string()), std::string::npos);
  EXPECT_NE(ran.err.find("nothing was written"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(store));
}

TEST_F(KprofctlStore, AFileThatNoStoreHoldsMeansThatNothingIsWritten) {
  const auto dump = temp.write("dump.txt", "goroutine 1 [running]:\nmain.main()\n");
  const Ran ran = run({"import", "-c", "etcd", "--time", "2150-01-01T00:00:00Z", kProfiles / "etcd/heap-0001.pb.gz", dump});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_NE(ran.err.find("from 1970 to 2109"), std::string::npos) << ran.err;
  EXPECT_NE(ran.err.find("nothing was written"), std::string::npos) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(store));
}

TEST_F(KprofctlStore, GoToolPprofOpensWhatPullAndMergeWrote) {
  if (!has("go")) GTEST_SKIP() << "no go on this machine";
  ASSERT_EQ(import("kubelet", "heap-").code, ExitCode::kOk);
  ASSERT_EQ(run({"pull", "--out", temp / "out"}).code, ExitCode::kOk);
  ASSERT_EQ(run({"merge", "-c", "kubelet", "-t", "heap", "-o", temp / "merged.pb.gz"}).code, ExitCode::kOk);
  const std::string top = "PPROF_TMPDIR=" + temp.path().string() + " go tool pprof -top -nodefraction=0 ";
  const std::string ours = shell(top + (temp / "merged.pb.gz").string());
  EXPECT_NE(ours.find("flat%"), std::string::npos) << ours;
  EXPECT_EQ(ours, shell(top + (temp / "out").string() + "/*.pb.gz"));
  EXPECT_EQ(ours, shell(top + (kProfiles / "kubelet").string() + "/heap-*.pb.gz"));
}

TEST_F(KprofctlStore, TarOpensAnArchive) {
  ASSERT_EQ(import("etcd", "cpu-").code, ExitCode::kOk);
  ASSERT_EQ(run({"pull", "--archive", temp / "node1.tar.gz"}).code, ExitCode::kOk);
  ASSERT_EQ(run({"pull", "--out", temp / "out"}).code, ExitCode::kOk);
  EXPECT_EQ(shell("cd " + temp.path().string() + " && tar xzf node1.tar.gz && diff -r node1 out"), "=0");
}

TEST_F(KprofctlStore, VerifyFindsAFlippedByte) {
  ASSERT_EQ(import("etcd", "heap-").code, ExitCode::kOk);
  EXPECT_EQ(run({"verify"}).code, ExitCode::kOk);
  std::filesystem::path block;
  for (const auto& file : files_in(store)) {
    if (std::filesystem::file_size(file) > 1000) block = file;
  }
  std::string content = tests::file_content(block);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  std::ofstream(block, std::ios::binary) << content;
  const Ran ran = run({"verify"});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_NE(ran.out.find(block.filename().string() + ":"), std::string::npos) << ran.out;
}

TEST_F(KprofctlStore, WhatAFolderCannotAnswerIsSaid) {
  ASSERT_EQ(import("etcd", "heap-0001").code, ExitCode::kOk);
  EXPECT_NE(run({"targets"}).err.find("give --server"), std::string::npos);
  EXPECT_EQ(run({"capture"}).code, ExitCode::kUsage);
  store = temp / "absent";
  EXPECT_EQ(run({"series"}).code, ExitCode::kNothingFound);
}

}  // namespace
}  // namespace agent::cli
