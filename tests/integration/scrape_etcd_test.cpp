// Debian's real etcd with --enable-pprof, and without it.
// links: scrape
#include "agent/scrape/recorder.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/recording_node.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using agent::model::ProfileState;
using agent::model::ProfileType;
using namespace std::chrono_literals;

/// A port that was free a moment ago: etcd does not tell which one it got for port 0.
std::uint16_t free_port() {
  const agent::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

class ScrapeEtcd : public testing::Test {
 protected:
  void SetUp() override {
    if (tests::find_in_path("etcd").empty()) GTEST_SKIP() << "no etcd: apt-get install etcd-server";
  }

  std::vector<std::string> command(const std::vector<std::string>& more) {
    const auto client = "http://127.0.0.1:" + std::to_string(free_port());
    const auto peer = "http://127.0.0.1:" + std::to_string(free_port());
    url_ = client;
    std::vector<std::string> arguments{"etcd",
                                       "--data-dir",
                                       (folder_ / "data").string(),
                                       "--listen-client-urls",
                                       client,
                                       "--advertise-client-urls",
                                       client,
                                       "--listen-peer-urls",
                                       peer,
                                       "--initial-advertise-peer-urls",
                                       peer,
                                       "--initial-cluster",
                                       "default=" + peer,
                                       "--unsafe-no-fsync"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  [[nodiscard]] agent::model::Target target() const {
    agent::model::Target target;
    target.component = "etcd";
    target.url = url_;
    target.profiles = {{ProfileType::kCpu, 2s, 1s},       {ProfileType::kHeap, 1s, 0s},  {ProfileType::kAllocs, 1s, 0s},
                       {ProfileType::kGoroutine, 1s, 0s}, {ProfileType::kBlock, 1s, 0s}, {ProfileType::kMutex, 1s, 0s}};
    return target;
  }

  tests::TempDir folder_;
  std::string url_;
};

TEST_F(ScrapeEtcd, TakesEveryTypeAndItsVersion) {
  tests::ChildProcess etcd(command({"--enable-pprof"}), tests::ChildProcess::Reads::kStderr);
  ASSERT_NE(etcd.read_until("ready to serve client requests", 20s).find("ready to serve"), std::string::npos);
  tests::RecordingNode node;
  node.start({target()});
  const auto all_taken = [&] {
    const auto status = node.recorder().targets().front();
    return std::all_of(status.profiles.begin(), status.profiles.end(), [](const auto& profile) { return profile.scrapes > 0; });
  };
  EXPECT_TRUE(node.run_until(all_taken, 15s));
  const auto status = node.recorder().targets().front();
  EXPECT_EQ(status.version.substr(0, 2), "3.");
  for (const auto& profile : status.profiles) {
    EXPECT_EQ(profile.failures, 0U) << agent::model::to_string(profile.plan.type);
    // mutex is sampled 1 in 5, so it is on with and without samples; whether block is off shows only after minutes of empty profiles.
    EXPECT_EQ(profile.state, ProfileState::kOk) << agent::model::to_string(profile.plan.type);
    EXPECT_EQ(profile.note, "") << agent::model::to_string(profile.plan.type);
  }
}

TEST_F(ScrapeEtcd, WithoutTheFlagItSaysWhichFlag) {
  tests::ChildProcess etcd(command({}), tests::ChildProcess::Reads::kStderr);
  ASSERT_NE(etcd.read_until("ready to serve client requests", 20s).find("ready to serve"), std::string::npos);
  tests::RecordingNode node;
  node.start({target()});
  ASSERT_TRUE(node.run_until([&] { return node.status("etcd", ProfileType::kHeap).failures > 0; }, 5s));
  const auto status = node.status("etcd", ProfileType::kHeap);
  EXPECT_EQ(status.failure->cause, "profiling_disabled");
  EXPECT_NE(status.failure->hint.find("--enable-pprof"), std::string::npos);
  EXPECT_EQ(node.recorder().targets().front().health, agent::model::TargetHealth::kDown);
}

}  // namespace
