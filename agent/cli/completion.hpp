// Shell completion: the scripts, and the hidden command that they ask at each press of the tab key. So the scripts never go out of date,
// and names of components come from where the command line points.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/source.hpp"
#include "agent/cli/source_options.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace agent::cli {

/// `kprofctl __complete WORD...`: the last word is the one under the cursor.
inline constexpr std::string_view kCompleteWord = "__complete";

using SourceFinder = std::function<Result<std::unique_ptr<Source>>(const SourceOptions&)>;

/// Prints "words", "files" or "folders", then a line for each candidate: the whole word, a tab, what it is.
ExitCode complete(const std::vector<std::string>& words, const SourceFinder& find_source, Console& console);

/// Errors: kInvalidArgument (an unknown shell).
[[nodiscard]] Result<ExitCode> print_completion_script(const std::string& shell, Console& console);

}  // namespace agent::cli
