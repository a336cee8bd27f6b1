// `kprofctl verify`: whether every record of a store is what it was when it was acknowledged.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/output_format.hpp"
#include "agent/cli/source.hpp"

namespace agent::cli {

/// Damage is printed as "file:offset: what", and makes it kFailed.
[[nodiscard]] Result<ExitCode> verify(Source& source, OutputFormat format, Console& console);

}  // namespace agent::cli
