#include "agent/cli/pull.hpp"

#include "agent/cli/merge.hpp"
#include "agent/cli/snapshot_file_name.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_console.hpp"

#include <gtest/gtest.h>

#include <set>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;
using model::ProfileType;

struct Pull : testing::Test {
  tests::TempDir temp;
  tests::TestConsole terminal;
  tests::FakeSource source;
  WallTime now = terminal.clock.wall_now();
  PullOptions options{.filter = {}, .folder = temp / "out", .archive = {}};

  std::set<std::string> files() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(options.folder)) names.insert(entry.path().filename().string());
    return names;
  }
};

TEST_F(Pull, WritesOneFileASnapshotUnderNamesThatSortByTime) {
  source.add("kubelet", ProfileType::kHeap, now - 20s, "first");
  source.add("kubelet", ProfileType::kHeap, now - 10s + 250ms, "second");
  source.add("etcd", ProfileType::kTrace, now, "trace");
  source.add("etcd", ProfileType::kGoroutineDebug2, now, "dump");
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(files(),
            (std::set<std::string>{
                "etcd-goroutine-debug2-20261124T053628.000Z-6883038dd8000004.txt", "etcd-trace-20261124T053628.000Z-6883038dd8000003.trace",
                "kubelet-heap-20261124T053608.000Z-6883037a50000001.pb.gz", "kubelet-heap-20261124T053618.250Z-6883038452800002.pb.gz"}));
  EXPECT_EQ(tests::file_content(options.folder / "kubelet-heap-20261124T053618.250Z-6883038452800002.pb.gz"), "second");
  EXPECT_EQ(terminal.out.str(), "Pulled 4 snapshots (20B) into " + options.folder.string() + ".\n");
  EXPECT_EQ(terminal.err.str(), "");
  EXPECT_LT(source.asked_files.front(), source.asked_files.back());
}

TEST_F(Pull, AgainFetchesOnlyWhatIsMissing) {
  source.add("kubelet", ProfileType::kHeap, now - 10s, "first");
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  source.add("kubelet", ProfileType::kHeap, now, "next");
  source.asked_files.clear();
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_NE(terminal.out.str().find("Pulled 1 snapshot (4B) into " + options.folder.string() + "; 1 was there already.\n"),
            std::string::npos)
      << terminal.out.str();
  EXPECT_EQ(source.asked_files.size(), 1U);
}

TEST_F(Pull, LeavesWhatIsThereAloneAndGoesOn) {
  const auto old = source.add("kubelet", ProfileType::kHeap, now - 20s, "zeroth");
  const auto id = source.add("kubelet", ProfileType::kHeap, now - 10s, "first");
  source.add("kubelet", ProfileType::kHeap, now, "second");
  const std::string old_name = "kubelet-heap-20261124T053608.000Z-" + model::to_string(old) + ".pb.gz";
  const std::string name = "kubelet-heap-20261124T053618.000Z-" + model::to_string(id) + ".pb.gz";
  temp.write("out/" + old_name, "mine");
  temp.write("out/" + name, "");  // no profile is empty: what another program left
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kFailed);
  EXPECT_EQ(tests::file_content(options.folder / old_name), "mine");
  EXPECT_EQ(tests::file_content(options.folder / name), "");
  EXPECT_EQ(files().size(), 3U);
  EXPECT_NE(terminal.err.str().find(name + ": is there already with other content"), std::string::npos);
}

TEST_F(Pull, ASnapshotThatCannotBeReadDoesNotStopTheOthers) {
  const auto id = source.add("kubelet", ProfileType::kHeap, now - 10s);
  source.add("kubelet", ProfileType::kHeap, now);
  source.broken_files.emplace(id, Error(Errc::kCorrupt, "CRC differs"));
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kFailed);
  EXPECT_EQ(files().size(), 1U);
  EXPECT_NE(terminal.err.str().find("CRC differs"), std::string::npos);
  EXPECT_NE(terminal.out.str().find("; 1 failed."), std::string::npos);
}

