#include "agent/cli/list_commands.hpp"

#include "tests/support/fake_source.hpp"
#include "tests/support/test_console.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;
using model::ProfileType;

struct ListCommands : testing::Test {
  tests::TestConsole terminal;
  tests::FakeSource source;
  WallTime now = terminal.clock.wall_now();

  std::string out() const { return terminal.out.str(); }
  std::string err() const { return terminal.err.str(); }
};

model::TargetStatus kubelet(WallTime now) {
  model::TargetStatus target;
  target.target.component = "kubelet";
  target.target.url = "https://127.0.0.1:10250";
  target.health = model::TargetHealth::kUp;
  target.process = {812, now - 100h};
  target.version = "v1.20.2";
  model::ProfileStatus heap;
  heap.plan = {ProfileType::kHeap, 10s, 0s};
  heap.state = model::ProfileState::kOk;
  heap.scrapes = 360;
  heap.last_success = now - 4s;
  heap.last_took = 12'345us;
  heap.last_bytes = 102400;
  model::ProfileStatus cpu;
  cpu.plan = {ProfileType::kCpu, 60s, 10s};
  cpu.state = model::ProfileState::kFailing;
  cpu.failures = 2;
  cpu.failure = model::ScrapeFailure{"forbidden", "403 Forbidden", "the ServiceAccount lacks get on nodes/proxy", now - 1s};
  target.profiles = {heap, cpu};
  return target;
}

