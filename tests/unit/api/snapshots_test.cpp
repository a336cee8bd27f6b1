#include "agent/async/semaphore.hpp"
#include "tests/unit/api/api_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>

#include <set>

namespace agent::api {
namespace {

namespace json = boost::json;

class Snapshots : public tests::ApiTest {
 protected:
  void fill(int count) {
    for (int i = 0; i < count; ++i) store_.reads.add(snapshot(i));
  }
};

TEST_F(Snapshots, AreListedNewestFirst) {
  fill(3);
  const auto answer = get("/api/v1/snapshots");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.finished);
  const auto page = json::parse(answer.body).as_object();
  const auto& list = page.at("snapshots").as_array();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].at("id"), to_string(snapshot(2).id).c_str());
  EXPECT_EQ(list[0].at("start"), "1970-01-02T00:00:02Z");
  EXPECT_TRUE(list[0].at("process").is_null());
  EXPECT_TRUE(page.at("next").is_null());
}

TEST_F(Snapshots, ComeInPagesThatMeetWithoutGapOrOverlap) {
  fill(1250);
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  for (;; ++pages) {
    const auto page = json::parse(get("/api/v1/snapshots?limit=250" + cursor).body).as_object();
    for (const auto& one : page.at("snapshots").as_array()) {
      EXPECT_TRUE(seen.insert(one.at("id").as_string().c_str()).second);
    }
    if (page.at("next").is_null()) break;
    cursor = "&before=" + std::string(page.at("next").as_string().c_str());
  }
  EXPECT_EQ(seen.size(), 1250U);
  EXPECT_EQ(pages, 4);  // the fifth page is the last and says so
}

TEST_F(Snapshots, AreSentInChunksWhileTheyAreRead) {
  fill(1000);
  const auto answer = get("/api/v1/snapshots?limit=1000");
  EXPECT_GT(answer.chunks, 5);
  EXPECT_EQ(json::parse(answer.body).at("snapshots").as_array().size(), 1000U);
}

TEST_F(Snapshots, AreFilteredByEveryParameter) {
  store_.reads.add(snapshot(1, "etcd"));
  store_.reads.add(snapshot(2, "kubelet", model::ProfileType::kCpu));
  store_.reads.add(snapshot(3));
  const auto count = [&](const std::string& query) {
    return json::parse(get("/api/v1/snapshots?" + query).body).at("snapshots").as_array().size();
  };
  EXPECT_EQ(count("component=etcd"), 1U);
  EXPECT_EQ(count("type=cpu"), 1U);
  EXPECT_EQ(count("component=kubelet"), 2U);
  EXPECT_EQ(count("cause=manual"), 0U);
  EXPECT_EQ(count("from=86402&to=86403"), 1U);
}

TEST_F(Snapshots, RefuseAParameterTheyDoNotKnow) {
  const auto answer = get("/api/v1/snapshots?kind=heap");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body,
            "{\"error\":\"invalid_argument\",\"detail\":\"unknown parameter \\\"kind\\\"; valid: component, type, from, to, cause, limit, "
            "before\"}\n");
}

TEST_F(Snapshots, SayThatTheStoreFailsWhileThatCanStillBeSaid) {
  fill(3);
  store_.reads.failure = Error(Errc::kIo, "block 7: input/output error");
  const auto answer = get("/api/v1/snapshots");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body, "{\"error\":\"io_error\",\"detail\":\"block 7: input/output error\"}\n");
}

TEST_F(Snapshots, BreakOffWhenTheStoreFailsHalfWay) {
  fill(1000);
  store_.reads.failure = Error(Errc::kIo, "block 7: input/output error");
  store_.reads.fail_after_reads = 3;
  const auto answer = get("/api/v1/snapshots?limit=1000");
  EXPECT_EQ(answer.status, 200);
  EXPECT_FALSE(answer.finished);
  EXPECT_EQ(log_.lines, std::vector<std::string>{"a list of snapshots broke off error=block 7: input/output error"});
}

TEST_F(Snapshots, StopReadingWhenThePeerIsGone) {
  fill(1000);
  tests::FakeResponseWriter answer;
  answer.writes_until_gone = 1;
  const auto wanted = request("GET", "/api/v1/snapshots?limit=1000");
  tests::run_task(io_, api_.serve(wanted, answer));
  EXPECT_LT(store_.reads.reads, 4);
}

TEST_F(Snapshots, AreFoundById) {
  fill(1);
  const auto id = to_string(snapshot(0).id);
  EXPECT_EQ(json::parse(get("/api/v1/snapshots/" + id).body).at("id"), id.c_str());
  EXPECT_EQ(get("/api/v1/snapshots/0000000000000001").status, 404);
  EXPECT_EQ(get("/api/v1/snapshots/heap").status, 400);
}