TEST_F(Pull, AServerThatIsGoneStopsIt) {
  const auto id = source.add("kubelet", ProfileType::kHeap, now - 10s);
  source.add("kubelet", ProfileType::kHeap, now);
  source.broken_files.emplace(id, Error(Errc::kNotFound, "connection refused", std::string(kUnreachableCause)));
  const auto pulled = pull(source, options, terminal.console);
  ASSERT_FALSE(pulled);
  EXPECT_EQ(source.asked_files.size(), 1U);
}

TEST_F(Pull, NothingToPullIsNotFound) {
  source.add("kubelet", ProfileType::kHeap, now);
  options.filter.types = {ProfileType::kCpu};
  const auto pulled = pull(source, options, terminal.console);
  ASSERT_FALSE(pulled);
  EXPECT_EQ(exit_code_of(pulled.error()), ExitCode::kNothingFound);
  EXPECT_FALSE(std::filesystem::exists(options.folder));
}

TEST_F(Pull, WhatDamageMayHaveEmptiedIsNoFinding) {
  source.damage = {{"/s/kubelet-1.kpb", 22, "3 snapshots behind damage at 22 cannot be read"}};
  const auto pulled = pull(source, options, terminal.console);
  ASSERT_FALSE(pulled);
  EXPECT_EQ(exit_code_of(pulled.error()), ExitCode::kFailed);
  source.merged = Error(Errc::kNotFound, "no snapshot in this window");
  MergeOptions merge_options;
  merge_options.filter.components = {"kubelet"};
  merge_options.output = (temp / "m.pb.gz").string();
  auto merged = merge(source, merge_options, terminal.console);
  ASSERT_FALSE(merged);
  EXPECT_EQ(exit_code_of(merged.error()), ExitCode::kFailed);
  merge_options.filter.components = {"etcd"};
  merged = merge(source, merge_options, terminal.console);
  ASSERT_FALSE(merged);
  EXPECT_EQ(exit_code_of(merged.error()), ExitCode::kNothingFound);
}

TEST_F(Pull, AFolderForTheOutputThatIsNotThereIsAFailure) {
  source.add("kubelet", ProfileType::kHeap, now);
  options.folder.clear();
  options.archive = temp / "absent/x.tgz";
  const auto pulled = pull(source, options, terminal.console);
  ASSERT_FALSE(pulled);
  EXPECT_EQ(exit_code_of(pulled.error()), ExitCode::kFailed);
  MergeOptions merge_options;
  merge_options.output = (temp / "absent/x.pb.gz").string();
  const auto merged = merge(source, merge_options, terminal.console);
  ASSERT_FALSE(merged);
  EXPECT_EQ(exit_code_of(merged.error()), ExitCode::kFailed);
}

TEST_F(Pull, ShowsAProgressBarOnATerminalOnly) {
  terminal.console.err_is_terminal = true;
  for (int i = 0; i < 3; ++i) source.add("kubelet", ProfileType::kHeap, now - 10s * i);
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(terminal.err.str(), "\r\x1b[Kpull [########----------------] 1/3  5B\r\x1b[K");  // the clock stands still: one is drawn
}

TEST_F(Pull, AnArchiveAppearsWholeOrNotAtAll) {
  options.folder.clear();
  options.archive = temp / "kept.tar.gz";
  source.add("kubelet", ProfileType::kHeap, now);
  const auto id = source.add("kubelet", ProfileType::kHeap, now - 10s);
  source.broken_files.emplace(id, Error(Errc::kUnavailable, "gone", std::string(kUnreachableCause)));
  ASSERT_FALSE(pull(source, options, terminal.console));
  EXPECT_TRUE(std::filesystem::is_empty(temp.path()));
  source.broken_files.clear();
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_TRUE(std::filesystem::exists(options.archive));
  const auto again = pull(source, options, terminal.console);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), Errc::kConflict);
}

TEST_F(Pull, AnArchiveGoesToAPipeButNotToATerminal) {
  options.folder.clear();
  options.archive = "-";
  source.add("kubelet", ProfileType::kHeap, now);
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_TRUE(terminal.out.str().starts_with("\x1f\x8b"));
  EXPECT_NE(terminal.err.str().find("Pulled 1 snapshot (5B) into stdout.\n"), std::string::npos) << terminal.err.str();
  EXPECT_FALSE(std::filesystem::exists("-"));
  terminal.console.out_is_terminal = true;
  const auto refused = pull(source, options, terminal.console);
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_code_of(refused.error()), ExitCode::kUsage);
}

