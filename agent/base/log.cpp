#include "agent/base/log.hpp"

#include "agent/base/json_text.hpp"
#include "agent/base/time.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>

namespace agent {
namespace {

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarn:
      return "warn";
    case LogLevel::kError:
      return "error";
  }
  return "info";
}

/// logfmt quoting: bare when it is plain, else a JSON string.
std::string text_value(const std::string& value) {
  const bool plain = !value.empty() && value.find_first_not_of(
                                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/_-+@%[]") == std::string::npos;
  return plain ? value : json_quote(value);
}

class StderrLogger final : public Logger {
 public:
  StderrLogger(LogLevel level, LogFormat format)
      : level_(level), format_(format), out_("kprofd", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    out_.set_pattern("%v");
    out_.set_level(spdlog::level::trace);
    out_.flush_on(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) override {
    if (level < level_.load()) return;
    const std::string time = format_time(std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    std::string line;
    if (format_.load() == LogFormat::kJson) {
      line = R"({"time":")" + time + R"(","level":")" + std::string(name_of(level)) + R"(","msg":)" + json_quote(message);
      for (const auto& field : fields)
        line += "," + json_quote(field.key()) + ":" + (field.is_number() ? field.value() : json_quote(field.value()));
      line += "}";
    } else {
      line = "time=" + time + " level=" + std::string(name_of(level)) + " msg=" + json_quote(message);
      for (const auto& field : fields) line += " " + field.key() + "=" + text_value(field.value());
    }
    out_.log(spdlog::level::info, "{}", line);
  }

  void configure(LogLevel level, LogFormat format) override {
    level_ = level;
    format_ = format;
  }

 private:
  std::atomic<LogLevel> level_;
  std::atomic<LogFormat> format_;
  spdlog::logger out_;
};

}  // namespace

std::unique_ptr<Logger> make_stderr_logger(LogLevel level, LogFormat format) {
  return std::make_unique<StderrLogger>(level, format);
}

}  // namespace agent
