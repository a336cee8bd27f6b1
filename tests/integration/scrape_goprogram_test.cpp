// A real Go program with net/http/pprof (tests/testdata/goprogram): all types, a second scraper in the way, a restart.
// links: scrape
#include "agent/http/client.hpp"
#include "agent/scrape/recorder.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/recording_node.hpp"
#include "tests/support/run_task.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using agent::model::CaptureState;
using agent::model::ProfileState;
using agent::model::ProfileType;
using tests::ChildProcess;
using tests::RecordingNode;
using namespace std::chrono_literals;

/// Builds it once for a build folder; "" without Go.
std::string go_program() {
  namespace fs = std::filesystem;
  const fs::path source = fs::path(KPROFD_SOURCE_DIR) / "tests/testdata/goprogram/main.go";
  const fs::path binary = fs::path(KPROFD_BINARY_DIR) / "goprogram";
  if (fs::exists(binary) && fs::last_write_time(binary) > fs::last_write_time(source)) return binary;
  if (tests::find_in_path("go").empty()) return {};
  const auto made = binary.string() + "." + std::to_string(::getpid());
  const auto command = "GO111MODULE=off GOFLAGS= GOCACHE='" + (fs::path(KPROFD_BINARY_DIR) / "go-cache").string() + "' go build -o '" +
                       made + "' '" + source.string() + "'";
  if (std::system(command.c_str()) != 0) return {};
  fs::rename(made, binary);
  return binary;
}

/// The program while it runs, and where.
class GoProgram {
 public:
  explicit GoProgram(const std::string& binary, const std::string& address = "127.0.0.1:0", std::vector<std::string> more = {})
      : child_(command(binary, address, std::move(more))) {
    const auto line = child_.read_until("\n", 10s);
    const auto at = line.find("http://");
    if (at != std::string::npos) url_ = line.substr(at, line.find('\n') - at);
  }
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] agent::model::Process process() const {
    return {child_.pid(), std::chrono::time_point_cast<agent::Duration>(std::chrono::system_clock::now())};
  }
  void kill() { child_.kill(SIGKILL); }

 private:
  static std::vector<std::string> command(const std::string& binary, const std::string& address, std::vector<std::string> more) {
    std::vector<std::string> words{binary, "-listen", address};
    for (auto& word : more) words.push_back(std::move(word));
    return words;
  }

  ChildProcess child_;
  std::string url_;
};

class ScrapeGoProgram : public testing::Test {
 protected:
  void SetUp() override {
    binary_ = go_program();
    if (binary_.empty()) GTEST_SKIP() << "no go toolchain: apt-get install golang-go";
  }

  static agent::model::Target target(const GoProgram& program) {
    agent::model::Target target;
    target.component = "app";
    target.url = program.url();
    target.limits.header_timeout = 2s;
    target.limits.total_timeout = 4s;
    target.profiles = {{ProfileType::kCpu, 2s, 1s},         {ProfileType::kHeap, 1s, 0s},  {ProfileType::kAllocs, 1s, 0s},
                       {ProfileType::kGoroutine, 1s, 0s},   {ProfileType::kBlock, 1s, 0s}, {ProfileType::kMutex, 1s, 0s},
                       {ProfileType::kThreadcreate, 1s, 0s}};
    return target;
  }

  std::string binary_;
};

TEST_F(ScrapeGoProgram, TakesEveryType) {
  GoProgram program(binary_);
  ASSERT_FALSE(program.url().empty());
  RecordingNode node;
  node.start({target(program)});
  const auto all_taken = [&] {
    const auto status = node.recorder().targets().front();
    return std::all_of(status.profiles.begin(), status.profiles.end(), [](const auto& profile) { return profile.scrapes > 0; });
  };
  EXPECT_TRUE(node.run_until(all_taken, 10s));
  const auto status = node.recorder().targets().front();
  for (const auto& profile : status.profiles) {
    EXPECT_EQ(profile.state, ProfileState::kOk) << agent::model::to_string(profile.plan.type);
    EXPECT_EQ(profile.failures, 0U);
    EXPECT_GT(profile.last_bytes, 0U);
  }
  for (const auto& stored : node.stored()) EXPECT_GT(stored.samples, 0U) << agent::model::to_string(stored.info.type);
  EXPECT_EQ(status.health, agent::model::TargetHealth::kUp);
}

TEST_F(ScrapeGoProgram, AsksRarelyForAMutexProfileOnlyWhenTheProgramDoesNotSampleIt) {
  // One has nothing to sample: of a million contentions it takes one. The other does not sample.
  GoProgram quiet(binary_, "127.0.0.1:0", {"-contention=false", "-mutex-fraction=1000000"});
  GoProgram off(binary_, "127.0.0.1:0", {"-contention=false", "-mutex-fraction=0"});
  std::vector<agent::model::Target> targets{target(quiet), target(off)};
  targets[1].component = "off";
  for (auto& target : targets) target.profiles = {{ProfileType::kMutex, 1s, 0s}};
  RecordingNode node;
  node.start(targets);
  EXPECT_TRUE(node.run_until([&] { return node.status("app", ProfileType::kMutex).scrapes >= 4; }, 8s));
  EXPECT_EQ(node.status("app", ProfileType::kMutex).state, ProfileState::kOk);
  EXPECT_EQ(node.status("off", ProfileType::kMutex).state, ProfileState::kEmpty);
  EXPECT_EQ(node.status("off", ProfileType::kMutex).scrapes, 1U);
  for (const auto& stored : node.stored()) EXPECT_EQ(stored.samples, 0U);
}

