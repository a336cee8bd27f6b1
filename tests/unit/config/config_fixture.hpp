// Parsing text in tests.
#pragma once

#include "agent/config/load.hpp"

#include <map>
#include <string>
#include <string_view>

namespace agent::config {

inline Environment fake_environment(std::map<std::string, std::string> variables = {}) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

/// Every problem of `yaml`, a line each.
inline std::string problems_of(std::string_view yaml, const Environment& environment = fake_environment()) {
  std::string lines;
  for (const auto& problem : parse(yaml, "f", environment).problems) lines += to_string(problem) + "\n";
  return lines;
}

}  // namespace agent::config
