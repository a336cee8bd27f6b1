#include "agent/scrape/recorder.hpp"

#include "agent/base/file.hpp"
#include "agent/base/size.hpp"
#include "agent/pprof/decode.hpp"
#include "tests/support/run_task.hpp"
#include "tests/unit/scrape/fake_target.hpp"

#include <gtest/gtest.h>

namespace {

using agent::model::ProfileState;
using agent::model::ProfileType;
using agent::model::TargetHealth;
using tests::FakeAnswer;
using tests::FakeNode;
using tests::kPlans;
using tests::target_named;
using namespace std::chrono_literals;

FakeAnswer busy(const std::string& path, agent::SteadyTime now) {
  if (path.find("/profile") == std::string::npos) return tests::healthy(path, now);
  return {5ms, 500, "Could not enable CPU profiling: cpu profiling already in use\n", true};
}

TEST(Recorder, AnHourAtTenSecondsIs360RoundsOfEachTypeOfEachTarget) {
  FakeNode node;
  const std::vector<std::string> components{"kube-apiserver", "kubelet", "etcd"};
  std::vector<agent::model::Target> targets;
  for (const auto& component : components) targets.push_back(target_named(component, kPlans));
  node.apply(targets);
  node.start();
  node.pass(1h, 500ms);
  for (const auto& component : components) {
    for (const auto& plan : kPlans) {
      const auto status = node.status(component, plan.type);
      EXPECT_GE(status.scrapes, 359U) << component;  // a cpu profile may still run
      EXPECT_LE(status.scrapes, 360U) << component;
      EXPECT_EQ(status.failures, 0U);
      EXPECT_EQ(status.missed_rounds, 0U) << component << " " << agent::model::to_string(plan.type);
      EXPECT_EQ(status.state, ProfileState::kOk);
    }
    EXPECT_EQ(node.fake(component)->times_of("/heap").size(), 360U);
  }
  const auto times = node.fake("etcd")->times_of("/heap");
  EXPECT_EQ(times.back() - times.front(), 3590s);  // no drift
  EXPECT_EQ(node.recorder().targets().front().health, TargetHealth::kUp);
  EXPECT_NE(node.metrics.serialize().find("kprofd_target_up{component=\"etcd\"} 1"), std::string::npos);
}

TEST(Recorder, LogsOfATargetThatIsUpWhatIsKnown) {
  FakeNode unknown;
  unknown.apply({target_named("app", {{ProfileType::kHeap, 10s, 0s}})});
  unknown.start();
  unknown.pass(20s);
  EXPECT_EQ(unknown.log.keys["target is up"], " component");
  FakeNode known;
  known.set_process("app", agent::model::Process{42, agent::from_unix_nanos(1)});
  known.apply({target_named("app", {{ProfileType::kHeap, 10s, 0s}})});
  known.start();
  known.pass(20s);
  EXPECT_EQ(known.log.keys["target is up"], " component pid");
}

TEST(Recorder, TakesOneCpuProfileAtATimeOfAProcessBehindTwoTargets) {
  FakeNode node;
  const agent::model::Process k3s{42, agent::from_unix_nanos(1)};
  node.set_process("kubelet", k3s);
  node.set_process("kube-apiserver", k3s);
  int most = 0;
  const auto answer = [&](const std::string& path, agent::SteadyTime now) {
    most = std::max(most, node.fake("kubelet")->in_flight + node.fake("kube-apiserver")->in_flight);
    return tests::healthy(path, now);
  };
  node.fake("kubelet")->answer = answer;
  node.fake("kube-apiserver")->answer = answer;
  node.apply({target_named("kubelet", {{ProfileType::kCpu, 10s, 6s}}), target_named("kube-apiserver", {{ProfileType::kCpu, 10s, 6s}})});
  node.start();
  node.pass(2min);
  EXPECT_EQ(most, 1);
  // 12 s of profiles do not fit into 10 s: the process is profiled all the time, and what does not fit is counted.
  const auto taken = node.status("kubelet", ProfileType::kCpu).scrapes + node.status("kube-apiserver", ProfileType::kCpu).scrapes;
  EXPECT_GE(taken, 18U);
  EXPECT_GE(node.status("kubelet", ProfileType::kCpu).missed_rounds + node.status("kube-apiserver", ProfileType::kCpu).missed_rounds, 2U);
}

TEST(Recorder, RetriesABusyTargetInsideTheRoundAndReportsItAsBusy) {
  FakeNode node;
  node.apply({target_named("etcd", {{ProfileType::kCpu, 10s, 1s}, {ProfileType::kHeap, 10s, 0s}})});
  node.fake("etcd")->answer = busy;
  node.start();
  node.pass(20s);
  const auto status = node.status("etcd", ProfileType::kCpu);
  ASSERT_TRUE(status.failure);
  EXPECT_EQ(status.failure->cause, "busy");
  const auto asked = node.fake("etcd")->times_of("/profile").size();
  EXPECT_GE(asked, 4U);
  EXPECT_LE(asked, 12U);  // at most six in a round
  EXPECT_EQ(node.recorder().targets().front().health, TargetHealth::kUp);
  EXPECT_EQ(status.missed_rounds, 0U);

  node.fake("etcd")->answer = tests::healthy;  // the other scraper went away
  node.pass(21s);
  EXPECT_EQ(node.status("etcd", ProfileType::kCpu).state, ProfileState::kOk);
  const auto metrics = node.metrics.serialize();
  EXPECT_NE(metrics.find("kprofd_scrape_busy_retries_total{component=\"etcd\",type=\"cpu\"}"), std::string::npos);
  EXPECT_NE(metrics.find("kprofd_profile_covered_seconds_total{component=\"etcd\",type=\"cpu\"}"), std::string::npos);
}

TEST(Recorder, FindsTheGapOfAnotherScraperWithARetry) {
  FakeNode node;
  node.apply({target_named("etcd", {{ProfileType::kCpu, 10s, 1s}})});
  // Another scraper profiles 7 of every 10 s.
  node.fake("etcd")->answer = [](const std::string& path, agent::SteadyTime now) {
    return now.time_since_epoch() % 10s < 7s ? busy(path, now) : tests::healthy(path, now);
  };
  node.start();
  node.pass(5min);
  const auto status = node.status("etcd", ProfileType::kCpu);
  EXPECT_GE(status.scrapes, 15U);
  EXPECT_EQ(status.scrapes + status.failures, 30U);
}

TEST(Recorder, AsksRarelyForWhatIsNotSampledAndSaysSoOnce) {
  FakeNode node;
  node.apply({target_named("kubelet", {{ProfileType::kMutex, 10s, 0s}, {ProfileType::kHeap, 10s, 0s}})});
  std::size_t samples = 0;
  node.fake("kubelet")->answer = [&](const std::string& path, agent::SteadyTime now) {
    if (path.find("/mutex") == std::string::npos) return tests::healthy(path, now);
    if (path.ends_with("/mutex?debug=1")) return FakeAnswer{20ms, 200, "--- mutex:\ncycles/second=1\nsampling period=0\n"};
    return FakeAnswer{20ms, 200, tests::profile_bytes(samples)};
  };
  node.start();
  node.pass(1h, 500ms);
  const auto status = node.status("kubelet", ProfileType::kMutex);
  EXPECT_EQ(status.state, ProfileState::kEmpty);
  EXPECT_NE(status.note.find("SetMutexProfileFraction"), std::string::npos);
  EXPECT_EQ(status.missed_rounds, 0U);
  EXPECT_EQ(node.fake("kubelet")->times_of("/mutex").size(), 2 * 8U);  // rounds 1, 11, 31, 71, 131, then every 60th
  EXPECT_EQ(node.fake("kubelet")->times_of("/mutex?debug=1").size(), 8U);
  EXPECT_EQ(node.log.count("a profile is empty and asked for rarely from now on"), 1);

  samples = 5;
  node.pass(620s, 500ms);
  EXPECT_EQ(node.status("kubelet", ProfileType::kMutex).state, ProfileState::kOk);
  EXPECT_GE(node.fake("kubelet")->times_of("/mutex").size(), 17U);
  EXPECT_EQ(node.fake("kubelet")->times_of("/mutex?debug=1").size(), 8U);
}

TEST(Recorder, AsksAsUsualForWhatIsSampledAndHasNotHappenedYet) {
  FakeNode node;
  node.apply({target_named("etcd", {{ProfileType::kMutex, 10s, 0s}})});
  node.fake("etcd")->answer = [&](const std::string& path, agent::SteadyTime /*now*/) {
    if (path.ends_with("/mutex?debug=1")) return FakeAnswer{20ms, 200, "--- mutex:\ncycles/second=1\nsampling period=5\n"};
    return FakeAnswer{20ms, 200, tests::profile_bytes(0)};
  };
  node.start();
  node.pass(10min, 500ms);
  EXPECT_EQ(node.status("etcd", ProfileType::kMutex).state, ProfileState::kOk);
  EXPECT_EQ(node.status("etcd", ProfileType::kMutex).note, "");
  EXPECT_EQ(node.stored().size(), 60U) << "an empty profile is a snapshot too";
  EXPECT_EQ(node.fake("etcd")->times_of("/mutex?debug=1").size(), 1U);
  EXPECT_EQ(node.log.count("a profile is empty and asked for rarely from now on"), 0);
}

TEST(Recorder, AsksAsUsualForABlockProfileThatIsEmptyForAMoment) {
  FakeNode node;
  node.apply({target_named("kubelet", {{ProfileType::kBlock, 10s, 0s}})});
  node.fake("kubelet")->answer = [&](const std::string& /*path*/, agent::SteadyTime /*now*/) {
    return FakeAnswer{20ms, 200, tests::profile_bytes(0)};
  };
  node.start();
  node.pass(290s, 500ms);
  EXPECT_EQ(node.fake("kubelet")->times_of("/block").size(), 29U);
  EXPECT_EQ(node.status("kubelet", ProfileType::kBlock).state, ProfileState::kOk);
  node.pass(10min, 500ms);
  EXPECT_LE(node.fake("kubelet")->times_of("/block").size(), 35U);
  EXPECT_EQ(node.status("kubelet", ProfileType::kBlock).state, ProfileState::kEmpty);
  EXPECT_EQ(node.log.count("a profile is empty and asked for rarely from now on"), 1);
}

TEST(Recorder, TakesAResponseThatDoesNotFitAgainWithMoreRoom) {
  FakeNode node;
  auto target = target_named("big", {{ProfileType::kHeap, 10s, 0s}});
  target.limits.max_response_bytes = 2 << 20;
  node.apply({target});
  node.fake("big")->answer = [](const std::string& /*path*/, agent::SteadyTime /*now*/) {
    return FakeAnswer{20ms, 200, "\x1f\x8b" + std::string(3 << 19, 'x')};
  };
  node.start();
  node.pass(30s);
  EXPECT_EQ(node.fake("big")->times_of("/heap").size(), 4U);  // twice in the first round, once from then on
  EXPECT_EQ(node.status("big", ProfileType::kHeap).failure->cause, "gzip_corrupt");
  node.fake("big")->answer = [](const std::string& /*path*/, agent::SteadyTime /*now*/) {
    return FakeAnswer{20ms, 200, std::string(3 << 20, 'x')};
  };
  node.pass(10s);
  EXPECT_EQ(node.status("big", ProfileType::kHeap).failure->cause, "response_too_large");
  EXPECT_EQ(node.status("big", ProfileType::kHeap).failure->hint, "big: raise maxResponseBytes if it may be that large");
}

TEST(Recorder, NamesTheLimitOfAProfileThatNoSettingRaises) {
  FakeNode node;
  auto target = target_named("big", {{ProfileType::kHeap, 10s, 0s}});
  target.limits.max_response_bytes = 32 << 20;
  node.apply({target});
  node.fake("big")->answer = [](const std::string& /*path*/, agent::SteadyTime /*now*/) {
    return FakeAnswer{20ms, 200, std::string(5 << 20, 'x')};
  };
  node.start();
  node.pass(20s);
  ASSERT_TRUE(node.status("big", ProfileType::kHeap).failure);
  EXPECT_EQ(node.status("big", ProfileType::kHeap).failure->cause, "response_too_large");
  EXPECT_EQ(node.status("big", ProfileType::kHeap).failure->hint,
            "big: kprofd takes no profile past 4MiB compressed, and maxResponseBytes does not raise that; disable heap for this target");
}

TEST(Recorder, TakesNoMoreThanTheConfigurationSays) {
  const agent::pprof::DecodeLimits limits;
  const auto says = agent::read_file(KPROFD_SOURCE_DIR "/config/kprofd.yaml", 1U << 20U);
  ASSERT_TRUE(says);
  const auto sizes = agent::format_size(limits.max_compressed_bytes) + " compressed, " + agent::format_size(limits.max_decompressed_bytes) +
                     " decompressed and " + agent::format_size(limits.max_profile_bytes) + " decoded";
  EXPECT_NE(says->find(sizes), std::string::npos) << sizes;
}

TEST(Recorder, ReportsAStoreThatRefusesAndGoesOn) {
  FakeNode node;
  node.apply({target_named("etcd", {{ProfileType::kHeap, 10s, 0s}})});
  node.set_store_error(agent::Error(agent::Errc::kIo, "disk full"));
  node.start();
  node.pass(20s);
  EXPECT_EQ(node.status("etcd", ProfileType::kHeap).failure->cause, "store_failed");
  EXPECT_EQ(node.recorder().targets().front().health, TargetHealth::kUp);
  node.set_store_error(std::nullopt);
  node.pass(10s);
  EXPECT_EQ(node.status("etcd", ProfileType::kHeap).state, ProfileState::kOk);
}

TEST(Recorder, TakesASnapshotThatWaitsForTheDiskForAGoodOne) {
  FakeNode node;
  node.apply({target_named("etcd", {{ProfileType::kHeap, 10s, 0s}, {ProfileType::kCpu, 10s, 1s}})});
  node.start();
  node.pass(20s);
  const auto lines = node.log.lines;
  node.set_store_error(agent::Error(agent::Errc::kUnavailable, "the snapshot waits in memory: no space", "store_unwritable"));
  node.pass(1min);
  for (const auto type : {ProfileType::kHeap, ProfileType::kCpu}) {
    const auto status = node.status("etcd", type);
    EXPECT_EQ(status.state, ProfileState::kOk);
    EXPECT_EQ(status.failures, 0U);
    EXPECT_EQ(status.scrapes, 8U);
  }
  EXPECT_EQ(node.log.lines, lines) << "the store says it, once";
  EXPECT_EQ(node.metrics.serialize().find("result=\"failure\""), std::string::npos);

  agent::model::CaptureRequest request;
  request.types = {ProfileType::kHeap};
  const auto capture = node.recorder().start_capture(request, agent::model::Cause::kManual);
  node.pass(2s);
  const auto done = node.recorder().capture(capture->id);
  ASSERT_TRUE(done->finished);
  EXPECT_EQ(done->items.front().error, "store_unwritable: the snapshot waits in memory: no space");
}

TEST(Recorder, RefusesAProfileOfAProcessThatWasReplacedMeanwhile) {
  FakeNode node;
  node.set_process("etcd", agent::model::Process{10, node.clock.wall_now() - 1h});
  node.apply({target_named("etcd", {{ProfileType::kCpu, 10s, 5s}})});
  node.fake("etcd")->answer = [&](const std::string& path, agent::SteadyTime now) {
    node.set_process("etcd", agent::model::Process{11, node.clock.wall_now() + 1s});
    return tests::healthy(path, now);
  };
  node.start();
  node.pass(10s);
  node.fake("etcd")->answer = tests::healthy;
  node.pass(6s);
  EXPECT_EQ(node.status("etcd", ProfileType::kCpu).failure->cause, "process_restarted");
  EXPECT_TRUE(node.stored().empty());
  EXPECT_EQ(node.recorder().targets().front().process.pid, 11);
  node.pass(10s);
  ASSERT_FALSE(node.stored().empty());
  EXPECT_EQ(node.stored().front().process.pid, 11);
}

TEST(Recorder, WaitsUntilTheSuccessorOfAProcessIsKnown) {
  FakeNode node;
  node.set_process("etcd", agent::model::Process{10, node.clock.wall_now() - 1h});
  node.apply({target_named("etcd", {{ProfileType::kHeap, 10s, 0s}})});
  node.start();
  node.pass(20s);
  node.set_process("etcd", std::nullopt);
  node.pass(20s);
  EXPECT_EQ(node.status("etcd", ProfileType::kHeap).failure->cause, "process_restarted");
  EXPECT_EQ(node.stored().size(), 2U);
  node.set_process("etcd", agent::model::Process{11, node.clock.wall_now()});
  node.pass(20s);
  ASSERT_EQ(node.stored().size(), 4U);
  EXPECT_EQ(node.stored().back().process.pid, 11);
  node.set_process("etcd", std::nullopt);  // for good: /proc is not readable any more
  node.pass(2min);
  EXPECT_EQ(node.status("etcd", ProfileType::kHeap).state, ProfileState::kOk);
  EXPECT_EQ(node.stored().back().process.pid, 0);
}

TEST(Recorder, ReadsTheVersionOfAKubernetesComponentOncePerProcess) {
  FakeNode node;
  node.apply({target_named("kube-apiserver", {{ProfileType::kHeap, 10s, 0s}})});
  node.fake("kube-apiserver")->answer = [](const std::string& path, agent::SteadyTime now) {
    return path == "/version" ? FakeAnswer{1ms, 200, R"({"gitVersion":"v1.20.2"})"} : tests::healthy(path, now);
  };
  node.start();
  node.pass(1min);
  EXPECT_EQ(node.fake("kube-apiserver")->times_of("/version").size(), 1U);
  EXPECT_EQ(node.stored().front().component_version, "v1.20.2");
}

TEST(Recorder, TakesGoroutineStacksOnlyUnderTheLimit) {
  agent::scrape::RecorderOptions options;
  options.max_debug2_goroutines = 2;
  FakeNode node(options);
  node.set_process("etcd", agent::model::Process{10, node.clock.wall_now() - 1h});
  node.apply({target_named("etcd", {{ProfileType::kGoroutineDebug2, 10s, 0s}})});
  node.fake("etcd")->answer = [](const std::string& path, agent::SteadyTime now) {
    return path.find("debug=2") == std::string::npos ? tests::healthy(path, now) : FakeAnswer{1ms, 200, "goroutine 1 [running]:\n"};
  };
  node.start();
  node.pass(20s);
  EXPECT_EQ(node.status("etcd", ProfileType::kGoroutineDebug2).failure->cause, "too_many_goroutines");
  EXPECT_TRUE(node.fake("etcd")->times_of("debug=2").empty());

  options.max_debug2_goroutines = 3;  // of the three that the fake has
  node.recorder().apply({node.recorder().targets().front().target}, options);
  node.pass(10s);
  EXPECT_EQ(node.status("etcd", ProfileType::kGoroutineDebug2).state, ProfileState::kOk);
}

}  // namespace
