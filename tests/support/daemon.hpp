// The built kprofd as a process, in a folder of its own, and a client to it.
#pragma once

#include "agent/async/clock.hpp"
#include "agent/http/client.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tests {

/// Waits until `is_true`, at most for `limit`; looks every 20 ms.
inline bool wait_until(const std::function<bool()>& is_true, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!is_true()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

class Daemon {
 public:
  struct End {
    int exit_code = -1;  ///< 128 + signal when a signal ended it
    std::chrono::milliseconds took{0};
  };

  /// Starts it on a free port of loopback with `yaml` (without `store`, which is in its folder) and waits until it listens. `prepare`
  /// may put something into the folder of the store before.
  explicit Daemon(const std::string& yaml, const std::string& listen = "127.0.0.1:0",
                  const std::function<void(const std::filesystem::path& store)>& prepare = {}) {
    configure(yaml);
    if (prepare) prepare(store());
    start({"--config", config_file(), "--listen", listen, "--store", store().string()});
    wait_until([&] { return !address().empty() || !is_running(); }, std::chrono::seconds(10));
  }
  ~Daemon() {
    if (is_running()) stop(SIGKILL);
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  static std::string program() { return std::string(KPROFD_BINARY_DIR) + "/bin/kprofd"; }

  void configure(const std::string& yaml) { dir_.write("kprofd.yaml", yaml); }
  [[nodiscard]] std::string config_file() const { return (dir_ / "kprofd.yaml").string(); }
  [[nodiscard]] std::filesystem::path store() const { return dir_ / "store"; }
  [[nodiscard]] const TempDir& dir() const { return dir_; }
  [[nodiscard]] std::string log() const { return file_content(dir_ / "log"); }
  [[nodiscard]] bool logs(const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(10)) const {
    return wait_until([&] { return log().find(text) != std::string::npos; }, limit);
  }
  /// HOST:PORT; "" until it listens.
  [[nodiscard]] std::string address() const {
    const auto text = log();
    const std::string key = "msg=\"listening\" address=";
    const auto at = text.find(key);
    if (at == std::string::npos) return "";
    return text.substr(at + key.size(), text.find(' ', at + key.size()) - at - key.size());
  }
  [[nodiscard]] std::string url(const std::string& target = "") const { return "http://" + address() + target; }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool is_running() {
    if (pid_ <= 0) return false;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return true;
    ended(status);
    return false;
  }

  /// Sends the signal and waits for the end, 15 s at most; the exit code of one that ended before.
  End stop(int signal = SIGTERM) {
    const auto begin = std::chrono::steady_clock::now();
    if (is_running()) ::kill(pid_, signal);
    if (!wait_until([&] { return !is_running(); }, std::chrono::seconds(15))) {
      ::kill(pid_, SIGKILL);
      wait_until([&] { return !is_running(); }, std::chrono::seconds(5));
    }
    return {exit_code_, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin)};
  }
  void send_signal(int signal) const { ::kill(pid_, signal); }

  agent::http::ClientResponse send(agent::http::ClientRequest request) {
    agent::http::ClientOptions options;
    options.url = agent::http::parse_url(url()).value();
    return send_with(std::move(request), std::move(options));
  }
  agent::http::ClientResponse send_with(agent::http::ClientRequest request, agent::http::ClientOptions options) {
    boost::asio::io_context io;
    FakeLogger log;
    auto client = agent::http::make_client(io.get_executor(), std::move(options), log);
    auto answer = run_task(io, client->send(std::move(request), patient()));
    if (answer) return *std::move(answer);
    agent::http::ClientResponse failed;
    failed.body = answer.error().cause() + ": " + answer.error().message();
    return failed;
  }
  agent::http::ClientResponse get(const std::string& target) {
    agent::http::ClientRequest request;
    request.target = target;
    return send(std::move(request));
  }
  agent::http::ClientResponse post(const std::string& target, std::string json) {
    agent::http::ClientRequest request;
    request.method = "POST";
    request.target = target;
    request.headers.add("Content-Type", "application/json");
    request.body = std::move(json);
    return send(std::move(request));
  }
  bool waits_for(const std::string& target, const std::string& text, std::chrono::milliseconds limit = std::chrono::seconds(15)) {
    return wait_until([&] { return get(target).body.find(text) != std::string::npos; }, limit);
  }

 private:
  /// For a machine that is busy with other things.
  static agent::http::RequestLimits patient() {
    agent::http::RequestLimits limits;
    limits.header_timeout = std::chrono::seconds(60);
    limits.total_timeout = std::chrono::seconds(120);
    return limits;
  }
  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program());
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto log_file = (dir_ / "log").string();
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int fd = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);  // NOLINT: the child's own
    ::dup2(fd, STDERR_FILENO);
    ::dup2(fd, STDOUT_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  void ended(int status) {
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    pid_ = -1;
  }

  TempDir dir_;
  pid_t pid_ = -1;
  int exit_code_ = -1;
};

}  // namespace tests
