// The memory of the built daemon against the limit that the chart gives it, while it records six components and more clients ask for merges
// than it serves. Prints its figures. Replays the rounds of $KPROFD_PROFILES or ../shared/profiles, or the few of tests/testdata.
// links: api store pprof tests_http
#include "agent/async/task_group.hpp"
#include "agent/http/server.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/store/store.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/large_profile.hpp"
#include "tests/support/process_memory.hpp"
#include "tests/support/profile_samples.hpp"
#include "tests/support/sanitizer.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using agent::async::Task;
using agent::http::ResponseWriter;
using agent::http::ServerRequest;

constexpr std::size_t kLimitKib = 64 * 1024;      // of the chart
constexpr std::size_t kRecordingKib = 40 * 1024;  // what recording alone may take
const std::vector<std::string> kComponents{"kube-apiserver", "kubelet", "etcd", "kube-controller-manager", "kube-scheduler", "containerd"};

fs::path profiles_of(const std::string& component) {
  const char* const given = std::getenv("KPROFD_PROFILES");
  const fs::path shared = given != nullptr ? given : KPROFD_SOURCE_DIR "/../shared/profiles";
  const fs::path all = fs::exists(shared) ? shared : fs::path(KPROFD_SOURCE_DIR "/tests/testdata/profiles");
  // Not all components are in testdata.
  return fs::exists(all / component / "mutex-0001.pb.gz") ? all / component : all / "kubelet";
}

/// What one component answers, by type, each round after the other, over and over. "" stands for any type.
using Rounds = std::map<std::string, std::vector<std::string>>;

Rounds recorded_rounds(const fs::path& folder) {
  Rounds rounds;
  for (const auto* type : {"heap", "allocs", "goroutine", "block", "mutex", "cpu"}) {
    for (int round = 1; round < 100; ++round) {
      auto bytes = tests::file_content(folder / (std::string(type) + "-" + std::to_string(10000 + round).substr(1) + ".pb.gz"));
      if (!bytes.empty()) rounds[type].push_back(std::move(bytes));
    }
  }
  return rounds;
}

/// The largest that the agent takes, each unlike the one before.
Rounds largest_rounds(std::uint32_t seed) {
  Rounds rounds;
  for (std::uint32_t i = 0; i < 4; ++i) {
    rounds[""].push_back(agent::pprof::encode_gzip(tests::large_profile(4 * seed + i, 6'500, 10, 32'000), agent::codec::GzipLevel::kFast));
  }
  return rounds;
}

/// One component's pprof endpoints.
class Replayed {
 public:
  Replayed(agent::async::Executor executor, agent::Logger& log, Rounds rounds)
      : rounds_(std::move(rounds)), tasks_(executor, [](const auto&) {}) {
    auto handler = [this](const ServerRequest& request, ResponseWriter& out) { return answer(request, out); };
    server_ = std::move(agent::http::make_server(executor, {}, std::move(handler), log).value());
    tasks_.spawn(server_->run());
  }
  [[nodiscard]] std::string url() const { return "http://" + server_->address(); }

 private:
  Task<void> answer(const ServerRequest& request, ResponseWriter& out) {
    std::string type(request.path.substr(request.path.rfind('/') + 1));
    if (type == "profile") type = "cpu";
    // Not /metrics and what else the daemon may ask.
    const bool is_any = rounds_.contains("") && request.path.find("/pprof/") != std::string_view::npos;
    const auto& rounds = is_any ? rounds_[""] : rounds_[type];
    agent::http::Headers headers;
    if (rounds.empty()) {
      [[maybe_unused]] const auto sent = co_await out.respond(404, std::move(headers), "no such profile");
      co_return;
    }
    headers.add("Content-Type", "application/octet-stream");
    std::string body = rounds[next_[type]++ % rounds.size()];
    [[maybe_unused]] const auto sent = co_await out.respond(200, std::move(headers), std::move(body));
  }

  Rounds rounds_;
  std::map<std::string, std::size_t> next_;
  agent::async::TaskGroup tasks_;
  std::unique_ptr<agent::http::Server> server_;
};

/// Six components on a thread of their own.
class ReplayedNode {
 public:
  explicit ReplayedNode(const std::function<Rounds(const std::string& component)>& rounds_of) {
    for (const auto& component : kComponents) {
      replayed_.push_back(std::make_unique<Replayed>(io_.get_executor(), log_, rounds_of(component)));
    }
    thread_ = std::thread([this] { io_.run(); });
  }
  ~ReplayedNode() {
    io_.stop();
    thread_.join();
  }
  /// No process of this machine is one of theirs, an etcd of another test neither.
  [[nodiscard]] std::string config(const std::string& profiles = "") const {
    std::string yaml =
        "discovery: {processes: false}\nscrape: {interval: 1s, cpuDuration: 1s, profiles: {cpu: {interval: 6s}}}\n"
        "store: {minFreeBytes: 1MiB}\ntargets:\n";
    for (std::size_t i = 0; i < kComponents.size(); ++i) {
      yaml += "  - {component: " + kComponents[i] + ", preset: etcd, processName: nobody-of-this-name, url: \"" + replayed_[i]->url() +
              "\"" + profiles + "}\n";
    }
    return yaml;
  }

 private:
  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  std::vector<std::unique_ptr<Replayed>> replayed_;
  std::thread thread_;
};

