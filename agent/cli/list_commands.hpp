// The commands that look: status, targets, series, snapshots.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/output_format.hpp"
#include "agent/cli/source.hpp"

#include <cstdint>

namespace agent::cli {

[[nodiscard]] Result<ExitCode> show_status(Source& source, OutputFormat format, Console& console);

// Of the three lists: when the filter names what is not there, or its window is empty, err says what there is and the result is
// kNothingFound. Without a filter an empty list is kOk.

/// One line for each profile type of a target, with what is wrong and what to do about it.
[[nodiscard]] Result<ExitCode> list_targets(Source& source, const Filter& filter, OutputFormat format, Console& console);

/// Of `filter`, only components and types count: a series has no window.
[[nodiscard]] Result<ExitCode> list_series(Source& source, const Filter& filter, OutputFormat format, Console& console);

/// What `snapshots` lists when nobody says --limit.
inline constexpr std::uint64_t kDefaultListLimit = 100;

/// Newest first, at most `limit` (0: all). Says on err that there are more when the limit is the default: who chose one knows.
[[nodiscard]] Result<ExitCode> list_snapshots(Source& source, const Filter& filter, std::uint64_t limit, OutputFormat format,
                                              Console& console);

}  // namespace agent::cli
