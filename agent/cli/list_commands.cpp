#include "agent/cli/list_commands.hpp"

#include "agent/base/size.hpp"
#include "agent/cli/age.hpp"
#include "agent/cli/damage_warning.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/table.hpp"
#include "agent/cli/views.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace agent::cli {
namespace {

std::string age_or_dash(const std::optional<WallTime>& time, WallTime now) {
  return time ? age_of(*time, now) : "-";
}

/// A span without more digits than a person reads: "1.2s", "250ms".
std::string short_span(Duration span) {
  using namespace std::chrono_literals;
  const Duration step = span >= 1s ? 100ms : span >= 1ms ? Duration(1ms) : Duration(1us);
  return format_duration(span / step * step);
}

/// The cell that tells an operator what to do.
std::string problem_of(const model::ProfileStatus& status) {
  if (!status.failure) return status.note;
  const std::string& advice = status.failure->hint.empty() ? status.failure->message : status.failure->hint;
  return status.failure->cause + ": " + advice;
}

template <class T>
bool wanted(const std::vector<T>& list, const T& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// Drops what the filter does not name. A target stays when it has a wanted type.
std::vector<model::TargetStatus> select(std::vector<model::TargetStatus> targets, const Filter& filter) {
  for (auto& target : targets) {
    std::erase_if(target.profiles, [&](const auto& profile) { return !wanted(filter.types, profile.plan.type); });
  }
  std::erase_if(targets, [&](const auto& target) {
    return !wanted(filter.components, target.target.component) || (!filter.types.empty() && target.profiles.empty());
  });
  return targets;
}

void add_rows(Table& table, const model::TargetStatus& target, WallTime now) {
  for (const auto& profile : target.profiles) {
    table.add({target.target.component, std::string(model::to_string(profile.plan.type)), std::string(model::to_string(target.health)),
               std::string(model::to_string(profile.state)), format_duration(profile.plan.interval), age_or_dash(profile.last_success, now),
               profile.last_took.count() == 0 ? "-" : short_span(profile.last_took), format_size(profile.last_bytes),
               std::to_string(profile.scrapes), std::to_string(profile.failures), std::to_string(profile.missed_rounds),
               problem_of(profile)});
  }
  // A target whose plan is empty is still a target.
  if (target.profiles.empty()) {
    table.add({target.target.component, "-", std::string(model::to_string(target.health)), "-", "-", "-", "-", "-", "-", "-", "-", ""});
  }
}

std::string join(const std::set<std::string>& words) {
  std::string out;
  for (const auto& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

/// The words behind "nothing matches": the asked ones that are not there, with those that are.
template <class T, class ToWord>
std::string absent(const std::string& what, const std::vector<T>& asked, const std::set<std::string>& there, const ToWord& to_word) {
  std::set<std::string> gone;
  for (const auto& one : asked) {
    if (const std::string word(to_word(one)); !there.contains(word)) gone.insert(word);
  }
  return gone.empty() ? "" : "; there is no " + what + " " + join(gone) + ", there are: " + join(there);
}

/// After a list without an entry: what the filter names that is not there. kOk when there is nothing at all, or nothing was asked for by
/// name, which `nothing` then says.
ExitCode explain_nothing(const char* nothing, const Filter& filter, const std::set<std::string>& components,
                         const std::set<std::string>& types, OutputFormat format, Console& console) {
  const bool filters = !filter.components.empty() || !filter.types.empty() || filter.from || filter.to || filter.cause;
  if (!filters || components.empty()) {
    if (format == OutputFormat::kTable) console.err << nothing << "\n";
    return ExitCode::kOk;
  }
  const auto to_word = [](model::ProfileType type) { return model::to_string(type); };
  console.err << printable("Nothing matches" + absent("component", filter.components, components, [](const auto& name) { return name; }) +
                           absent("type", filter.types, types, to_word) + ".")
              << "\n";
  return ExitCode::kNothingFound;
}

/// After an empty list that damage may have emptied: nobody can say that there is nothing.
ExitCode nothing_readable(const char* what, Console& console) {
  console.err << "No " << what << " that can be read matches.\n";
  return ExitCode::kFailed;
}

ExitCode explain_no_series(const char* nothing, const Filter& filter, const std::vector<store::Series>& all, OutputFormat format,
                           Console& console) {
  std::set<std::string> components;
  std::set<std::string> types;
  for (const auto& one : all) {
    components.insert(one.component);
    types.emplace(model::to_string(one.type));
  }
  return explain_nothing(nothing, filter, components, types, format, console);
}

ExitCode explain_no_targets(const Filter& filter, const std::vector<model::TargetStatus>& all, OutputFormat format, Console& console) {
  std::set<std::string> components;
  std::set<std::string> types;
  for (const auto& target : all) {
    components.insert(target.target.component);
    for (const auto& profile : target.profiles) types.emplace(model::to_string(profile.plan.type));
  }
  return explain_nothing("No targets.", filter, components, types, format, console);
}

}  // namespace

Result<ExitCode> list_targets(Source& source, const Filter& filter, OutputFormat format, Console& console) {
  auto found = source.targets();
  if (!found) return std::move(found).error();
  const auto targets = select(*found, filter);
  if (format != OutputFormat::kTable) {
    Document::Array list;
    for (const auto& target : targets) list.push_back(to_document(target));
    write_document(console.out, format, Document::Object{{"targets", std::move(list)}});
  }
  if (targets.empty()) return explain_no_targets(filter, *found, format, console);
  if (format != OutputFormat::kTable) return ExitCode::kOk;
  Table table({"COMPONENT", "TYPE", "HEALTH", "STATE", "EVERY", "LAST", "TOOK", "SIZE", "SCRAPES", "FAILURES", "MISSED", "PROBLEM"});
  for (const auto& target : targets) add_rows(table, target, console.clock.wall_now());
  table.write(console.out);
  return ExitCode::kOk;
}

Result<ExitCode> list_series(Source& source, const Filter& filter, OutputFormat format, Console& console) {
  auto found = source.series();
  if (!found) return std::move(found).error();
  auto series = *found;
  std::erase_if(series, [&](const auto& one) { return !wanted(filter.components, one.component) || !wanted(filter.types, one.type); });
  if (format != OutputFormat::kTable) {
    Document::Array list;
    for (const auto& one : series) list.push_back(to_document(one));
    write_document(console.out, format, Document::Object{{"series", std::move(list)}});
  }
  const ExitCode read = warn_of_damage(source, filter, console);
  if (series.empty() && read != ExitCode::kOk) return nothing_readable("series", console);
  if (series.empty()) return explain_no_series("No series: nothing is recorded yet.", filter, *found, format, console);
  if (format != OutputFormat::kTable) return ExitCode::kOk;
  const WallTime now = console.clock.wall_now();
  Table table({"COMPONENT", "TYPE", "SNAPSHOTS", "FIRST", "LAST", "STORED", "FETCHED"});
  for (const auto& one : series) {
    table.add({one.component, std::string(model::to_string(one.type)), std::to_string(one.snapshots), age_of(one.first, now),
               age_of(one.last, now), format_size(one.stored_bytes), format_size(one.fetched_bytes)});
  }
  table.write(console.out);
  return ExitCode::kOk;
}

Result<ExitCode> list_snapshots(Source& source, const Filter& filter, std::uint64_t limit, OutputFormat format, Console& console) {
  const WallTime now = console.clock.wall_now();
  Table table({"ID", "COMPONENT", "TYPE", "START", "AGE", "DURATION", "CAUSE", "SAMPLES", "STORED", "FETCHED"});
  Document::Array list;
  std::uint64_t count = 0;
  const auto add = [&](const model::Snapshot& snapshot) {
    if (count++ == limit && limit != 0) return false;
    if (format != OutputFormat::kTable) {
      list.push_back(to_document(snapshot));
      return true;
    }
    const auto& info = snapshot.info;
    table.add({model::to_string(snapshot.id), info.component, std::string(model::to_string(info.type)),
               format_time(std::chrono::floor<std::chrono::milliseconds>(info.start)), age_of(info.start, now),
               info.duration.count() == 0 ? "-" : short_span(info.duration), std::string(model::to_string(info.cause)),
               std::to_string(snapshot.samples), format_size(snapshot.stored_bytes), format_size(info.fetched_bytes)});
    return true;
  };
  auto visited = source.for_each(filter, limit == 0 ? 0 : limit + 1, add);
  if (!visited) return std::move(visited).error();
  if (format != OutputFormat::kTable) {
    write_document(console.out, format, Document::Object{{"snapshots", std::move(list)}});
  } else if (count != 0) {
    table.write(console.out);
  }
  const ExitCode read = warn_of_damage(source, filter, console);
  if (count == 0 && read != ExitCode::kOk) return nothing_readable("snapshot", console);
  if (count == 0) {
    const auto all = source.series();
    if (!all) return all.error();
    return explain_no_series("No snapshots.", filter, *all, format, console);
  }
  if (limit == kDefaultListLimit && count > limit) {
    console.err << "The newest " << limit << " are shown; --limit 0 shows all, --from, --to, --component and --type choose.\n";
  }
  return ExitCode::kOk;
}

}  // namespace agent::cli
