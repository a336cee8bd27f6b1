// What an operator may write after `kprofd`.
#pragma once

#include "agent/app/launch.hpp"

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace agent::cli {

struct RunDaemon {
  app::LaunchOptions launch;
};
struct CheckConfig {
  std::vector<std::filesystem::path> files;  ///< at least one
};
struct PrintVersion {};
/// Nothing to run: the help, or what is wrong with the words.
struct PrintText {
  std::string text;
  int exit_code = 0;  ///< 0: to stdout; 2: to stderr
};

using KprofdCommand = std::variant<RunDaemon, CheckConfig, PrintVersion, PrintText>;

[[nodiscard]] KprofdCommand parse_kprofd_command_line(int argc, const char* const* argv);

}  // namespace agent::cli
