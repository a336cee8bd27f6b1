#include "agent/base/size.hpp"
#include "agent/cli/age.hpp"
#include "agent/cli/damage_warning.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/list_commands.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace agent::cli {
namespace {

enum class Kind { kText, kBytes, kSince, kYesNo, kOutcome, kList };

struct Line {
  std::string_view label;
  std::string_view section;  ///< "" for the top
  std::string_view key;
  Kind kind;
};

// The keys of the API's Status. A folder knows some of them; lines without a value are left out.
constexpr std::array kLines{Line{"Version", "", "version", Kind::kText},
                            Line{"Commit", "", "commit", Kind::kText},
                            Line{"Node", "", "node", Kind::kText},
                            Line{"Started", "", "started", Kind::kSince},
                            Line{"Ready", "", "ready", Kind::kYesNo},
                            Line{"Reasons", "", "reasons", Kind::kList},
                            Line{"Config", "config", "file", Kind::kText},
                            Line{"Loaded", "config", "loaded", Kind::kSince},
                            Line{"Last reload", "config", "lastReloadSuccessful", Kind::kOutcome},
                            Line{"Targets", "targets", "total", Kind::kText},
                            Line{"  Up", "targets", "up", Kind::kText},
                            Line{"  Down", "targets", "down", Kind::kText},
                            Line{"  Unknown", "targets", "unknown", Kind::kText},
                            Line{"Store", "store", "path", Kind::kText},
                            Line{"  Writable", "store", "writable", Kind::kYesNo},
                            Line{"  Reason", "store", "reason", Kind::kText},
                            Line{"  Snapshots", "store", "snapshots", Kind::kText},
                            Line{"  Series", "store", "series", Kind::kText},
                            Line{"  Size", "store", "bytes", Kind::kBytes},
                            Line{"  Fetched", "store", "fetchedBytes", Kind::kBytes},
                            Line{"  Blocks", "store", "blocks", Kind::kText},
                            Line{"  Oldest", "store", "oldest", Kind::kSince},
                            Line{"  Newest", "store", "newest", Kind::kSince},
                            Line{"  Pending", "store", "pendingSnapshots", Kind::kText},
                            Line{"  Dropped", "store", "droppedSnapshots", Kind::kText}};

std::string scalar(const Document& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* number = std::get_if<std::int64_t>(&value.value())) return std::to_string(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value.value())) return std::to_string(*number);
  if (const auto* flag = std::get_if<bool>(&value.value())) return *flag ? "yes" : "no";
  return "";
}

std::string bytes_text(const Document& value) {
  if (const auto* number = std::get_if<std::uint64_t>(&value.value())) return format_size(*number);
  if (const auto* number = std::get_if<std::int64_t>(&value.value()))
    return format_size(static_cast<std::uint64_t>(std::max<std::int64_t>(0, *number)));
  return "";
}

std::string since_text(const Document& value, WallTime now) {
  const auto time = parse_time(scalar(value), now);
  if (!time) return scalar(value);
  return format_time(std::chrono::floor<std::chrono::milliseconds>(*time)) + " (" + age_of(*time, now) + " ago)";
}

std::string list_text(const Document& value) {
  std::string out;
  if (const auto* list = value.array()) {
    for (const auto& item : *list) out.append(out.empty() ? "" : "; ").append(scalar(item));
  }
  return out;
}

std::string cell(const Document& value, Kind kind, WallTime now) {
  switch (kind) {
    case Kind::kText:
    case Kind::kYesNo:
      return scalar(value);
    case Kind::kOutcome:
      return scalar(value) == "yes" ? "ok" : "failed, the settings before it still hold";
    case Kind::kBytes:
      return bytes_text(value);
    case Kind::kSince:
      return since_text(value, now);
    case Kind::kList:
      return list_text(value);
  }
  return "";
}

}  // namespace

Result<ExitCode> show_status(Source& source, OutputFormat format, Console& console) {
  auto status = source.status();
  if (!status) return std::move(status).error();
  if (format != OutputFormat::kTable) {
    write_document(console.out, format, *status);
    static_cast<void>(warn_of_damage(source, {}, console));
    return ExitCode::kOk;
  }
  for (const auto& line : kLines) {
    const Document* section = line.section.empty() ? &*status : status->find(line.section);
    const Document* value = section == nullptr ? nullptr : section->find(line.key);
    const std::string text = value == nullptr ? "" : cell(*value, line.kind, console.clock.wall_now());
    if (text.empty()) continue;
    const std::string label = std::string(line.label) + ":";
    console.out << label << std::string(14 - label.size(), ' ') << printable(text) << "\n";
  }
  static_cast<void>(warn_of_damage(source, {}, console));
  return ExitCode::kOk;
}

}  // namespace agent::cli
