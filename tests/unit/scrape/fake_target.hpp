// A recorder on fake time with fake targets: what is asked when, and what is answered after how long.
#pragma once

#include "agent/async/worker_pool.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/scrape/recorder.hpp"
#include "agent/telemetry/metrics.hpp"
#include "tests/support/fake_clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace tests {

using namespace std::chrono_literals;

/// Six types every ten seconds, as most tests of the recorder plan.
inline const std::vector<agent::model::ProfilePlan> kPlans{
    {agent::model::ProfileType::kCpu, 10s, 1s},    {agent::model::ProfileType::kHeap, 10s, 0s},
    {agent::model::ProfileType::kAllocs, 10s, 0s}, {agent::model::ProfileType::kGoroutine, 10s, 0s},
    {agent::model::ProfileType::kBlock, 10s, 0s},  {agent::model::ProfileType::kMutex, 10s, 0s}};

class QuietLogger final : public agent::Logger {
 public:
  void write(agent::LogLevel level, std::string_view message, std::initializer_list<agent::LogField> fields) override {
    if (level <= agent::LogLevel::kDebug) return;
    lines.emplace_back(message);
    for (const auto& field : fields) keys[lines.back()] += " " + field.key();
  }
  void configure(agent::LogLevel /*level*/, agent::LogFormat /*format*/) override {}
  [[nodiscard]] std::ptrdiff_t count(std::string_view message) const { return std::count(lines.begin(), lines.end(), message); }

  std::map<std::string, std::string> keys;  ///< of each message, of all its lines
  std::vector<std::string> lines;
};

/// A gzipped profile with `samples` samples, whose first values sum to `samples`.
inline std::string profile_bytes(std::size_t samples) {
  agent::pprof::Profile profile;
  const auto count = profile.strings.append("count");
  profile.sample_types.push_back({count, count});
  agent::pprof::Location location;
  location.address = 0x1000;
  profile.locations.push_back(location);
  for (std::size_t i = 0; i < samples; ++i) {
    profile.stack.push_back(0);
    profile.stack_begin.push_back(static_cast<std::uint32_t>(profile.stack.size()));
    profile.label_begin.push_back(0);
    profile.values.push_back(1);
  }
  return agent::pprof::encode_gzip(profile);
}

struct FakeAnswer {
  agent::Duration after{0};  ///< of silence; past the total limit it is a total_timeout
  int status = 200;
  std::string body;
  bool from_pprof = false;
};

/// The far side of one component, shared by the clients that are made for it.
struct FakeTarget {
  std::function<FakeAnswer(const std::string& path, agent::SteadyTime now)> answer;
  std::vector<std::pair<agent::SteadyTime, std::string>> asked;
  std::vector<std::string> posted;  ///< "path type body"
  int in_flight = 0;
  int max_in_flight = 0;
  int profiling = 0;  ///< cpu profiles that run
  int cancelled = 0;

  [[nodiscard]] std::vector<agent::SteadyTime> times_of(std::string_view path) const {
    std::vector<agent::SteadyTime> times;
    for (const auto& [when, what] : asked) {
      if (what.find(path) != std::string::npos) times.push_back(when);
    }
    return times;
  }
};

class FakeClient final : public agent::http::Client {
 public:
  FakeClient(FakeClock& clock, std::shared_ptr<FakeTarget> target) : clock_(clock), target_(std::move(target)) {}

  agent::async::Task<agent::Result<agent::http::ClientResponse>> send(agent::http::ClientRequest request,
                                                                      agent::http::RequestLimits limits) override {
    target_->asked.emplace_back(clock_.now(), request.target);
    if (request.method == "POST") {
      target_->posted.push_back(request.target + " " + std::string(request.headers.get("Content-Type")) + " " + request.body);
    }
    Counted counted(*target_);
    auto answer = target_->answer(request.target, clock_.now());
    co_await clock_.sleep_for(std::min(answer.after, limits.total_timeout));
    counted.finished = true;
    if (answer.after >= limits.total_timeout) co_return agent::Error(agent::Errc::kTimeout, "too slow", "total_timeout");
    if (answer.body.size() > limits.max_body_bytes) {
      co_return agent::Error(agent::Errc::kTooLarge, "too large", "response_too_large");
    }
    if (answer.status == 0) co_return agent::Error(agent::Errc::kUnavailable, "refused", "connection_refused");
    agent::http::ClientResponse response;
    response.status = answer.status;
    response.body = std::move(answer.body);
    if (answer.from_pprof) response.headers.add("X-Go-Pprof", "1");
    co_return response;
  }

 private:
  struct Counted {
    explicit Counted(FakeTarget& of) : target(of) { target.max_in_flight = std::max(target.max_in_flight, ++target.in_flight); }
    ~Counted() {
      --target.in_flight;
      if (!finished) ++target.cancelled;
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    FakeTarget& target;
    bool finished = false;
  };

