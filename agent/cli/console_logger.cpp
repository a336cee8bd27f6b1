#include "agent/cli/console_logger.hpp"

#include "agent/cli/display_width.hpp"

namespace agent::cli {

void ConsoleLogger::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (level < LogLevel::kWarn) return;
  console_.err << "kprofctl: " << printable(message);
  for (const auto& field : fields) console_.err << " " << field.key() << "=" << printable(field.value());
  console_.err << "\n";
}

}  // namespace agent::cli
