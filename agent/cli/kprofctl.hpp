// kprofctl as a function: words in, exit code out.
#pragma once

#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"

#include <string>
#include <vector>

namespace agent::cli {

/// What of the process's surroundings counts.
struct Environment {
  std::string server;  ///< $KPROFCTL_SERVER
};

/// Runs one command. Errors are one line on console.err: "kprofctl: command: what: where: what to do".
[[nodiscard]] ExitCode run_kprofctl(const std::vector<std::string>& words, const Environment& environment, Console& console);

}  // namespace agent::cli