  FakeClock& clock_;
  std::shared_ptr<FakeTarget> target_;
};

inline agent::model::Target target_named(const std::string& component, std::vector<agent::model::ProfilePlan> profiles) {
  agent::model::Target target;
  target.component = component;
  target.url = "http://" + component;
  target.profiles = std::move(profiles);
  return target;
}

/// A good target: profiles of three samples, at once or after their seconds.
inline FakeAnswer healthy(const std::string& path, agent::SteadyTime /*now*/) {
  const auto mark = path.find("seconds=");
  const agent::Duration after = mark == std::string::npos ? 20ms : std::chrono::seconds(std::stoi(path.substr(mark + 8)));
  return {after, 200, profile_bytes(3)};
}

class FakeNode {
 public:
  explicit FakeNode(agent::scrape::RecorderOptions options = {}) : options_(options), recorder_(agent::scrape::make_recorder(deps())) {}
  ~FakeNode() { stop(); }
  FakeNode(const FakeNode&) = delete;
  FakeNode& operator=(const FakeNode&) = delete;

  std::shared_ptr<FakeTarget> fake(const std::string& component) {
    auto& made = fakes_[component];
    if (!made) {
      made = std::make_shared<FakeTarget>();
      made->answer = healthy;
    }
    return made;
  }

  void apply(std::vector<agent::model::Target> targets) {
    for (const auto& target : targets) fake(target.component);
    recorder_->apply(std::move(targets), options_);
  }

  void start() {
    boost::asio::co_spawn(io_, recorder_->run(), [this](const std::exception_ptr& /*exception*/) { returned_ = true; });
  }

  void stop() {
    recorder_->stop();
    pass(0s);
  }

  /// Lets `span` pass in steps, and the workers finish at each: what they do takes up to a step of fake time.
  void pass(agent::Duration span, agent::Duration step = 100ms) {
    const auto end = clock.now() + span;
    do {
      clock.advance(std::min(step, end - clock.now()));
      settle();
    } while (clock.now() < end);
  }

  [[nodiscard]] agent::model::ProfileStatus status(const std::string& component, agent::model::ProfileType type) const {
    for (const auto& target : recorder_->targets()) {
      if (target.target.component != component) continue;
      for (const auto& profile : target.profiles) {
        if (profile.plan.type == type) return profile;
      }
    }
    return {};
  }

  [[nodiscard]] agent::scrape::Recorder& recorder() { return *recorder_; }
  [[nodiscard]] bool has_returned() const { return returned_; }
  [[nodiscard]] boost::asio::io_context& io() { return io_; }
  [[nodiscard]] std::vector<agent::model::SnapshotInfo> stored() const {
    const std::lock_guard lock(mutex_);
    return stored_;
  }
  void set_process(const std::string& component, std::optional<agent::model::Process> process) {
    const std::lock_guard lock(mutex_);
    processes_[component] = process;
  }
  void set_store_error(std::optional<agent::Error> error) {
    const std::lock_guard lock(mutex_);
    store_error_ = std::move(error);
  }

 private:
  boost::asio::io_context io_{1};

 public:
  FakeClock clock{io_};
  QuietLogger log;
  agent::telemetry::Metrics metrics;

 private:
  agent::scrape::RecorderDeps deps() {
    auto sink = [this](const agent::model::SnapshotInfo& info, const auto& /*content*/) -> agent::Result<agent::model::Snapshot> {
      const std::lock_guard lock(mutex_);
      if (store_error_) return *store_error_;
      stored_.push_back(info);
      agent::model::Snapshot snapshot;
      snapshot.id.value = stored_.size();
      snapshot.info = info;
      return snapshot;
    };
    auto find_process = [this](const agent::model::Target& target) -> std::optional<agent::model::Process> {
      const std::lock_guard lock(mutex_);
      const auto found = processes_.find(target.component);
      return found == processes_.end() ? std::nullopt : found->second;
    };
    auto make_client = [this](const agent::model::Target& target) -> agent::Result<std::unique_ptr<agent::http::Client>> {
      if (target.url.empty()) return agent::Error(agent::Errc::kInvalidArgument, "no url");
      return std::unique_ptr<agent::http::Client>(std::make_unique<FakeClient>(clock, fake(target.component)));
    };
    return {io_.get_executor(), clock, workers_, metrics, log, std::move(sink), std::move(find_process), 7, std::move(make_client)};
  }

  /// One worker takes jobs in order, so a marker that came through says that those before it are done.
  void settle() {
    for (int quiet = 0; quiet < 2;) {
      std::promise<void> passed;
      boost::asio::post(workers_.executor(), [&passed] { passed.set_value(); });
      passed.get_future().wait();
      io_.restart();
      quiet = io_.poll() == 0 ? quiet + 1 : 0;
    }
  }

  agent::scrape::RecorderOptions options_;
  agent::async::WorkerPool workers_{1};
  mutable std::mutex mutex_;
  std::vector<agent::model::SnapshotInfo> stored_;
  std::map<std::string, std::optional<agent::model::Process>> processes_;
  std::optional<agent::Error> store_error_;
  std::map<std::string, std::shared_ptr<FakeTarget>> fakes_;
  std::unique_ptr<agent::scrape::Recorder> recorder_;
  bool returned_ = false;
};

}  // namespace tests
