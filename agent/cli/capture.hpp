// `kprofctl capture`: profiles taken now, by the daemon.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/output_format.hpp"
#include "agent/cli/source.hpp"

namespace agent::cli {

enum class Wait { kNo, kUntilDone };

struct CaptureOptions {
  model::CaptureRequest request;
  Wait wait = Wait::kNo;
  OutputFormat format = OutputFormat::kTable;
};

/// Prints the capture's id, or, with kUntilDone, what became of it: then kFailed unless every profile of it was taken.
[[nodiscard]] Result<ExitCode> capture(Source& source, const CaptureOptions& options, Console& console);

}  // namespace agent::cli
