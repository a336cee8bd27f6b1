// What the command line tells the daemon, beside the configuration.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace agent::app {

enum class PrintSnapshots { kNo, kToStdout };

struct LaunchOptions {
  std::optional<std::filesystem::path> config_file;  ///< watched and read again when it changes; absent: built-in defaults
  std::optional<std::string> listen;                 ///< in the place of listen.address
  std::optional<std::string> store_path;             ///< in the place of store.path
  PrintSnapshots print = PrintSnapshots::kNo;        ///< one line for each stored snapshot
};

}  // namespace agent::app
