#include "agent/cli/kprofctl_options.hpp"

#include "agent/model/component_name.hpp"

#include <optional>
#include <utility>

namespace agent::cli {
namespace {

constexpr Duration kMaxCaptureSeconds = std::chrono::seconds(300);  // the API's

Error invalid(const std::string& message) {
  return Error(Errc::kInvalidArgument, message);
}

Result<OutputFormat> format_of(const CommandLine& line) {
  if (line.output == "table") return OutputFormat::kTable;
  if (line.output == "json") return OutputFormat::kJson;
  if (line.output == "yaml") return OutputFormat::kYaml;
  return invalid("--output: expected table, json or yaml, got \"" + line.output + "\"");
}

Result<std::optional<WallTime>> time_of(const std::string& option, const std::string& word, WallTime now) {
  if (word.empty()) return std::optional<WallTime>();
  auto time = parse_time(word, now);
  if (!time) return std::move(time).error().context(option);
  return std::optional(*time);
}

Result<void> check_components(const CommandLine& line) {
  for (const auto& name : line.components) {
    if (!model::is_component_name(name)) {
      return invalid("--component: expected " + std::string(model::kComponentNameRule) + ", got \"" + name + "\"");
    }
  }
  return {};
}

Result<std::vector<model::ProfileType>> types_of(const CommandLine& line) {
  std::vector<model::ProfileType> types;
  for (const auto& word : line.types) {
    auto type = model::parse_profile_type(word);
    if (!type) return std::move(type).error().context("--type");
    types.push_back(*type);
  }
  return types;
}

Result<Filter> filter_of(const CommandLine& line, WallTime now) {
  Filter filter;
  filter.components = line.components;
  auto types = types_of(line);
  if (!types) return std::move(types).error();
  filter.types = std::move(*types);
  auto from = time_of("--from", line.from, now);
  if (!from) return std::move(from).error();
  filter.from = *from;
  auto to = time_of("--to", line.to, now);
  if (!to) return std::move(to).error();
  filter.to = *to;
  if (filter.from && filter.to && *filter.from >= *filter.to) return invalid("--from: must be before --to");
  if (line.cause.empty()) return filter;
  auto cause = model::parse_cause(line.cause);
  if (!cause) return std::move(cause).error().context("--cause");
  filter.cause = *cause;
  return filter;
}

Result<Request> list_request(const CommandLine& line, ListKind kind, WallTime now) {
  auto filter = filter_of(line, now);
  if (!filter) return std::move(filter).error();
  auto format = format_of(line);
  if (!format) return std::move(format).error();
  return Request(ListRequest{kind, std::move(*filter), line.limit, *format});
}

Result<Request> pull_request(const CommandLine& line, WallTime now) {
  auto filter = filter_of(line, now);
  if (!filter) return std::move(filter).error();
  if (line.out.empty() == line.archive.empty()) return invalid("give either --out DIR or --archive FILE.tar.gz");
  return Request(PullOptions{std::move(*filter), line.out, line.archive});
}

Result<Request> merge_request(const CommandLine& line, WallTime now) {
  auto filter = filter_of(line, now);
  if (!filter) return std::move(filter).error();
  if (filter->components.size() != 1) return invalid("--component: merge needs exactly one");
  if (filter->types.size() != 1) return invalid("--type: merge needs exactly one");
  if (!model::is_pprof(filter->types.front())) {
    return invalid("--type: " + line.types.front() + " is not a pprof profile and cannot be merged; pull it instead");
  }
  return Request(MergeOptions{std::move(*filter), line.out, line.force ? Existing::kReplace : Existing::kKeep});
}

Result<Request> import_request(const CommandLine& line, WallTime now) {
  if (line.source.store.empty()) return invalid("import writes into a folder, not through a server; give --store DIR");
  ImportOptions options;
  options.store = line.source.store;
  options.files.assign(line.files.begin(), line.files.end());
  if (line.components.size() > 1) return invalid("--component: import takes one; run it once for each");
  if (!line.components.empty()) options.defaults.component = line.components.front();
  auto types = types_of(line);
  if (!types) return std::move(types).error();
  if (types->size() > 1) return invalid("--type: import takes one; run it once for each");
  if (!types->empty()) options.defaults.type = types->front();
  if (line.time == "mtime") {
    options.defaults.time = ModificationTime{};
  } else if (!line.time.empty()) {
    auto time = parse_time(line.time, now);
    if (!time) return std::move(time).error().context("--time");
    options.defaults.time = *time;
  }
  return Request(std::move(options));
}

/// "10", "10s" and "1m": seconds without a unit too, as ?seconds= of pprof endpoints, which take no parts of one.
Result<std::optional<Duration>> seconds_of(const std::string& word) {
  if (word.empty()) return std::optional<Duration>();
  const bool bare = word.find_first_not_of("0123456789.") == std::string::npos;
  auto span = parse_duration(bare ? word + "s" : word);
  if (!span) return std::move(span).error().context("--seconds");
  using std::chrono::seconds;
  if (*span % seconds(1) != Duration(0) || *span < seconds(1) || *span > kMaxCaptureSeconds) {
    return invalid("--seconds: expected whole seconds from 1 to 300, got " + word);
  }
  return std::optional(*span);
}

Result<Request> capture_request(const CommandLine& line) {
  CaptureOptions options;
  options.request.components = line.components;
  auto types = types_of(line);
  if (!types) return std::move(types).error();
  options.request.types = std::move(*types);
  auto seconds = seconds_of(line.seconds);
  if (!seconds) return std::move(seconds).error();
  options.request.seconds = *seconds;
  options.request.reason = line.reason;
  options.wait = line.wait ? Wait::kUntilDone : Wait::kNo;
  auto format = format_of(line);
  if (!format) return std::move(format).error();
  options.format = *format;
  return Request(std::move(options));
}

}  // namespace

Result<Request> make_request(const CommandLine& line, WallTime now) {
  if (!line.source.store.empty() && !line.source.server.empty()) return invalid("give either --server URL or --store DIR");
  if (auto named = check_components(line); !named) return std::move(named).error();
  if (line.command == "status") return list_request(line, ListKind::kStatus, now);
  if (line.command == "targets") return list_request(line, ListKind::kTargets, now);
  if (line.command == "series") return list_request(line, ListKind::kSeries, now);
  if (line.command == "snapshots") return list_request(line, ListKind::kSnapshots, now);
  if (line.command == "pull") return pull_request(line, now);
  if (line.command == "merge") return merge_request(line, now);
  if (line.command == "import") return import_request(line, now);
  if (line.command == "capture") return capture_request(line);
  auto format = format_of(line);
  if (!format) return std::move(format).error();
  if (line.command == "verify") return Request(VerifyRequest{*format});
  if (line.command == "version") return Request(VersionRequest{*format});
  if (line.command == "completion") return Request(CompletionRequest{line.shell});
  return invalid("unknown command \"" + line.command + "\"");
}

}  // namespace agent::cli