/// All rounds of all components, as if recorded every 10 s until now.
void fill(const fs::path& folder) {
  agent::SystemClock clock;
  tests::FakeLogger log;
  agent::store::StoreOptions options;
  options.path = folder;
  auto store = std::move(agent::store::Store::open(std::move(options), clock, log).value());
  for (const auto& component : kComponents) {
    const auto recorded = tests::recorded_profiles(profiles_of(component));
    auto start = clock.wall_now() - 10min;
    for (const auto& one : recorded) {
      agent::model::SnapshotInfo info;
      info.component = component;
      info.type = one.type;
      info.start = start += 1500ms;
      info.process = {4711, agent::from_unix_nanos(1)};
      info.fetched_bytes = one.file_bytes;
      ASSERT_TRUE(store->append(info, one.profile));
    }
  }
}

double mib(std::size_t kib) {
  return static_cast<double>(kib) / 1024;
}

struct Answers {
  std::atomic<int> good{0};
  std::atomic<int> busy{0};   ///< 429, with when to come again
  std::atomic<int> large{0};  ///< 413
  std::atomic<int> other{0};
  std::mutex mutex;
  std::string last_other;  ///< for the message
};

/// Twelve clients, each `times` times.
void ask_at_once(tests::Daemon& daemon, const std::string& target, int times, Answers& answers) {
  std::vector<std::thread> clients;
  for (int client = 0; client < 12; ++client) {
    clients.emplace_back([&] {
      for (int i = 0; i < times; ++i) {
        const auto answer = daemon.get(target);
        const bool is_busy = answer.status == 429 && !answer.headers.get("Retry-After").empty();
        const bool is_other = answer.status != 200 && !is_busy && answer.status != 413;
        if (is_other) {
          const std::lock_guard lock(answers.mutex);
          answers.last_other = std::to_string(answer.status) + " " + answer.body;
        }
        ++(answer.status == 200 ? answers.good : is_busy ? answers.busy : answer.status == 413 ? answers.large : answers.other);
      }
    });
  }
  for (auto& client : clients) client.join();
}

TEST(DaemonMemory, StaysBelowItsLimitWhileItRecordsAndTwelveClientsMerge) {
  if (tests::kIsSanitized) GTEST_SKIP() << "a sanitizer has its own heap";
  ReplayedNode node([](const std::string& component) { return recorded_rounds(profiles_of(component)); });
  tests::Daemon daemon(node.config(), "127.0.0.1:0", [](const fs::path& store) { fill(store); });
  ASSERT_FALSE(daemon.address().empty()) << daemon.log();
  for (const auto& component : kComponents) {
    ASSERT_TRUE(daemon.waits_for("/api/v1/snapshots?type=mutex&from=-30s&limit=1&component=" + component, component)) << daemon.log();
  }
  std::this_thread::sleep_for(5s);
  const auto recording = tests::status_kib(daemon.pid(), "VmHWM");
  tests::forget_peak(daemon.pid());
  Answers answers;
  ask_at_once(daemon, "/api/v1/profile?component=kube-apiserver&type=heap&from=-24h", 4, answers);
  const auto merging = tests::status_kib(daemon.pid(), "VmHWM");
  std::this_thread::sleep_for(12s);  // two rounds of maintenance
  const auto after = tests::status_kib(daemon.pid(), "VmRSS");
  std::printf(
      "figure: %.1f MiB at most recording 6 components each second, %.1f MiB while 12 clients merge, %.1f MiB after them; "
      "%d merges, %d clients told to come again\n",
      mib(recording), mib(merging), mib(after), answers.good.load(), answers.busy.load());
  EXPECT_EQ(answers.other + answers.large, 0) << answers.last_other;
  EXPECT_GT(answers.good, 0);
  EXPECT_LT(recording, kRecordingKib);
  EXPECT_LT(merging, kLimitKib);
  EXPECT_LT(after, kRecordingKib);
}

/// Each round of the largest profiles, and the first once more.
bool records_all_rounds(tests::Daemon& daemon, const std::string& component) {
  const auto recorded = [&] {
    const std::string list = daemon.get("/api/v1/snapshots?type=heap&limit=5&component=" + component).body;
    std::size_t count = 0;
    for (auto at = list.find("\"id\""); at != std::string::npos; at = list.find("\"id\"", at + 1)) ++count;
    return count == 5;
  };
  return tests::wait_until(recorded, 120s);
}

TEST(DaemonMemory, StaysBelowItsLimitWhenEachProfileIsTheLargestThatItTakes) {
  if (tests::kIsSanitized) GTEST_SKIP() << "a sanitizer has its own heap";
  ReplayedNode node([seed = 0U](const std::string&) mutable { return largest_rounds(seed++); });
  tests::Daemon daemon(node.config(", profiles: [heap]"));  // seconds of work for each
  ASSERT_FALSE(daemon.address().empty()) << daemon.log();
  for (const auto& component : kComponents) {
    ASSERT_TRUE(records_all_rounds(daemon, component)) << daemon.get("/api/v1/targets").body;
  }
  const auto recording = tests::status_kib(daemon.pid(), "VmHWM");
  tests::forget_peak(daemon.pid());
  Answers answers;
  ask_at_once(daemon, "/api/v1/profile?component=kubelet&type=heap&from=-24h", 2, answers);
  const auto merging = tests::status_kib(daemon.pid(), "VmHWM");
  std::printf(
      "figure: %.1f MiB at most recording the largest profiles of 6 components each second, %.1f MiB while 12 clients merge; "
      "%d merges, %d too large, %d clients told to come again\n",
      mib(recording), mib(merging), answers.good.load(), answers.large.load(), answers.busy.load());
  EXPECT_EQ(answers.other, 0) << answers.last_other;
  EXPECT_GT(answers.good + answers.large, 0);
  EXPECT_LT(recording, kLimitKib);
  EXPECT_LT(merging, kLimitKib);
}

}  // namespace
