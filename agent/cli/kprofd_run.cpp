#include "agent/cli/kprofd_run.hpp"

#include "agent/app/agent.hpp"
#include "agent/base/log.hpp"
#include "agent/base/version.hpp"
#include "agent/config/load.hpp"

#include <cstdio>
#include <string>
#include <utility>

namespace agent::cli {
namespace {

void print(std::FILE* stream, const std::string& text) {
  std::fputs(text.c_str(), stream);
}

/// `exit_code` when all that was printed to stdout is out; else 1, and stderr says it.
int finish(int exit_code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  print(stderr, "kprofd: write stdout: it takes no more bytes\n");
  return exit_code == 0 ? 1 : exit_code;
}

/// The configuration without problems; else nullopt, and the problems are printed.
std::optional<config::Config> load_config(const std::filesystem::path& file) {
  auto loaded = config::load(file, config::process_environment());
  for (const auto& problem : loaded.problems) print(stderr, to_string(problem) + "\n");
  return std::move(loaded.config);
}

int run(const RunDaemon& command) {
  std::optional<config::Config> config = config::Config();
  if (command.launch.config_file) config = load_config(*command.launch.config_file);
  if (!config) return 1;
  const auto log = make_stderr_logger(config->log.level, config->log.format);
  auto agent = app::Agent::make(*std::move(config), command.launch, *log);
  if (!agent) {
    log->error("kprofd cannot start", {{"error", agent.error().message()}});
    return 1;
  }
  const auto ended = (*agent)->run();
  if (!ended) log->error("kprofd failed", {{"error", ended.error().message()}});
  return ended ? 0 : 1;
}

int run(const CheckConfig& command) {
  int exit_code = 0;
  for (const auto& file : command.files) {
    if (load_config(file)) {
      print(stdout, file.string() + ": ok\n");
    } else {
      exit_code = 1;
    }
  }
  return finish(exit_code);
}

int run(const PrintVersion&) {
  print(stdout, "kprofd " + std::string(version()) + " (" + std::string(commit()) + ")\n");
  return finish(0);
}

int run(const PrintText& command) {
  print(command.exit_code == 0 ? stdout : stderr, command.text);
  return finish(command.exit_code);
}

}  // namespace

int run_kprofd(const KprofdCommand& command) {
  return std::visit([](const auto& one) { return run(one); }, command);
}

}  // namespace agent::cli
