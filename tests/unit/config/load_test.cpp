#include "agent/config/load.hpp"

#include "agent/config/plan.hpp"
#include "tests/unit/config/config_fixture.hpp"

#include <gtest/gtest.h>

namespace agent::config {
namespace {

using model::ProfileType;
using namespace std::chrono_literals;

Config parsed(std::string_view yaml) {
  auto loaded = parse(yaml, "f", fake_environment());
  EXPECT_TRUE(loaded.config) << problems_of(yaml);
  return loaded.config.value_or(Config{});
}

TEST(Parse, ReadsEveryKey) {
  const auto config = parsed(R"(
nodeName: n1
log: {level: debug, format: json}
listen:
  address: "[::1]:1"
  tls: {certFile: /c, keyFile: /k, clientCaFile: /a}
  liveTargets: false
store: {path: /s, maxBytes: 1GiB, maxAge: 1d, minFreeBytes: 1MiB, memoryBytes: 1KiB}
scrape:
  interval: 30s
  cpuDuration: 2s
  traceDuration: 500ms
  maxInFlight: 2
  maxCpuShare: 0.5
  maxDebug2Goroutines: 5
  connectTimeout: 1s
  headerTimeout: 2s
  totalTimeout: 3s
  maxResponseBytes: 1MiB
  profiles: {heap: {enabled: false, interval: 1m}}
discovery: {processes: false, proc: /host/proc}
targets:
  - component: a
    preset: kubelet
    url: https://h:1/p
    pprofPath: /x
    processName: b
    bearerTokenFile: /1
    clientCertFile: /2
    clientKeyFile: /3
    caFile: /4
    serverName: s
    pinnedCertFile: /5
    insecureSkipVerify: false
    interval: 20s
    profiles: {cpu: {duration: 3s}}
    connectTimeout: 4s
    headerTimeout: 5s
    totalTimeout: 6s
    maxResponseBytes: 2MiB
)");
  Config expected;
  expected.node_name = "n1";
  expected.log = {LogLevel::kDebug, LogFormat::kJson};
  expected.listen = {"[::1]:1", {"/c", "/k", "/a"}, false};
  expected.store = {"/s", 1ULL << 30U, 24h, 1ULL << 20U, 1024};
  expected.scrape = {30s, 2s, 500ms, 2, 0.5, 5, {1s, 2s, 3s, 1ULL << 20U}, {{ProfileType::kHeap, {false, 1min, std::nullopt}}}};
  expected.discovery = {false, "/host/proc"};
  expected.targets = {{"a",
                       "kubelet",
                       "https://h:1/p",
                       "/x",
                       "b",
                       "/1",
                       "/2",
                       "/3",
                       "/4",
                       "s",
                       "/5",
                       false,
                       20s,
                       {{ProfileType::kCpu, {std::nullopt, std::nullopt, 3s}}},
                       4s,
                       5s,
                       6s,
                       2ULL << 20U,
                       23}};
  EXPECT_EQ(config, expected);
}

TEST(Parse, AListOfProfilesMeansTheseAndNoOthers) {
  const auto config = parsed("targets:\n  - component: kubelet\n    profiles: [heap, trace]\n");
  const auto plan = plan_for(config.scrape, config.targets.at(0));
  ASSERT_EQ(plan.size(), 2U);
  EXPECT_EQ(plan[0], (model::ProfilePlan{ProfileType::kHeap, 60s, 0s}));
  EXPECT_EQ(plan[1], (model::ProfilePlan{ProfileType::kTrace, 60s, 1s}));
}

TEST(Parse, QuotedDurationsAndSizesAreFine) {
  const auto config = parsed("scrape: {interval: \"30s\"}\nstore: {maxBytes: '1GiB'}\n");
  EXPECT_EQ(config.scrape.interval, 30s);
  EXPECT_EQ(config.store.max_bytes, 1ULL << 30U);
}

TEST(Parse, AShareMayBeAFraction) {
  EXPECT_DOUBLE_EQ(parsed("scrape: {maxCpuShare: 1/4}").scrape.max_cpu_share, 0.25);
  for (const char* bad : {"0", "0/4", "1/0", "2", "-1/4", "1/4/4", "nan", "inf", "1e-300", "1/nan"}) {
    EXPECT_NE(problems_of("scrape: {maxCpuShare: " + std::string(bad) + "}").find("maxCpuShare: expected a number"), std::string::npos)
        << bad;
  }
}

TEST(Parse, ExactlyTheShareIsAllowed) {
  EXPECT_EQ(problems_of("scrape: {interval: 6s, cpuDuration: 1s}"), "");
  EXPECT_EQ(problems_of("scrape: {interval: 30s, cpuDuration: 5s}"), "");
  EXPECT_NE(problems_of("scrape: {interval: 5s, cpuDuration: 1s}"), "");
}

TEST(Parse, CpuThatIsOffHasNoShare) {
  EXPECT_EQ(problems_of("scrape: {interval: 1s, profiles: [heap]}"), "");
  EXPECT_EQ(problems_of("scrape: {interval: 1s, profiles: {cpu: {enabled: false}}}"), "");
}

TEST(PlanFor, TakesAllPprofTypesByDefault) {
  const auto plan = plan_for(ScrapeConfig{}, TargetConfig{});
  ASSERT_EQ(plan.size(), 7U);
  for (const auto& profile : plan) {
    EXPECT_EQ(profile.interval, 60s);
    EXPECT_EQ(profile.duration, profile.type == ProfileType::kCpu ? Duration(5s) : Duration(0));
  }
}

TEST(PlanFor, TakesTheNearestSetting) {
  ScrapeConfig scrape;
  TargetConfig target;
  const auto heap = [&] { return plan_for(scrape, target).at(1); };
  scrape.interval = 100s;
  EXPECT_EQ(heap().interval, 100s);
  scrape.profiles[ProfileType::kHeap].interval = 200s;
  EXPECT_EQ(heap().interval, 200s);
  target.interval = 300s;
  EXPECT_EQ(heap().interval, 300s);
  target.profiles[ProfileType::kHeap].interval = 400s;
  EXPECT_EQ(heap().interval, 400s);
  EXPECT_EQ(plan_for(scrape, target).at(0).interval, 300s);

  const auto cpu = [&] { return plan_for(scrape, target).at(0); };
  scrape.cpu_duration = 1s;
  EXPECT_EQ(cpu().duration, 1s);
  scrape.profiles[ProfileType::kCpu].duration = 2s;
  EXPECT_EQ(cpu().duration, 2s);
  target.profiles[ProfileType::kCpu].duration = 3s;
  EXPECT_EQ(cpu().duration, 3s);

  scrape.profiles[ProfileType::kCpu].enabled = false;
  EXPECT_EQ(plan_for(scrape, target).at(0).type, ProfileType::kHeap);
  target.profiles[ProfileType::kCpu].enabled = true;
  EXPECT_EQ(cpu().type, ProfileType::kCpu);
}

}  // namespace
}  // namespace agent::config
