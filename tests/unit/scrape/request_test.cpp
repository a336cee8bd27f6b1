#include "agent/scrape/request.hpp"

#include <gtest/gtest.h>

namespace {

using agent::model::ProfileType;
using namespace std::chrono_literals;

agent::model::Target target() {
  agent::model::Target made;
  made.component = "etcd";
  made.url = "http://127.0.0.1:2379";
  return made;
}

TEST(Request, NamesTheHandlersOfNetHttpPprof) {
  const auto etcd = target();
  const auto path = [&](ProfileType type, agent::Duration duration = 0s) { return agent::scrape::profile_path(etcd, type, duration); };
  EXPECT_EQ(path(ProfileType::kCpu, 10s), "/debug/pprof/profile?seconds=10");
  EXPECT_EQ(path(ProfileType::kCpu, 1500ms), "/debug/pprof/profile?seconds=2");
  EXPECT_EQ(path(ProfileType::kTrace, 250ms), "/debug/pprof/trace?seconds=0.25");
  EXPECT_EQ(path(ProfileType::kTrace, 5s), "/debug/pprof/trace?seconds=5");
  EXPECT_EQ(path(ProfileType::kHeap), "/debug/pprof/heap");
  EXPECT_EQ(path(ProfileType::kAllocs), "/debug/pprof/allocs");
  EXPECT_EQ(path(ProfileType::kGoroutine), "/debug/pprof/goroutine");
  EXPECT_EQ(path(ProfileType::kBlock), "/debug/pprof/block");
  EXPECT_EQ(path(ProfileType::kMutex), "/debug/pprof/mutex");
  EXPECT_EQ(path(ProfileType::kThreadcreate), "/debug/pprof/threadcreate");
  EXPECT_EQ(path(ProfileType::kGoroutineDebug2), "/debug/pprof/goroutine?debug=2");
}

TEST(Request, LimitsLeaveRoomForTheProfileItself) {
  const auto limits = agent::scrape::request_limits(target(), 10s, 1 << 20);
  EXPECT_EQ(limits.connect_timeout, 2s);
  EXPECT_EQ(limits.header_timeout, 20s);
  EXPECT_EQ(limits.total_timeout, 30s);
  EXPECT_EQ(limits.max_body_bytes, 1U << 20U);
  EXPECT_EQ(agent::scrape::request_limits(target(), 0s, 1ULL << 40U).max_body_bytes, 32ULL << 20U);
}

TEST(LiveRequest, KnowsItsTypeAndHowLongItTakes) {
  const auto parse = [](std::string_view text) { return agent::scrape::parse_live_request(target(), text); };
  EXPECT_EQ(parse("")->path, "/debug/pprof/");
  EXPECT_FALSE(parse("")->type);
  EXPECT_EQ(parse("heap?gc=1")->path, "/debug/pprof/heap?gc=1");
  EXPECT_EQ(parse("heap?gc=1")->type, ProfileType::kHeap);
  EXPECT_EQ(parse("profile")->duration, 30s);
  EXPECT_EQ(parse("profile")->duration, 30s);
  EXPECT_EQ(parse("profile?seconds=5")->type, ProfileType::kCpu);
  EXPECT_EQ(parse("profile?seconds=5")->duration, 5s);
  EXPECT_EQ(parse("trace?seconds=300")->duration, 300s);
  EXPECT_EQ(parse("heap?seconds=7")->duration, 7s);
  EXPECT_EQ(parse("goroutine?debug=2")->type, ProfileType::kGoroutineDebug2);
  EXPECT_EQ(parse("goroutine?debug=1")->type, ProfileType::kGoroutine);
  EXPECT_FALSE(parse("cmdline")->type);
}

TEST(LiveRequest, LeavesThePprofFolderOfTheTargetByNoPath) {
  for (const std::string_view text :
       {"../../exec/ns/pod", "heap/../../x", "/heap", "..", "a/b", "heap%2f..", "heap#x", "heap?x=a b", "heap?deb%75g=2", "heap\r\nX: y",
        "heap?a=b\r\n", "profile?seconds=301", "profile?seconds=0", "trace?seconds=1.5", "profile?seconds=99999999999999999999",
        "profile?seconds=-1", "profile?seconds=x", "profile?seconds=nan"}) {
    const auto request = agent::scrape::parse_live_request(target(), text);
    ASSERT_FALSE(request) << text;
    EXPECT_EQ(request.error().code(), agent::Errc::kInvalidArgument);
  }
}

TEST(Version, IsReadFromKubernetesAndEtcdAnswers) {
  EXPECT_EQ(agent::scrape::version_in(R"({"major": "1", "gitVersion": "v1.20.2", "goVersion": "go1.15.5"})"), "v1.20.2");
  EXPECT_EQ(agent::scrape::version_in(R"({"etcdserver":"3.4.23","etcdcluster":"3.4.0"})"), "3.4.23");
  EXPECT_EQ(agent::scrape::version_in("<html>"), "");
  EXPECT_EQ(agent::scrape::version_in(R"({"gitVersion":")"), "");
  EXPECT_EQ(agent::scrape::version_in(R"({"gitVersion":"a\nb"})"), "");
}

}  // namespace