TEST_F(Pull, NoNameLeavesTheFolder) {
  source.add("../../etc/passwd", ProfileType::kHeap, now);
  source.add(".hidden", ProfileType::kHeap, now);
  ASSERT_EQ(*pull(source, options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(files(), (std::set<std::string>{"_.._.._etc_passwd-heap-20261124T053628.000Z-6883038dd8000001.pb.gz",
                                            "_.hidden-heap-20261124T053628.000Z-6883038dd8000002.pb.gz"}));
}

TEST_F(Pull, MergeLeavesAnOldFileOfOtherContentAlone) {
  const auto file = temp.write("merged.pb.gz", "old");
  std::filesystem::create_symlink(file, temp / "link");
  std::filesystem::create_symlink(temp / "nowhere", temp / "dangling");
  MergeOptions merge_options;
  for (const auto& path : {file, temp / "link", temp / "dangling"}) {
    merge_options.output = path.string();
    const auto refused = merge(source, merge_options, terminal.console);
    ASSERT_FALSE(refused) << path;
    EXPECT_EQ(exit_code_of(refused.error()), ExitCode::kFailed);
    EXPECT_NE(refused.error().message().find("--force"), std::string::npos);
  }
  EXPECT_EQ(tests::file_content(file), "old");
  temp.write("merged.pb.gz", "merged");
  merge_options.output = file.string();
  EXPECT_EQ(*merge(source, merge_options, terminal.console), ExitCode::kOk);
}

TEST_F(Pull, MergeByForceReplacesALinkAndNotWhatItPointsTo) {
  const auto file = temp.write("kept", "old");
  std::filesystem::create_symlink(file, temp / "link");
  MergeOptions merge_options;
  merge_options.output = (temp / "link").string();
  merge_options.existing = Existing::kReplace;
  ASSERT_EQ(*merge(source, merge_options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(tests::file_content(file), "old");
  EXPECT_EQ(tests::file_content(temp / "link"), "merged");
}

TEST_F(Pull, MergeByForceReplacesAnOldFileAndLeavesNoOther) {
  const auto file = temp.write("merged.pb.gz", "old");
  MergeOptions merge_options;
  merge_options.filter.components = {"kubelet"};
  merge_options.filter.types = {ProfileType::kHeap};
  merge_options.output = file.string();
  merge_options.existing = Existing::kReplace;
  ASSERT_EQ(*merge(source, merge_options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(tests::file_content(file), "merged");
  EXPECT_EQ(source.asked_merge.components, merge_options.filter.components);
  const std::filesystem::directory_iterator all(temp.path());
  EXPECT_EQ(std::distance(begin(all), end(all)), 1);
}

TEST_F(Pull, MergeGoesToAPipeButNotToATerminal) {
  MergeOptions merge_options;
  merge_options.output = "-";
  ASSERT_EQ(*merge(source, merge_options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(terminal.out.str(), "merged");
  terminal.console.out_is_terminal = true;
  const auto refused = merge(source, merge_options, terminal.console);
  ASSERT_FALSE(refused);
  EXPECT_EQ(exit_code_of(refused.error()), ExitCode::kUsage);
  EXPECT_EQ(terminal.out.str(), "merged");
}

TEST_F(Pull, MergeThatFailsLeavesTheOldFile) {
  const auto file = temp.write("merged.pb.gz", "old");
  source.merged = Error(Errc::kNotFound, "no snapshot in this window");
  MergeOptions merge_options;
  merge_options.output = file.string();
  ASSERT_FALSE(merge(source, merge_options, terminal.console));
  EXPECT_EQ(tests::file_content(file), "old");
}

TEST_F(Pull, MergeWritesIntoWhatIsNoRegularFile) {
  MergeOptions merge_options;
  merge_options.output = "/dev/null";
  ASSERT_EQ(*merge(source, merge_options, terminal.console), ExitCode::kOk);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace agent::cli
