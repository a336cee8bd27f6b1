// The command line of kprofctl as a value. What CLI11 reads (kprofctl_app.hpp) are words; here they become typed and checked.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/cli/capture.hpp"
#include "agent/cli/import.hpp"
#include "agent/cli/list_commands.hpp"
#include "agent/cli/merge.hpp"
#include "agent/cli/output_format.hpp"
#include "agent/cli/pull.hpp"
#include "agent/cli/source_options.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace agent::cli {

/// The words of a command line, each where it belongs; empty: not given.
struct CommandLine {
  std::string command;  ///< "pull"
  SourceOptions source;
  std::string output = "table";  ///< --output
  std::vector<std::string> components;
  std::vector<std::string> types;
  std::string from;
  std::string to;
  std::string cause;
  std::uint64_t limit = kDefaultListLimit;
  std::string out;      ///< --out: a folder for pull, a file for merge
  std::string archive;  ///< --archive
  bool force = false;   ///< of merge
  std::string time;     ///< --time
  std::vector<std::string> files;
  std::string seconds;
  std::string reason;
  bool wait = false;
  std::string shell;  ///< of completion
};

enum class ListKind { kStatus, kTargets, kSeries, kSnapshots };

struct ListRequest {
  ListKind kind = ListKind::kStatus;
  Filter filter;
  std::uint64_t limit = 0;
  OutputFormat format = OutputFormat::kTable;
};
struct VerifyRequest {
  OutputFormat format = OutputFormat::kTable;
};
struct VersionRequest {
  OutputFormat format = OutputFormat::kTable;
};
struct CompletionRequest {
  std::string shell;
};

using Request =
    std::variant<ListRequest, PullOptions, MergeOptions, ImportOptions, CaptureOptions, VerifyRequest, VersionRequest, CompletionRequest>;

/// `now` is what "-15m" counts from. Errors: kInvalidArgument, as "--from: expected a time ...".
[[nodiscard]] Result<Request> make_request(const CommandLine& line, WallTime now);

}  // namespace agent::cli