TEST_F(ScrapeGoProgram, CapturesATraceAndTheStacksOfGoroutines) {
  GoProgram program(binary_);
  RecordingNode node;
  node.start({target(program)});
  agent::model::CaptureRequest request;
  request.types = {ProfileType::kTrace, ProfileType::kGoroutineDebug2, ProfileType::kCpu};
  request.seconds = 1s;
  const auto capture = node.recorder().start_capture(request, agent::model::Cause::kManual);
  ASSERT_TRUE(capture);
  EXPECT_TRUE(node.run_until([&] { return node.recorder().capture(capture->id)->finished.has_value(); }, 10s));
  const auto done = node.recorder().capture(capture->id);
  EXPECT_EQ(done->state, CaptureState::kSucceeded);
  for (const auto& item : done->items) EXPECT_EQ(item.error, "");
}

agent::async::Task<void> profile_elsewhere(std::shared_ptr<agent::http::Client> client, std::string path, int& status) {
  agent::http::ClientRequest request;
  request.target = std::move(path);
  const auto answer = co_await client->send(std::move(request), agent::http::RequestLimits());
  status = answer ? answer->status : -1;
}

TEST_F(ScrapeGoProgram, WaitsInTheRoundForASecondScraperThatHoldsTheProfileLock) {
  GoProgram program(binary_);
  RecordingNode node;
  auto app = target(program);
  app.profiles = {{ProfileType::kCpu, 6s, 1s}};
  // The other scraper begins first: it takes 3 s, ours begins within that, is refused, and gets its turn in the same round.
  agent::http::ClientOptions options;
  options.url = *agent::http::parse_url(program.url());
  const std::shared_ptr<agent::http::Client> other = agent::http::make_client(node.io().get_executor(), options, node.log());
  int other_status = 0;
  node.start({app});
  const auto next = [&] { return node.status("app", ProfileType::kCpu).next; };
  ASSERT_TRUE(node.run_until([&] { return next().has_value(); }, 1s));
  const auto begin = *next() - 300ms;
  node.run_until([&] { return std::chrono::system_clock::now() >= begin; }, 7s);
  boost::asio::co_spawn(node.io(), profile_elsewhere(other, "/debug/pprof/profile?seconds=3", other_status),
                        [](const std::exception_ptr&) {});
  EXPECT_TRUE(node.run_until([&] { return node.status("app", ProfileType::kCpu).scrapes == 1; }, 8s));
  EXPECT_EQ(other_status, 200);
  EXPECT_EQ(node.status("app", ProfileType::kCpu).failures, 0U);
  EXPECT_NE(node.metrics().find("kprofd_scrape_busy_retries_total{component=\"app\",type=\"cpu\"}"), std::string::npos);
}

TEST_F(ScrapeGoProgram, ReportsASecondScraperThatNeverLetsGo) {
  GoProgram program(binary_);
  RecordingNode node;
  auto app = target(program);
  app.profiles = {{ProfileType::kCpu, 2s, 1s}};
  agent::http::ClientOptions options;
  options.url = *agent::http::parse_url(program.url());
  const std::shared_ptr<agent::http::Client> other = agent::http::make_client(node.io().get_executor(), options, node.log());
  int other_status = 0;
  boost::asio::co_spawn(node.io(), profile_elsewhere(other, "/debug/pprof/profile?seconds=6", other_status),
                        [](const std::exception_ptr&) {});
  node.run_for(200ms);
  node.start({app});
  ASSERT_TRUE(node.run_until([&] { return node.status("app", ProfileType::kCpu).failures > 0; }, 5s));
  EXPECT_EQ(node.cause("app", ProfileType::kCpu), "busy");
  EXPECT_NE(node.status("app", ProfileType::kCpu).failure->message.find("already in use"), std::string::npos);
}

TEST_F(ScrapeGoProgram, FollowsARestart) {
  std::optional<GoProgram> program(std::in_place, binary_);
  const auto address = program->url().substr(std::string("http://").size());
  RecordingNode node;
  auto app = target(*program);
  app.profiles = {{ProfileType::kHeap, 1s, 0s}};
  const auto first = program->process();
  node.set_process("app", first);
  node.start({app});
  ASSERT_TRUE(node.run_until([&] { return node.status("app", ProfileType::kHeap).scrapes > 0; }, 3s));
  program.reset();
  ASSERT_TRUE(node.run_until([&] { return node.cause("app", ProfileType::kHeap) == "connection_refused"; }, 3s));
  EXPECT_EQ(node.recorder().targets().front().health, agent::model::TargetHealth::kDown);
  program.emplace(binary_, address);
  node.set_process("app", program->process());
  ASSERT_TRUE(node.run_until([&] { return node.cause("app", ProfileType::kHeap).empty(); }, 3s));
  EXPECT_EQ(node.stored().front().info.process, first);
  EXPECT_EQ(node.stored().back().info.process.pid, program->process().pid);
  EXPECT_EQ(node.recorder().targets().front().health, agent::model::TargetHealth::kUp);
}

agent::async::Task<int> live_status(agent::scrape::Recorder& recorder, std::string path) {
  const auto answer = co_await recorder.fetch_live("app", std::move(path));
  co_return answer ? answer->status : -1;
}

TEST_F(ScrapeGoProgram, ServesItsLiveEndpoint) {
  GoProgram program(binary_);
  RecordingNode node;
  auto app = target(program);
  app.profiles.clear();
  node.start({app});
  EXPECT_EQ(tests::run_task(node.io(), live_status(node.recorder(), "")), 200);
  EXPECT_EQ(tests::run_task(node.io(), live_status(node.recorder(), "heap?gc=1")), 200);
  EXPECT_EQ(tests::run_task(node.io(), live_status(node.recorder(), "profile?seconds=1")), 200);
  EXPECT_EQ(tests::run_task(node.io(), live_status(node.recorder(), "nothing")), 404);
}

}  // namespace
