#include "agent/cli/kprofctl.hpp"

#include "agent/base/version.hpp"
#include "agent/cli/completion.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/folder_source.hpp"
#include "agent/cli/kprofctl_app.hpp"
#include "agent/cli/list_commands.hpp"
#include "agent/cli/server_source.hpp"
#include "agent/cli/verify.hpp"

#include <memory>
#include <utility>

namespace agent::cli {
namespace {

Result<std::unique_ptr<Source>> make_source(SourceOptions options, const Environment& environment, Console& console) {
  if (!options.store.empty()) return make_folder_source(options.store);
  if (options.server.empty()) options.server = environment.server.empty() ? kDefaultServer : environment.server;
  return make_server_source(options, console);
}

Result<ExitCode> print_version(const VersionRequest& request, Console& console) {
  if (request.format == OutputFormat::kTable) {
    console.out << "kprofctl " << version() << " (" << commit() << ")\n";
  } else {
    write_document(console.out, request.format, Document::Object{{"version", version()}, {"commit", commit()}});
  }
  return ExitCode::kOk;
}

Result<ExitCode> run_list(Source& source, const ListRequest& request, Console& console) {
  switch (request.kind) {
    case ListKind::kStatus:
      return show_status(source, request.format, console);
    case ListKind::kTargets:
      return list_targets(source, request.filter, request.format, console);
    case ListKind::kSeries:
      return list_series(source, request.filter, request.format, console);
    case ListKind::kSnapshots:
      return list_snapshots(source, request.filter, request.limit, request.format, console);
  }
  return Error(Errc::kInternal, "no such list");
}

/// The requests that ask a source.
struct AskSource {
  Source& source;
  Console& console;
  Result<ExitCode> operator()(const ListRequest& request) const { return run_list(source, request, console); }
  Result<ExitCode> operator()(const PullOptions& request) const { return pull(source, request, console); }
  Result<ExitCode> operator()(const MergeOptions& request) const { return merge(source, request, console); }
  Result<ExitCode> operator()(const CaptureOptions& request) const { return capture(source, request, console); }
  Result<ExitCode> operator()(const VerifyRequest& request) const { return verify(source, request.format, console); }
};

struct Run {
  const CommandLine& line;
  const Environment& environment;
  Console& console;
  Result<ExitCode> operator()(const ImportOptions& request) const { return import_files(request, console); }
  Result<ExitCode> operator()(const VersionRequest& request) const { return print_version(request, console); }
  Result<ExitCode> operator()(const CompletionRequest& request) const { return print_completion_script(request.shell, console); }
  template <class Asking>
  Result<ExitCode> operator()(const Asking& request) const {
    auto source = make_source(line.source, environment, console);
    if (!source) return std::move(source).error();
    return AskSource{**source, console}(request);
  }
};

Error stdout_is_full() {
  return Error(Errc::kIo, "write stdout: it takes no more bytes");
}

ExitCode report(const CommandLine& line, const Error& error, Console& console) {
  console.err << "kprofctl: " << line.command << (line.command.empty() ? "" : ": ") << printable(error.message()) << "\n";
  return exit_code_of(error);
}

}  // namespace

ExitCode run_kprofctl(const std::vector<std::string>& words, const Environment& environment, Console& console) {
  if (!words.empty() && words.front() == kCompleteWord) {
    const auto find_source = [&](const SourceOptions& options) { return make_source(options, environment, console); };
    return complete({words.begin() + 1, words.end()}, find_source, console);
  }
  const auto parsed = parse_command_line(words);
  if (const auto* end = std::get_if<ParseEnd>(&parsed)) {
    (end->code == ExitCode::kOk ? console.out : console.err) << end->text << std::flush;
    return console.out ? end->code : report({}, stdout_is_full(), console);
  }
  const auto& line = std::get<CommandLine>(parsed);
  const auto request = make_request(line, console.clock.wall_now());
  if (!request) return report(line, request.error(), console);
  auto result = std::visit(Run{line, environment, console}, *request);
  console.out.flush();
  if (!result) return report(line, result.error(), console);
  return console.out ? *result : report(line, stdout_is_full(), console);
}

}  // namespace agent::cli
