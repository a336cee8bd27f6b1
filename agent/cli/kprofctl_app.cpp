#include "agent/cli/kprofctl_app.hpp"

#include "agent/cli/display_width.hpp"
#include "agent/cli/make_app.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

namespace agent::cli {
namespace {

void add_output(CLI::App& command, CommandLine& line) {
  command.add_option("-o,--output", line.output, "How it is printed: table, json or yaml")->type_name("FORMAT")->capture_default_str();
}

void add_components(CLI::App& command, CommandLine& line, const char* about = "Only of this component; repeat it or use commas for more") {
  command.add_option("-c,--component", line.components, about)->type_name("NAME")->delimiter(',')->allow_extra_args(false);
}

void add_types(CLI::App& command, CommandLine& line, const char* about = "Only of this profile type; repeat it or use commas for more") {
  command.add_option("-t,--type", line.types, about)->type_name("TYPE")->delimiter(',')->allow_extra_args(false);
}

void add_window(CLI::App& command, CommandLine& line) {
  command.add_option("--from", line.from, "Only what started at this time or later: -15m, 2026-11-24T05:00:00Z or unix seconds")
      ->type_name("TIME");
  command.add_option("--to", line.to, "Only what started before this time")->type_name("TIME");
}

CLI::App& add_command(CLI::App& app, CommandLine& line, const std::string& name, const std::string& about, const std::string& examples) {
  CLI::App* command = app.add_subcommand(name, about);
  command->group("Commands");
  command->fallthrough();  // --server and its like may stand behind the command too
  command->footer("\nExamples:\n" + examples);
  command->callback([&line, name] { line.command = name; });
  return *command;
}

void add_source(CLI::App& app, CommandLine& line) {
  SourceOptions& source = line.source;
  app.add_option("--server", source.server, "URL of a daemon: http, https or unix:///PATH [$KPROFCTL_SERVER, http://127.0.0.1:9912]")
      ->type_name("URL");
  app.add_option("--store", source.store, "Folder of blocks, read without a daemon")->type_name("DIR");
  app.add_option("--ca-file", source.ca_file, "CA certificates of the server (PEM)")->type_name("FILE");
  app.add_option("--cert", source.cert_file, "Client certificate (PEM)")->type_name("FILE");
  app.add_option("--key", source.key_file, "Key of the client certificate (PEM)")->type_name("FILE");
  app.add_option("--token-file", source.token_file, "File with a bearer token")->type_name("FILE");
  app.add_flag("--insecure-skip-tls-verify", source.insecure_skip_tls_verify, "Do not check who the server is");
}

/// For CLI11: what is wrong with the word, or "". It takes -1 for the largest number.
std::string is_whole_number(const std::string& word) {
  const bool fine = !word.empty() && word.find_first_not_of("0123456789") == std::string::npos;
  return fine ? "" : "expected a whole number, 0 for all, got " + word;
}

void add_lists(CLI::App& app, CommandLine& line) {
  auto& status = add_command(app, line, "status", "Show the daemon's state, or what a store folder holds",
                             "  kprofctl status\n  kprofctl --store /var/lib/kprofd status -o json\n");
  add_output(status, line);
  auto& targets = add_command(app, line, "targets", "List what is recorded from where, what fails, and what to do about it",
                              "  kprofctl targets\n  kprofctl targets -c kubelet -o yaml\n");
  add_components(targets, line);
  add_types(targets, line);
  add_output(targets, line);
  auto& series = add_command(app, line, "series", "List what is held of each component and profile type",
                             "  kprofctl series\n  kprofctl --store /mnt/dead-node/kprofd series\n");
  add_components(series, line);
  add_types(series, line);
  add_output(series, line);
  auto& snapshots =
      add_command(app, line, "snapshots", "List snapshots, newest first",
                  "  kprofctl snapshots -c kubelet -t heap --from -15m\n  kprofctl snapshots --cause manual --limit 0 -o json\n");
  add_components(snapshots, line);
  add_types(snapshots, line);
  add_window(snapshots, line);
  snapshots.add_option("--cause", line.cause, "Only those taken for this cause: schedule, incident or manual")->type_name("CAUSE");
  snapshots.add_option("--limit", line.limit, "At most so many, 0 for all")->type_name("N")->capture_default_str()->check(is_whole_number);
  add_output(snapshots, line);
}

void add_files(CLI::App& app, CommandLine& line) {
  auto& pull = add_command(app, line, "pull", "Save snapshots as files that every pprof tool opens",
                           "  kprofctl pull -c kubelet -t heap --from -15m --out profiles\n"
                           "  kprofctl --store /mnt/dead-node/kprofd pull --archive node1.tar.gz\n\n"
                           "Files that are there are not overwritten; pulling again fetches what is missing.\n");
  add_components(pull, line);
  add_types(pull, line);
  add_window(pull, line);
  pull.add_option("-o,--out", line.out, "Folder for the files, made when it is not there")->type_name("DIR");
  pull.add_option("--archive", line.archive, "One .tar.gz instead of a folder, - for stdout")->type_name("FILE");

  auto& merge = add_command(app, line, "merge", "Merge one series over a window into one profile",
                            "  kprofctl merge -c kube-apiserver -t cpu --from -15m -o cpu.pb.gz\n"
                            "  kprofctl merge -c etcd -t heap -o - | go tool pprof -top -\n\n"
                            "A file that is there with other content is left alone unless --force is given.\n");
  add_components(merge, line, "The component, one");
  add_types(merge, line, "The profile type, one");
  add_window(merge, line);
  merge.add_option("-o,--out", line.out, "File to write, - for stdout")->type_name("FILE")->required();
  merge.add_flag("--force", line.force, "Replace a file with other content; of a symbolic link the link, not what it points to");
  merge.get_option("--component")->required();
  merge.get_option("--type")->required();

  auto& import =
      add_command(app, line, "import", "Put profile files into a store folder, as if they had been recorded",
                  "  kprofctl --store store import -c kubelet heap-*.pb.gz\n"
                  "  kprofctl --store store import -c myapp -t mutex contention.pb.gz\n\n"
                  "Without --type, the file's name tells (heap-0001.pb.gz, and names that pull writes), else its content; what is\n"
                  "ambiguous is an error. A component's name has 1 to 63 letters, digits, '.', '_' or '-'. All files are checked before\n"
                  "the first is written (type, time from 1970 to 2109, component, size): when one is bad, nothing is. They are\n"
                  "stored in the order of their own times, and what the store holds already is not stored again.\n");
  add_components(import, line, "The component of all files, one; left out: names that pull wrote tell");
  add_types(import, line, "The profile type of all files, one; left out: the name or the content tells");
  import.add_option("--time", line.time, "When files were taken that do not say it: a time, or mtime for the file's own")
      ->type_name("TIME");
  import.add_option("files", line.files, "Profile files")->type_name("FILE")->required();
}

void add_actions(CLI::App& app, CommandLine& line) {
  auto& capture = add_command(app, line, "capture", "Take profiles now",
                              "  kprofctl capture --wait\n"
                              "  kprofctl capture -c kubelet -t cpu,heap --seconds 30 --reason 'node is slow' --wait\n");
  add_components(capture, line);
  add_types(capture, line);
  capture.add_option("--seconds", line.seconds, "Length of cpu and trace, 1 to 300 whole seconds: 10 or 1m")->type_name("SPAN");
  capture.add_option("--reason", line.reason, "Why, for whoever asks for the capture before the daemon restarts (it is not stored)")
      ->type_name("TEXT");
  capture.add_flag("--wait", line.wait, "Wait until it is done; exit 1 unless all of it succeeded");
  add_output(capture, line);

  auto& verify = add_command(app, line, "verify", "Check every record of a store folder",
                             "  kprofctl --store /var/lib/kprofd verify\n\nDamage is printed as FILE:OFFSET: WHAT, with exit code 1.\n");
  add_output(verify, line);
  auto& version = add_command(app, line, "version", "Print the version", "  kprofctl version -o json\n");
  add_output(version, line);
  auto& completion = add_command(app, line, "completion", "Print the completion script of a shell",
                                 "  source <(kprofctl completion bash)\n"
                                 "  kprofctl completion zsh > \"${fpath[1]}/_kprofctl\"\n"
                                 "  kprofctl completion fish > ~/.config/fish/completions/kprofctl.fish\n");
  completion.add_option("shell", line.shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

/// The command that `words` names, if any, before anything is checked.
const CLI::App* command_in(const CLI::App& app, const std::vector<std::string>& words) {
  for (const auto* command : app.get_subcommands(nullptr)) {
    if (std::find(words.begin(), words.end(), command->get_name()) != words.end()) return command;
  }
  return nullptr;
}

/// The first word that stands where a command belongs; "" when all are options and their values.
std::string word_for_command(const CLI::App& app, const std::vector<std::string>& words) {
  bool is_value = false;
  for (const auto& word : words) {
    if (!is_value && !word.starts_with('-')) return word;
    const CLI::Option* option = is_value ? nullptr : app.get_option_no_throw(word);
    is_value = option != nullptr && option->get_type_size() > 0;
  }
  return "";
}

/// Steps from one word to the other: a letter more, less or changed.
std::size_t distance(const std::string& from, const std::string& to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t k = 0; k < to.size(); ++k) {
      const std::size_t changed = diagonal + (from[i] == to[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({changed, diagonal + 1, row[k] + 1});
    }
  }
  return row.back();
}

/// What to say of a word that is no command: the nearest one, or all when none is near.
std::string unknown_command(const CLI::App& app, const std::string& word) {
  constexpr std::size_t kMaxWord = 32;
  std::string all;
  std::string nearest;
  std::size_t best = 3;
  for (const auto* command : app.get_subcommands(nullptr)) {
    const std::string& name = command->get_name();
    all.append(all.empty() ? "" : ", ").append(name);
    const std::size_t steps = word.size() > kMaxWord ? best : distance(word, name);
    if (steps >= best) continue;
    best = steps;
    nearest = name;
  }
  return "unknown command \"" + printable(word) + "\"" + (nearest.empty() ? "; known: " + all : ", did you mean \"" + nearest + "\"?");
}

ParseEnd usage_error(const CLI::App& app, const std::vector<std::string>& words, std::string why) {
  const CLI::App* command = command_in(app, words);
  const std::string name = command == nullptr ? "" : command->get_name() + ": ";
  const std::string word = command == nullptr ? word_for_command(app, words) : "";
  if (!word.empty()) why = unknown_command(app, word);
  std::replace(why.begin(), why.end(), '\n', ' ');
  return {ExitCode::kUsage,
          "kprofctl: " + name + why + "; see kprofctl " + (command == nullptr ? "" : command->get_name() + " ") + "--help\n"};
}

}  // namespace

std::unique_ptr<CLI::App> make_app(CommandLine& line) {
  auto app = std::make_unique<CLI::App>(
      "Looks into kprofd, the flight recorder of Kubernetes nodes: through its daemon, or in a folder it wrote.\n", "kprofctl");
  app->get_formatter()->column_width(34);
  app->get_formatter()->label("SUBCOMMAND", "COMMAND");
  app->get_formatter()->label("REQUIRED", "(required)");
  app->require_subcommand(1);
  app->set_version_flag("--version", "", "Print the version, as the command of that name");
  add_source(*app, line);
  add_lists(*app, line);
  add_files(*app, line);
  add_actions(*app, line);
  app->footer("\nExamples:\n  kprofctl series\n  kprofctl merge -c kubelet -t cpu --from -15m -o cpu.pb.gz\n  kprofctl COMMAND --help\n\n" +
              std::string(exit_code_help()));
  return app;
}

std::variant<CommandLine, ParseEnd> parse_command_line(const std::vector<std::string>& words) {
  CommandLine line;
  const auto app = make_app(line);
  try {
    app->parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return ParseEnd{ExitCode::kOk, app->help()};
  } catch (const CLI::CallForVersion&) {
    line = CommandLine();
    line.command = "version";
  } catch (const CLI::ParseError& error) {
    return usage_error(*app, words, error.what());
  }
  return line;
}

}  // namespace agent::cli
