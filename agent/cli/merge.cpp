#include "agent/cli/merge.hpp"

#include "agent/cli/damage_warning.hpp"

#include <utility>

namespace agent::cli {

Result<ExitCode> merge(Source& source, const MergeOptions& options, Console& console) {
  const bool to_stdout = options.output == "-";
  if (to_stdout && console.out_is_terminal) {
    return Error(Errc::kInvalidArgument, "a profile is binary and stdout is a terminal; write it to a file with -o FILE.pb.gz, or pipe it");
  }
  auto merged = source.merge(options.filter);
  const ExitCode code = warn_of_damage(source, options.filter, console);
  if (!merged && code != ExitCode::kOk) return unless_damaged(std::move(merged).error());
  if (!merged) return std::move(merged).error();
  if (to_stdout) {
    console.out << *merged << std::flush;
    if (!console.out) return Error(Errc::kIo, "write stdout: it takes no more bytes");
    return code;
  }
  auto written = write_output_file(options.output, *merged, options.existing);
  if (!written && written.error().code() == Errc::kConflict) {
    return Error(Errc::kConflict,
                 options.output + ": is there already with other content; choose another name, or give --force to replace it");
  }
  if (!written) return std::move(written).error();
  return code;
}

}  // namespace agent::cli
