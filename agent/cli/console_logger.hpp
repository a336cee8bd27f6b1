// What libraries log, for a person at a terminal.
#pragma once

#include "agent/base/log.hpp"
#include "agent/cli/console.hpp"

namespace agent::cli {

/// Warnings and errors as lines on err, "kprofctl: sentence: key=value"; the rest is not shown.
class ConsoleLogger final : public Logger {
 public:
  explicit ConsoleLogger(Console& console) : console_(console) {}
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) override;
  void configure(LogLevel /*level*/, LogFormat /*format*/) override {}

 private:
  Console& console_;
};

}  // namespace agent::cli
