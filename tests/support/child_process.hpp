// A program that a test runs: ends with the test, at the latest.
#pragma once

#include "agent/base/unique_fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class ChildProcess {
 public:
  enum class Reads { kStdout, kStderr };  ///< what read_until() sees; the other one goes to /dev/null

  explicit ChildProcess(std::vector<std::string> arguments, Reads reads = Reads::kStdout) {
    int output[2];
    int input[2];
    if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(input, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    output_ = agent::UniqueFd(output[0]);
    input_ = agent::UniqueFd(input[1]);
    const agent::UniqueFd write_end(output[1]);
    const agent::UniqueFd read_end(input[0]);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int null = ::open("/dev/null", O_WRONLY);  // NOLINT: the child's own
    ::dup2(read_end.get(), STDIN_FILENO);
    ::dup2(reads == Reads::kStdout ? write_end.get() : null, STDOUT_FILENO);
    ::dup2(reads == Reads::kStderr ? write_end.get() : null, STDERR_FILENO);
    ::execvp(argv[0], argv.data());
    ::_exit(127);
  }
  ~ChildProcess() { kill(SIGKILL); }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

  /// What it wrote, once that contains `text`; what there is when it ends or `limit` is over.
  std::string read_until(const std::string& text, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (written_.find(text) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd wanted{output_.get(), POLLIN, 0};
      if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) <= 0) break;
      char buffer[4096];
      const auto size = ::read(output_.get(), buffer, sizeof buffer);
      if (size <= 0) break;
      written_.append(buffer, static_cast<std::size_t>(size));
    }
    return written_;
  }

  /// Sends the signal and waits for the end; SIGKILL for what does not listen.
  void kill(int signal) {
    if (pid_ <= 0) return;
    ::kill(pid_, signal);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  agent::UniqueFd input_;  ///< held open: programs that end with their standard input run as long as this
  agent::UniqueFd output_;
  std::string written_;
};

/// Where `program` is in PATH; "" when it is not.
inline std::string find_in_path(const std::string& program) {
  std::string path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find(':', begin), path.size());
    const auto file = path.substr(begin, end - begin) + "/" + program;
    if (::access(file.c_str(), X_OK) == 0) return file;
    begin = end + 1;
  }
  return {};
}

}  // namespace tests
