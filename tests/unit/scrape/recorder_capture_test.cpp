#include "agent/scrape/captures.hpp"
#include "agent/scrape/fetcher.hpp"
#include "agent/scrape/recorder.hpp"
#include "tests/unit/scrape/fake_target.hpp"

#include <gtest/gtest.h>

namespace {

using agent::Errc;
using agent::model::CaptureRequest;
using agent::model::CaptureState;
using agent::model::Cause;
using agent::model::ProfileType;
using tests::FakeAnswer;
using tests::FakeNode;
using tests::target_named;
using namespace std::chrono_literals;

agent::model::Target slow_target(const std::string& component) {
  return target_named(component, {{ProfileType::kCpu, 1h, 5s}, {ProfileType::kHeap, 1h, 0s}});
}

TEST(RecorderCapture, TakesTheTypesOfThePlanFromAllTargets) {
  FakeNode node;
  node.apply({slow_target("a"), slow_target("b")});
  node.start();
  CaptureRequest request;
  request.seconds = 2s;
  const auto capture = node.recorder().start_capture(request, Cause::kManual);
  ASSERT_TRUE(capture);
  EXPECT_EQ(capture->state, CaptureState::kRunning);
  EXPECT_EQ(capture->items.size(), 4U);
  node.pass(3s);
  const auto done = node.recorder().capture(capture->id);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->state, CaptureState::kSucceeded);
  ASSERT_TRUE(done->finished);
  for (const auto& item : done->items) EXPECT_TRUE(item.snapshot) << item.component;
  const auto stored = node.stored();
  ASSERT_EQ(stored.size(), 4U);
  for (const auto& info : stored) {
    EXPECT_EQ(info.cause, Cause::kManual);
    EXPECT_EQ(info.capture_id, capture->id);
    EXPECT_EQ(info.duration, info.type == ProfileType::kCpu ? 2s : 0s);
  }
}

TEST(RecorderCapture, TakesTypesThatNoPlanHas) {
  FakeNode node;
  node.apply({slow_target("a")});
  node.fake("a")->answer = [](const std::string& path, agent::SteadyTime now) {
    if (path.find("/trace") != std::string::npos) return FakeAnswer{1s, 200, "go 1.19 trace"};
    if (path.find("debug=2") != std::string::npos) return FakeAnswer{1ms, 200, "goroutine 1 [running]:\n"};
    return tests::healthy(path, now);
  };
  node.start();
  CaptureRequest request;
  request.types = {ProfileType::kTrace, ProfileType::kGoroutineDebug2, ProfileType::kTrace};
  const auto capture = node.recorder().start_capture(request, Cause::kIncident);
  ASSERT_TRUE(capture);
  EXPECT_EQ(capture->items.size(), 2U);
  node.pass(5s);
  EXPECT_EQ(node.recorder().capture(capture->id)->state, CaptureState::kSucceeded);
  EXPECT_EQ(node.fake("a")->times_of("trace?seconds=1").size(), 1U);
}

TEST(RecorderCapture, IsPartialWhenSomeFailAndSaysWhy) {
  FakeNode node;
  node.apply({slow_target("good"), slow_target("bad")});
  node.fake("bad")->answer = [](const std::string& /*path*/, agent::SteadyTime /*now*/) { return FakeAnswer{1ms, 403, "no"}; };
  node.start();
  const auto capture = node.recorder().start_capture({}, Cause::kManual);
  ASSERT_TRUE(capture);
  node.pass(7s);
  const auto done = node.recorder().capture(capture->id);
  EXPECT_EQ(done->state, CaptureState::kPartial);
  EXPECT_EQ(done->items.back().error, "forbidden: no");
}

TEST(RecorderCapture, WaitsForTheLockOfAScheduledProfile) {
  FakeNode node;
  node.apply({target_named("a", {{ProfileType::kCpu, 20s, 5s}})});
  node.start();
  while (node.fake("a")->asked.empty()) node.pass(100ms);
  CaptureRequest request;
  request.seconds = 2s;
  const auto capture = node.recorder().start_capture(request, Cause::kManual);
  ASSERT_TRUE(capture);
  node.pass(8s);
  EXPECT_EQ(node.recorder().capture(capture->id)->state, CaptureState::kSucceeded);
  EXPECT_EQ(node.fake("a")->max_in_flight, 1);
}

TEST(RecorderCapture, RefusesWhatItCannotTake) {
  FakeNode node;
  node.apply({slow_target("a")});
  const auto code = [&](const CaptureRequest& request) {
    const auto capture = node.recorder().start_capture(request, Cause::kManual);
    return capture ? Errc::kInternal : capture.error().code();
  };
  CaptureRequest unknown;
  unknown.components = {"nobody"};
  EXPECT_EQ(code(unknown), Errc::kNotFound);
  CaptureRequest too_long;
  too_long.seconds = 301s;
  EXPECT_EQ(code(too_long), Errc::kInvalidArgument);
  CaptureRequest none;
  none.seconds = 0s;
  EXPECT_EQ(code(none), Errc::kInvalidArgument);
  CaptureRequest broken;
  broken.seconds = 1500ms;
  EXPECT_EQ(code(broken), Errc::kInvalidArgument);
  CaptureRequest chatty;
  chatty.reason = std::string(1001, 'x');
  EXPECT_EQ(code(chatty), Errc::kInvalidArgument);
  node.apply({});
  EXPECT_EQ(code({}), Errc::kInvalidArgument);
}

