#include "agent/cli/damage_warning.hpp"

#include "agent/cli/display_width.hpp"

#include <algorithm>
#include <string>

namespace agent::cli {

ExitCode warn_of_damage(Source& source, const Filter& filter, Console& console) {
  ExitCode code = ExitCode::kOk;
  for (const auto& damage : source.skipped()) {
    // A block is named after its component (FORMAT.md, "Block files").
    const std::string file = damage.file.filename().string();
    const auto is_of = [&](const std::string& component) { return file.starts_with(component + "-"); };
    if (!filter.components.empty() && std::none_of(filter.components.begin(), filter.components.end(), is_of)) continue;
    console.err << "kprofctl: " << damage.file.string() << ": " << printable(damage.what) << "; run kprofctl verify\n";
    code = ExitCode::kFailed;
  }
  return code;
}

Error unless_damaged(Error error) {
  if (error.code() != Errc::kNotFound || error.cause() == kUnreachableCause) return error;
  return Error(Errc::kCorrupt, error.message() + ", as far as it can be read");
}

}  // namespace agent::cli
