// A Logger that remembers its lines.
#pragma once

#include "agent/base/log.hpp"

#include <string>
#include <vector>

namespace tests {

class FakeLogger final : public agent::Logger {
 public:
  void write(agent::LogLevel level, std::string_view message, std::initializer_list<agent::LogField> fields) override {
    std::string line(message);
    for (const auto& field : fields) line += " " + field.key() + "=" + field.value();
    lines.push_back(line);
    if (level >= agent::LogLevel::kWarn) warnings.push_back(line);
  }
  void configure(agent::LogLevel /*level*/, agent::LogFormat /*format*/) override {}

  std::vector<std::string> lines;
  std::vector<std::string> warnings;  ///< and errors
};

}  // namespace tests