TEST(RecorderCapture, RemembersABoundedNumber) {
  agent::scrape::RecorderOptions options;
  options.max_captures = 2;
  FakeNode node(options);
  node.apply({slow_target("a")});
  node.start();
  const auto first = node.recorder().start_capture({}, Cause::kManual);
  const auto second = node.recorder().start_capture({}, Cause::kManual);
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_NE(first->id, second->id);
  const auto third = node.recorder().start_capture({}, Cause::kManual);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code(), Errc::kUnavailable);
  node.pass(12s);
  const auto fourth = node.recorder().start_capture({}, Cause::kManual);
  ASSERT_TRUE(fourth);
  EXPECT_FALSE(node.recorder().capture(first->id));
  ASSERT_EQ(node.recorder().captures().size(), 2U);
  EXPECT_EQ(node.recorder().captures().front().id, fourth->id);
}

TEST(RecorderCapture, IsCancelledByStop) {
  FakeNode node;
  node.apply({slow_target("a")});
  node.start();
  const auto capture = node.recorder().start_capture({}, Cause::kManual);
  ASSERT_TRUE(capture);
  node.pass(1s);
  node.stop();
  EXPECT_EQ(node.recorder().capture(capture->id)->state, CaptureState::kCancelled);
  EXPECT_FALSE(node.recorder().start_capture({}, Cause::kManual));
}

/// What a live request answers, once it does.
struct Live {
  std::optional<agent::Result<agent::http::ClientResponse>> answer;
};

agent::async::Task<void> ask(agent::scrape::Recorder& recorder, std::string component, std::string path, Live& live) {
  live.answer.emplace(co_await recorder.fetch_live(std::move(component), std::move(path)));
}

void start_live(FakeNode& node, const std::string& path, Live& live) {
  boost::asio::co_spawn(node.io(), ask(node.recorder(), "a", path, live), boost::asio::detached);
}

TEST(RecorderLive, PassesAnyAnswerOn) {
  FakeNode node;
  node.apply({slow_target("a")});
  node.fake("a")->answer = [](const std::string& path, agent::SteadyTime now) {
    return path == "/debug/pprof/" ? FakeAnswer{1ms, 404, "not here"} : tests::healthy(path, now);
  };
  Live index;
  start_live(node, "", index);
  Live heap;
  start_live(node, "heap?gc=1", heap);
  node.pass(1s);
  ASSERT_TRUE(index.answer && *index.answer);
  EXPECT_EQ((*index.answer)->status, 404);
  ASSERT_TRUE(heap.answer && *heap.answer);
  EXPECT_EQ((*heap.answer)->status, 200);
  EXPECT_EQ(node.fake("a")->asked.back().second, "/debug/pprof/heap?gc=1");
}

agent::async::Task<void> ask_symbols(agent::scrape::Recorder& recorder, Live& live) {
  live.answer.emplace(co_await recorder.look_up_symbols("a", "0x401000"));
}

TEST(RecorderLive, PostsToSymbolOnly) {
  FakeNode node;
  node.apply({slow_target("a")});
  Live live;
  boost::asio::co_spawn(node.io(), ask_symbols(node.recorder(), live), boost::asio::detached);
  node.pass(1s);
  ASSERT_TRUE(live.answer && *live.answer);
  EXPECT_EQ(node.fake("a")->posted, (std::vector<std::string>{"/debug/pprof/symbol application/octet-stream 0x401000"}));
}

TEST(RecorderLive, WaitsForAShortCpuProfileThatIsTakenAlready) {
  FakeNode node;
  node.apply({slow_target("a")});
  Live first;
  start_live(node, "profile?seconds=5", first);
  node.pass(1s);
  Live second;
  start_live(node, "profile?seconds=1", second);
  node.pass(1s);
  EXPECT_FALSE(second.answer);
  node.pass(5s);
  ASSERT_TRUE(first.answer && *first.answer);
  EXPECT_EQ((*first.answer)->status, 200);
  ASSERT_TRUE(second.answer && *second.answer);
  EXPECT_EQ((*second.answer)->status, 200);
}

TEST(RecorderLive, SaysThatALongCpuProfileIsTakenAlready) {
  FakeNode node;
  node.apply({slow_target("a")});
  Live first;
  start_live(node, "profile?seconds=30", first);
  node.pass(1s);
  Live second;
  start_live(node, "profile?seconds=1", second);
  node.pass(agent::scrape::kLivePatience);
  ASSERT_TRUE(second.answer);
  ASSERT_FALSE(*second.answer);
  EXPECT_EQ(second.answer->error().code(), Errc::kUnavailable);
  EXPECT_EQ(second.answer->error().cause(), "busy");
  node.pass(30s);
  ASSERT_TRUE(first.answer && *first.answer);
}

TEST(RecorderLive, KnowsOnlyItsTargets) {
  FakeNode node;
  Live live;
  start_live(node, "heap", live);
  node.pass(1s);
  ASSERT_TRUE(live.answer && !*live.answer);
  EXPECT_EQ(live.answer->error().code(), Errc::kNotFound);
}

}  // namespace
