#include "agent/cli/verify.hpp"

#include "agent/base/size.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/views.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <utility>

namespace agent::cli {

Result<ExitCode> verify(Source& source, OutputFormat format, Console& console) {
  auto report = source.verify();
  if (!report) return std::move(report).error();
  const ExitCode code = report->damage.empty() ? ExitCode::kOk : ExitCode::kFailed;
  if (format != OutputFormat::kTable) {
    write_document(console.out, format, to_document(*report));
    return code;
  }
  for (const auto& damage : report->damage) {
    console.out << printable(damage.file.string()) << ":" << damage.offset << ": " << printable(damage.what) << "\n";
  }
  for (const auto& note : report->notes) {
    console.out << note.file.string() << ":" << note.offset << ": note: " << printable(note.what) << "\n";
  }
  console.out << source.name() << ": " << report->blocks << " blocks, " << report->records << " records, " << report->snapshots
              << " snapshots, " << (report->unreadable == 0 ? "" : std::to_string(report->unreadable) + " more that cannot be read, ")
              << format_size(report->bytes) << ": ";
  if (report->damage.empty()) {
    console.out << "all sound\n";
  } else {
    std::set<std::filesystem::path> files;
    for (const auto& damage : report->damage) files.insert(damage.file);
    console.out << "damage in " << files.size() << (files.size() == 1 ? " file\n" : " files\n");
  }
  return code;
}

}  // namespace agent::cli
