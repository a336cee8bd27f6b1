// YAML to Config. The only place that sees yaml-cpp.
#pragma once

#include "agent/base/result.hpp"
#include "agent/config/config.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

/// One mistake, 1-based. to_string: "kprofd.yaml:12:5: scrape.interval: expected a duration like 10s, got \"30\"".
struct Problem {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  std::string message;  ///< starts with the dotted key
};
[[nodiscard]] std::string to_string(const Problem& problem);

/// Either no problem and a whole configuration, or every problem of the file at once.
struct Loaded {
  std::optional<Config> config;
  std::vector<Problem> problems;
};

/// Value of an environment variable, nullopt when unset.
using Environment = std::function<std::optional<std::string>(const std::string&)>;
[[nodiscard]] Environment process_environment();

/// `name` stands in the problems. ${NAME} and ${NAME:-default} are replaced inside scalar values; an unset one without default is a
/// problem.
[[nodiscard]] Loaded parse(std::string_view yaml, const std::string& name, const Environment& environment);
/// Reads the file (at most 1 MiB) and parses it; a file that cannot be read is a problem at 0:0.
[[nodiscard]] Loaded load(const std::filesystem::path& file, const Environment& environment);

}  // namespace agent::config
