// The command line of kprofctl as CLI11 reads it: commands, options, help. The only place that knows CLI11, whose header costs twelve
// seconds.
#pragma once

#include "agent/cli/exit_code.hpp"
#include "agent/cli/kprofctl_options.hpp"

#include <string>
#include <variant>
#include <vector>

namespace agent::cli {

/// Nothing to run: help was asked for (kOk, for stdout), or the words are wrong (kUsage, one line for stderr).
struct ParseEnd {
  ExitCode code = ExitCode::kOk;
  std::string text;
};

/// `words` without the program's name.
[[nodiscard]] std::variant<CommandLine, ParseEnd> parse_command_line(const std::vector<std::string>& words);

struct Candidate {
  std::string word;
  std::string about;
};

/// What the word under the cursor may become: before + a candidate that starts with `typed`.
struct Completion {
  enum class Kind {
    kWords,       ///< `candidates`
    kFiles,       ///< names of files
    kFolders,     ///< names of folders
    kComponents,  ///< only the source knows, which `line` names
  };
  Kind kind = Kind::kWords;
  std::vector<Candidate> candidates;
  std::string before;  ///< "--type=heap," of "--type=heap,c"
  std::string typed;   ///< "c" of it
  CommandLine line;    ///< what is given so far of --server, --store and their like
};

/// `words` without the program's name; the last one is under the cursor.
[[nodiscard]] Completion complete_words(const std::vector<std::string>& words);

}  // namespace agent::cli