TEST_F(ListCommands, SnapshotsAreATableNewestFirst) {
  source.add("kubelet", ProfileType::kHeap, now - 5min);
  source.add("etcd", ProfileType::kGoroutine, now - 10s, std::string(2048, 'x'));
  ASSERT_EQ(*list_snapshots(source, {}, 100, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(),
            "ID                 COMPONENT   TYPE        START                  AGE   DURATION   CAUSE      SAMPLES   STORED   FETCHED\n"
            "6883038414000002   etcd        goroutine   2026-11-24T05:36:18Z   10s   -          schedule   7         3B       2KiB\n"
            "68830268e0000001   kubelet     heap        2026-11-24T05:31:28Z   5m    -          schedule   7         3B       5B\n");
  EXPECT_EQ(err(), "");
}

TEST_F(ListCommands, SnapshotsPastTheDefaultLimitAreMentioned) {
  for (int i = 0; i < 101; ++i) source.add("kubelet", ProfileType::kHeap, now - 10s * i);
  ASSERT_EQ(*list_snapshots(source, {}, kDefaultListLimit, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_NE(err().find("The newest 100 are shown"), std::string::npos);
}

TEST_F(ListCommands, SnapshotsPastAChosenLimitAreLeftOut) {
  for (int i = 0; i < 4; ++i) source.add("kubelet", ProfileType::kHeap, now - 10s * i);
  ASSERT_EQ(*list_snapshots(source, {}, 2, OutputFormat::kJson, terminal.console), ExitCode::kOk);
  EXPECT_EQ(source.asked_most, 3U);
  EXPECT_EQ(err(), "");
  const std::string json = out();
  EXPECT_EQ(std::count(json.begin(), json.end(), '{'), 3);  // the list and two snapshots
}

TEST_F(ListCommands, SnapshotsWithoutLimitAreAll) {
  for (int i = 0; i < 4; ++i) source.add("kubelet", ProfileType::kHeap, now - 10s * i);
  ASSERT_EQ(*list_snapshots(source, {}, 0, OutputFormat::kYaml, terminal.console), ExitCode::kOk);
  EXPECT_EQ(source.asked_most, 0U);
  EXPECT_EQ(err(), "");
  EXPECT_NE(out().find("snapshots:\n- id: "), std::string::npos);
}

TEST_F(ListCommands, NothingFoundIsASentenceOnStderrAndAnEmptyList) {
  ASSERT_EQ(*list_snapshots(source, {}, 100, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(), "");
  EXPECT_EQ(err(), "No snapshots.\n");
  ASSERT_EQ(*list_snapshots(source, {}, 100, OutputFormat::kJson, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(), "{\n  \"snapshots\": []\n}\n");
}

TEST_F(ListCommands, TargetsSayWhatIsWrongAndWhatToDo) {
  source.all_targets = {kubelet(now)};
  ASSERT_EQ(*list_targets(source, {}, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(),
            "COMPONENT   TYPE   HEALTH   STATE     EVERY   LAST   TOOK   SIZE     SCRAPES   FAILURES   MISSED   PROBLEM\n"
            "kubelet     heap   up       ok        10s     4s     12ms   100KiB   360       0          0\n"
            "kubelet     cpu    up       failing   1m      -      -      0B       0         2          0        "
            "forbidden: the ServiceAccount lacks get on nodes/proxy\n");
}

TEST_F(ListCommands, TargetsAreFilteredByComponentAndType) {
  source.all_targets = {kubelet(now), kubelet(now)};
  source.all_targets[1].target.component = "etcd";
  Filter filter;
  filter.components = {"etcd"};
  filter.types = {ProfileType::kCpu};
  ASSERT_EQ(*list_targets(source, filter, OutputFormat::kJson, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out().find("kubelet"), std::string::npos);
  EXPECT_EQ(out().find("heap"), std::string::npos);
  EXPECT_NE(out().find("\"hint\": \"the ServiceAccount lacks get on nodes/proxy\""), std::string::npos);
}

TEST_F(ListCommands, SeriesAreATable) {
  source.all_series = {{"kubelet", ProfileType::kHeap, 360, now - 1h, now - 5s, 163840, 36864000}};
  ASSERT_EQ(*list_series(source, {}, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(),
            "COMPONENT   TYPE   SNAPSHOTS   FIRST   LAST   STORED   FETCHED\n"
            "kubelet     heap   360         60m     5s     160KiB   35.2MiB\n");
}

TEST_F(ListCommands, WhatIsAskedForAndNotThereIsNamed) {
  source.all_series = {{"kubelet", ProfileType::kHeap, 360, now - 1h, now - 5s, 163840, 36864000}};
  source.add("kubelet", ProfileType::kHeap, now);
  Filter filter;
  filter.components = {"nope"};
  const std::string said = "Nothing matches; there is no component nope, there are: kubelet.\n";
  EXPECT_EQ(*list_series(source, filter, OutputFormat::kTable, terminal.console), ExitCode::kNothingFound);
  EXPECT_EQ(err(), said);
  EXPECT_EQ(*list_snapshots(source, filter, 100, OutputFormat::kTable, terminal.console), ExitCode::kNothingFound);
  EXPECT_EQ(err(), said + said);
  EXPECT_EQ(out(), "");
  filter = {};
  filter.types = {ProfileType::kCpu};
  EXPECT_EQ(*list_series(source, filter, OutputFormat::kJson, terminal.console), ExitCode::kNothingFound);
  EXPECT_EQ(err(), said + said + "Nothing matches; there is no type cpu, there are: heap.\n");
  EXPECT_EQ(out(), "{\n  \"series\": []\n}\n");
}

TEST_F(ListCommands, ATargetThatIsNotThereIsNamed) {
  source.all_targets = {kubelet(now)};
  Filter filter;
  filter.components = {"etcd"};
  EXPECT_EQ(*list_targets(source, filter, OutputFormat::kTable, terminal.console), ExitCode::kNothingFound);
  EXPECT_EQ(err(), "Nothing matches; there is no component etcd, there are: kubelet.\n");
}

TEST_F(ListCommands, AnEmptyWindowIsNothingFound) {
  source.all_series = {{"kubelet", ProfileType::kHeap, 360, now - 1h, now - 5s, 163840, 36864000}};
  Filter filter;
  filter.from = now;
  EXPECT_EQ(*list_snapshots(source, filter, 100, OutputFormat::kTable, terminal.console), ExitCode::kNothingFound);
  EXPECT_EQ(err(), "Nothing matches.\n");
}

TEST_F(ListCommands, BlocksThatCannotBeReadAreNamed) {
  source.all_series = {{"kubelet", ProfileType::kHeap, 1, now, now, 1, 1}};
  source.damage = {{"/s/kubelet-1.kpb", 0, "unknown format version 7"}};
  const std::string warning = "kprofctl: /s/kubelet-1.kpb: unknown format version 7; run kprofctl verify\n";
  for (const auto format : {OutputFormat::kTable, OutputFormat::kJson}) {
    terminal.err.str("");
    EXPECT_EQ(*list_series(source, {}, format, terminal.console), ExitCode::kOk);
    EXPECT_EQ(err(), warning);
    terminal.err.str("");
    EXPECT_EQ(*show_status(source, format, terminal.console), ExitCode::kOk);
    EXPECT_EQ(err(), warning);
  }
}

TEST_F(ListCommands, ABlockThatCannotBeOpenedIsNamedOnce) {
  source.damage = {{"/s/kubelet-1.kpb", 0, "open /s/kubelet-1.kpb: Permission denied"}};
  EXPECT_EQ(*list_series(source, {}, OutputFormat::kTable, terminal.console), ExitCode::kFailed);
  EXPECT_EQ(err(),
            "kprofctl: /s/kubelet-1.kpb: cannot be read: Permission denied; run kprofctl verify\nNo series that can be read matches.\n");
}

TEST_F(ListCommands, WhatDamageMayHaveEmptiedIsNoFinding) {
  source.damage = {{"/s/kubelet-1.kpb", 0, "unknown format version 7"}};
  source.all_series = {{"etcd", ProfileType::kHeap, 1, now, now, 1, 1}};
  Filter filter;
  filter.components = {"kubelet"};
  EXPECT_EQ(*list_series(source, filter, OutputFormat::kTable, terminal.console), ExitCode::kFailed);
  EXPECT_EQ(*list_snapshots(source, filter, 100, OutputFormat::kTable, terminal.console), ExitCode::kFailed);
  EXPECT_NE(err().find("No snapshot that can be read matches.\n"), std::string::npos) << err();
  filter.components = {"etcd"};
  EXPECT_EQ(*list_snapshots(source, filter, 100, OutputFormat::kTable, terminal.console), ExitCode::kNothingFound);
}

TEST_F(ListCommands, ControlCharactersAreShownNotSent) {
  source.all_series = {{"a\x1b[31m\nb", ProfileType::kHeap, 1, now, now, 1, 1}};
  ASSERT_EQ(*list_series(source, {}, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out().find('\x1b'), std::string::npos);
  const std::string table = out();
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 2);
}

TEST_F(ListCommands, StatusSaysHowTheLastReloadWent) {
  for (const auto& [successful, text] : {std::pair(true, "Last reload:  ok\n"), std::pair(false, "Last reload:  failed,")}) {
    source.agent_status = Document::Object{{"config", Document::Object{{"lastReloadSuccessful", successful}}}};
    ASSERT_EQ(*show_status(source, OutputFormat::kTable, terminal.console), ExitCode::kOk);
    EXPECT_NE(out().find(text), std::string::npos) << out();
  }
}

TEST_F(ListCommands, StatusShowsWhatTheSourceKnows) {
  source.agent_status = Document::Object{{"version", "0.1.0"},
                                         {"ready", false},
                                         {"reasons", Document::Array{"store is not writable", "starting"}},
                                         {"store", Document::Object{{"path", "/var/lib/kprofd"},
                                                                    {"bytes", std::uint64_t{163840}},
                                                                    {"reason", Document()},
                                                                    {"oldest", format_time(now - 3h + 123456us)}}}};
  ASSERT_EQ(*show_status(source, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(out(),
            "Version:      0.1.0\n"
            "Ready:        no\n"
            "Reasons:      store is not writable; starting\n"
            "Store:        /var/lib/kprofd\n"
            "  Size:       160KiB\n"
            "  Oldest:     2026-11-24T02:36:28.123Z (179m ago)\n");
}

TEST_F(ListCommands, FailuresOfTheSourceArePassedOn) {
  source.failure = Error(Errc::kUnavailable, "connection refused", std::string(kUnreachableCause));
  const auto result = list_snapshots(source, {}, 100, OutputFormat::kTable, terminal.console);
  ASSERT_FALSE(result);
  EXPECT_EQ(exit_code_of(result.error()), ExitCode::kUnreachable);
  EXPECT_EQ(out(), "");
}

}  // namespace
}  // namespace agent::cli
