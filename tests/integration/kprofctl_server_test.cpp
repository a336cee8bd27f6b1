// links: cli store
// kprofctl over a real daemon answers what it answers over the daemon's folder.
#include "agent/cli/kprofctl.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_console.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

namespace agent::cli {
namespace {

const std::string kKprofd = std::string(KPROFD_BINARY_DIR) + "/bin/kprofd";

int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // The sockets API takes every family through this cast.
  auto* any = reinterpret_cast<sockaddr*>(&address);
  const bool bound = ::bind(fd, any, size) == 0 && ::getsockname(fd, any, &size) == 0;
  ::close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

struct KprofctlServer : testing::Test {
  tests::TempDir temp;
  std::string store = temp / "store";
  std::string server = "http://127.0.0.1:" + std::to_string(free_port());
  pid_t daemon = 0;

  static ExitCode run(std::vector<std::string> words, std::string* out) {
    tests::TestConsole terminal;
    const ExitCode code = run_kprofctl(words, {}, terminal.console);
    *out = terminal.out.str() + terminal.err.str();
    return code;
  }
  std::string over(const std::string& option, const std::string& where, std::vector<std::string> words) const {
    words.insert(words.begin(), {option, where});
    std::string out;
    EXPECT_EQ(run(words, &out), ExitCode::kOk) << out;
    return out;
  }

  void SetUp() override {
    if (!std::filesystem::exists(kKprofd)) GTEST_SKIP() << "kprofd is not built";
    std::vector<std::string> import{"import", "-c", "etcd"};
    for (const auto* name : {"heap-0001", "heap-0002", "heap-0003", "cpu-0001"}) {
      import.push_back(std::string(KPROFD_SOURCE_DIR) + "/tests/testdata/profiles/etcd/" + name + ".pb.gz");
    }
    over("--store", store, import);
    const auto config = temp.write("kprofd.yaml", "listen: {address: \"" + server.substr(7) + "\"}\nstore: {path: " + store +
                                                      ", minFreeBytes: 1MiB, maxAge: 3650d}\ndiscovery: {processes: false}\n"
                                                      "targets:\n  - {component: nobody, url: \"http://127.0.0.1:1\"}\n");
    daemon = ::fork();
    if (daemon == 0) {
      ::execl(kKprofd.c_str(), kKprofd.c_str(), "--config", config.c_str(), nullptr);
      ::_exit(127);
    }
    std::string out;
    for (int i = 0; i < 200 && run({"--server", server, "status"}, &out) != ExitCode::kOk; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  void TearDown() override {
    if (daemon <= 0) return;
    ::kill(daemon, SIGTERM);
    ::waitpid(daemon, nullptr, 0);
  }
};

TEST_F(KprofctlServer, SaysTheSameAsTheFolder) {
  for (const auto& words : {std::vector<std::string>{"series", "-o", "json"},
                            {"snapshots", "-o", "yaml"},
                            {"snapshots", "-c", "etcd", "-t", "heap", "--limit", "2"}}) {
    EXPECT_EQ(over("--server", server, words), over("--store", store, words)) << words.front();
  }
}

TEST_F(KprofctlServer, PullsTheSameFilesAsTheFolder) {
  over("--server", server, {"pull", "--out", temp / "pulled"});
  over("--store", store, {"pull", "--out", temp / "folder"});
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(temp / "pulled")) {
    EXPECT_EQ(tests::file_content(entry.path()), tests::file_content(temp / "folder" / entry.path().filename())) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4U);
  const std::string again = over("--store", store, {"pull", "--out", temp / "pulled"});
  EXPECT_NE(again.find("Pulled 0 snapshots (0B)"), std::string::npos) << again;
  EXPECT_NE(again.find("4 were there already"), std::string::npos) << again;
}

TEST_F(KprofctlServer, TellsWhatTheServerRefuses) {
  std::string out;
  EXPECT_EQ(run({"--server", server, "merge", "-c", "etcd", "-t", "mutex", "-o", temp / "m.pb.gz"}, &out), ExitCode::kNothingFound) << out;
  EXPECT_EQ(run({"--server", server, "capture", "-c", "absent"}, &out), ExitCode::kNothingFound) << out;
  EXPECT_EQ(run({"--server", "http://127.0.0.1:1", "series"}, &out), ExitCode::kUnreachable) << out;
  EXPECT_EQ(run({"--server", server + "/wrong", "status"}, &out), ExitCode::kFailed) << out;
}

TEST(FullStdout, IsAFailureOfBothPrograms) {
  if (!std::filesystem::exists(kKprofd)) GTEST_SKIP() << "kprofd is not built";
  tests::TempDir temp;
  const std::string config = temp.write("kprofd.yaml", "log: {level: info}\n");
  const std::string kprofctl = (std::filesystem::path(kKprofd).parent_path() / "kprofctl").string();
  for (const auto& command :
       {kKprofd + " version", kKprofd + " --help", kKprofd + " check-config " + config, kprofctl + " --help", kprofctl + " --version"}) {
    const auto code = [](const std::string& line) { return WEXITSTATUS(std::system(line.c_str())); };
    EXPECT_EQ(code(command + " >/dev/null"), 0) << command;
    EXPECT_EQ(code(command + " >/dev/full 2>/dev/null"), 1) << command;
  }
}

}  // namespace
}  // namespace agent::cli
