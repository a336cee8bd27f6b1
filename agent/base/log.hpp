// Structured logging: a sentence and key=value fields, as text or as one JSON object a line, to stderr.
//
//   log.info("target is up", {{"component", "kubelet"}, {"took", "12ms"}});
//
// Values are escaped; nothing from the network reaches the terminal raw. Never pass a secret (token, key, header value).
// Levels by who must act: error = operator, warn = degraded, info = state changes, debug = each scrape.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace agent {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kText, kJson };

/// One key=value of a log line. Numbers stay numbers in JSON.
class LogField {
 public:
  LogField(std::string_view key, std::string_view value) : key_(key), value_(value), is_number_(false) {}
  LogField(std::string_view key, const std::string& value) : LogField(key, std::string_view(value)) {}
  LogField(std::string_view key, const char* value) : LogField(key, std::string_view(value)) {}
  template <class T>
  requires std::is_arithmetic_v<T> LogField(std::string_view key, T value) : key_(key), value_(std::to_string(value)), is_number_(true) {}

  [[nodiscard]] const std::string& key() const { return key_; }
  [[nodiscard]] const std::string& value() const { return value_; }
  [[nodiscard]] bool is_number() const { return is_number_; }

 private:
  std::string key_;
  std::string value_;
  bool is_number_;
};

/// Passed by reference to whoever logs; there is no global one. Thread-safe.
class Logger {
 public:
  virtual ~Logger() = default;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::kDebug, message, fields); }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::kInfo, message, fields); }
  void warn(std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::kWarn, message, fields); }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) { write(LogLevel::kError, message, fields); }

  virtual void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) = 0;
  /// Takes effect on the next line; used by a configuration reload.
  virtual void configure(LogLevel level, LogFormat format) = 0;
};

/// Logs to stderr through spdlog.
[[nodiscard]] std::unique_ptr<Logger> make_stderr_logger(LogLevel level, LogFormat format);

}  // namespace agent
