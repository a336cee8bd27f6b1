// `kprofctl merge`: one series over a window as one profile.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/output_file.hpp"
#include "agent/cli/source.hpp"

#include <string>

namespace agent::cli {

struct MergeOptions {
  Filter filter;       ///< exactly one component and one type
  std::string output;  ///< a path, or "-" for stdout
  Existing existing = Existing::kKeep;
};

/// Writes gzipped profile.proto. Errors: kInvalidArgument (stdout is a terminal, a raw type), kNotFound (no snapshot in the window),
/// kConflict (a file of that name with other content, which kKeep leaves alone; kReplace replaces it, and a symbolic link itself, not what
/// it points to).
[[nodiscard]] Result<ExitCode> merge(Source& source, const MergeOptions& options, Console& console);

}  // namespace agent::cli
