// The lines on stderr that say which part of a store could not be read.
#pragma once

#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/source.hpp"

namespace agent::cli {

/// One line for each file of source.skipped() that may hold what `filter` asks for. kFailed when there was one: what was done is a part.
ExitCode warn_of_damage(Source& source, const Filter& filter, Console& console);

/// `error` after a warning: that nothing was found is no finding when a part could not be read.
[[nodiscard]] Error unless_damaged(Error error);

}  // namespace agent::cli
