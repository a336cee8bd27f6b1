#include "agent/cli/kprofd_command_line.hpp"

#include "agent/base/listen_address.hpp"

#include <CLI/CLI.hpp>

namespace agent::cli {
namespace {

constexpr const char* kFooter = R"(
Without --config the defaults hold: the Kubernetes components that run on this machine are found and recorded.
SIGHUP, or a change of FILE, reloads it; SIGTERM and SIGINT stop within 5 seconds.

Exit codes: 0 stopped on request, or the configuration is valid; 1 failure; 2 wrong usage)";

struct Words {
  std::string config;
  std::string listen;
  std::string store;
  bool print = false;
  std::vector<std::string> files;
};

/// CLI11 wants "" for yes, else the complaint.
std::string listen_problem(const std::string& word) {
  const auto parsed = parse_listen_address(word);
  return parsed ? "" : parsed.error().message();
}

std::string empty_problem(const std::string& word) {
  return word.empty() ? "must not be empty" : "";
}

app::LaunchOptions launch_of(const Words& words) {
  app::LaunchOptions launch;
  if (!words.config.empty()) launch.config_file = words.config;
  if (!words.listen.empty()) launch.listen = words.listen;
  if (!words.store.empty()) launch.store_path = words.store;
  if (words.print) launch.print = app::PrintSnapshots::kToStdout;
  return launch;
}

}  // namespace

KprofdCommand parse_kprofd_command_line(int argc, const char* const* argv) {
  CLI::App app("kprofd, the flight recorder of a Kubernetes node: records profiles of its components, keeps them, serves them.", "kprofd");
  Words words;
  app.add_option("-c,--config", words.config, "Configuration file (YAML)")->type_name("FILE")->check(empty_problem);
  app.add_option("--listen", words.listen, "Address to serve on, in the place of listen.address (127.0.0.1:9912)")
      ->type_name("ADDRESS:PORT")
      ->check(listen_problem);
  app.add_option("--store", words.store, "Folder to record into, in the place of store.path (/var/lib/kprofd)")
      ->type_name("DIR")
      ->check(empty_problem);
  app.add_flag("--print-snapshots", words.print, "Print one line for each stored snapshot to stdout");
  app.footer(kFooter);
  app.require_subcommand(0, 1);
  auto* check = app.add_subcommand("check-config", "Print every mistake of a configuration as file:line:column: key: what");
  check->add_option("FILE", words.files, "Configuration files")->required()->type_name("");
  auto* version = app.add_subcommand("version", "Print the version and the commit");
  bool wants_version = false;
  app.add_flag("--version", wants_version, "Print the version and the commit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return PrintText{app.help(), 0};
  } catch (const CLI::ParseError& error) {
    return PrintText{std::string("kprofd: ") + error.what() + "\nkprofd --help shows what there is.\n", 2};
  }
  if (*version || wants_version) return PrintVersion{};
  if (*check) return CheckConfig{{words.files.begin(), words.files.end()}};
  return RunDaemon{launch_of(words)};
}

}  // namespace agent::cli