TEST_F(Snapshots, OfRawTypesComeAsTheyWere) {
  store_.reads.add(snapshot(1, "kubelet", model::ProfileType::kTrace), "go 1.11 trace");
  store_.reads.add(snapshot(2, "kube/let", model::ProfileType::kGoroutineDebug2), "goroutine 1 [running]:");
  const auto trace = get("/api/v1/snapshots/" + to_string(snapshot(1).id) + "/profile");
  EXPECT_EQ(trace.body, "go 1.11 trace");
  EXPECT_EQ(trace.headers.get("Content-Type"), "application/octet-stream");
  EXPECT_EQ(trace.headers.get("Content-Disposition"), "attachment; filename=\"kubelet-trace-19700102T000001Z.trace\"");
  const auto dump = get("/api/v1/snapshots/" + to_string(snapshot(2).id) + "/profile");
  EXPECT_EQ(dump.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(dump.headers.get("Content-Disposition"), "attachment; filename=\"kube_let-goroutine-debug2-19700102T000002Z.txt\"");
}

TEST_F(Snapshots, OfProfilesComeAsGzipWithoutContentEncoding) {
  store_.reads.add(snapshot(1), pprof::Profile());
  const auto answer = get("/api/v1/snapshots/" + to_string(snapshot(1).id) + "/profile");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(answer.headers.get("Content-Encoding"), "");
  EXPECT_EQ(answer.headers.get("Content-Disposition"), "attachment; filename=\"kubelet-heap-19700102T000001Z.pb.gz\"");
}

// A client that reads slowly: respond() takes the answer and ends when the gate opens.
class SlowResponseWriter final : public http::ResponseWriter {
 public:
  explicit SlowResponseWriter(async::Semaphore& gate) : gate_(gate) {}
  async::Task<Result<void>> respond(int code, http::Headers, std::string) override {
    status = code;
    const auto permit = co_await gate_.acquire();
    co_return Result<void>();
  }
  async::Task<Result<void>> start(int, http::Headers) override { co_return Result<void>(); }
  async::Task<Result<void>> write(std::string) override { co_return Result<void>(); }
  async::Task<Result<void>> finish() override { co_return Result<void>(); }
  [[nodiscard]] bool started() const override { return status != 0; }

  int status = 0;

 private:
  async::Semaphore& gate_;
};

TEST_F(Snapshots, AreRefusedWhileSlowClientsHoldTooManyBytes) {
  store_.reads.add(snapshot(1, "kubelet", model::ProfileType::kTrace), std::string(3U << 20U, 't'));
  const auto wanted = request("GET", "/api/v1/snapshots/" + to_string(snapshot(1).id) + "/profile");
  async::Semaphore gate(io_.get_executor(), 0);
  SlowResponseWriter slow(gate);
  boost::asio::co_spawn(io_, api_.serve(wanted, slow), boost::asio::detached);
  io_.restart();
  while (slow.status == 0) io_.run_one();
  EXPECT_EQ(slow.status, 200);

  tests::FakeResponseWriter refused;
  bool is_over = false;
  boost::asio::co_spawn(io_, api_.serve(wanted, refused), [&](const std::exception_ptr&) { is_over = true; });
  while (!is_over) io_.run_one();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.get("Retry-After"), "2");

  gate.set_limit(1);
  io_.run();
  EXPECT_EQ(ask(wanted).status, 200);
}

TEST_F(Snapshots, MergeOverAWindow) {
  store_.reads.merged.emplace();
  store_.reads.merged->time_nanos = 86'400'000'000'000;
  const auto answer = get("/api/v1/profile?component=kubelet&type=heap&from=-15m");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("Content-Disposition"), "attachment; filename=\"kubelet-heap-19700102T000000Z-merged.pb.gz\"");
  ASSERT_EQ(store_.reads.merges.size(), 1U);
  EXPECT_EQ(store_.reads.merges[0].from, clock_.wall_now() - std::chrono::minutes(15));
}

TEST_F(Snapshots, MergeNeedsASeriesThatMerges) {
  EXPECT_EQ(get("/api/v1/profile?component=kubelet").body,
            "{\"error\":\"invalid_argument\",\"detail\":\"component and type must be given\"}\n");
  EXPECT_EQ(get("/api/v1/profile?component=kubelet&type=trace").status, 400);
  EXPECT_EQ(get("/api/v1/profile?component=kubelet&type=heap").status, 404);
}

}  // namespace
}  // namespace agent::api
