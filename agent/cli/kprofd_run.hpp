// The commands of kprofd.
#pragma once

#include "agent/cli/kprofd_command_line.hpp"

namespace agent::cli {

/// Runs the command and gives the exit code: 0, or 1 on failure, or 2 on wrong usage.
[[nodiscard]] int run_kprofd(const KprofdCommand& command);

}  // namespace agent::cli
