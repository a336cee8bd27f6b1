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
    // Errors of the file system name the file too.
    std::string what = damage.what;
    const std::string name = damage.file.string() + ": ";
    if (const auto at = what.find(name); at != std::string::npos) what = "cannot be read: " + what.substr(at + name.size());
    console.err << "kprofctl: " << name << printable(what) << "; run kprofctl verify\n";
    code = ExitCode::kFailed;
  }
  return code;
}

Error unless_damaged(Error error) {
  if (error.code() != Errc::kNotFound || error.cause() == kUnreachableCause) return error;
  return Error(Errc::kCorrupt, "as far as the store can be read: " + error.message());
}

}  // namespace agent::cli
