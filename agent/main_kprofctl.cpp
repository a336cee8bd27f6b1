// The kprofctl executable: what run_kprofctl() takes from the process it runs in.
#include "agent/cli/kprofctl.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iostream>

namespace {

void sleep_for(agent::Duration span) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(span);
  timespec left{seconds.count(), (span - seconds).count()};
  while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

unsigned terminal_columns() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80U;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that has seen enough (kprofctl ... | head) is no reason for a message.
  std::signal(SIGPIPE, SIG_DFL);
  std::ios::sync_with_stdio(false);
  const agent::SystemClock clock;
  agent::cli::Console console{std::cout,          std::cerr, clock, ::isatty(STDOUT_FILENO) == 1, ::isatty(STDERR_FILENO) == 1,
                              terminal_columns(), sleep_for};
  agent::cli::Environment environment;
  if (const char* server = std::getenv("KPROFCTL_SERVER")) environment.server = server;
  try {
    return static_cast<int>(agent::cli::run_kprofctl({argv + 1, argv + argc}, environment, console));
  } catch (const std::exception& bug) {
    std::cerr << "kprofctl: unexpected: " << bug.what() << "\n";
    return static_cast<int>(agent::cli::ExitCode::kFailed);
  }
}
