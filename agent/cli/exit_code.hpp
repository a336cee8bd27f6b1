// The exit codes of kprofctl: one table, printed by its help and tested against this.
#pragma once

#include "agent/base/error.hpp"

#include <string_view>

namespace agent::cli {

enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,
  kUsage = 2,
  kUnreachable = 3,
  kNothingFound = 4,
};

/// The cause() of an Error that says: no answer came, so nobody knows whether the request was right.
inline constexpr std::string_view kUnreachableCause = "unreachable";

[[nodiscard]] ExitCode exit_code_of(const Error& error);

/// The table as text, for the end of the help.
[[nodiscard]] std::string_view exit_code_help();

}  // namespace agent::cli
