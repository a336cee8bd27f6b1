// Which kprofd this is, for `version`, the log and the API.
#pragma once

#include <string_view>

namespace agent {

/// "0.1.0", of the project() call.
[[nodiscard]] std::string_view version();

/// Short id of the source, "-dirty" behind it when files differed from it; "unknown" without git.
[[nodiscard]] std::string_view commit();

}  // namespace agent
