#include "agent/cli/age.hpp"

#include <cstdint>

namespace agent::cli {
namespace {

std::string two_units(std::int64_t first, const char* first_unit, std::int64_t second, const char* second_unit) {
  std::string text = std::to_string(first) + first_unit;
  if (second != 0) text += std::to_string(second) + second_unit;
  return text;
}

}  // namespace

std::string format_age(Duration age) {
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  const std::int64_t days = hours / 24;
  if (seconds <= 0) return "0s";
  if (seconds < 2 * 60) return std::to_string(seconds) + "s";
  if (minutes < 10) return two_units(minutes, "m", seconds % 60, "s");
  if (minutes < 3 * 60) return std::to_string(minutes) + "m";
  if (hours < 8) return two_units(hours, "h", minutes % 60, "m");
  if (hours < 48) return std::to_string(hours) + "h";
  if (days < 8) return two_units(days, "d", hours % 24, "h");
  if (days < 2 * 365) return std::to_string(days) + "d";
  if (days < 8 * 365) return two_units(days / 365, "y", days % 365, "d");
  return std::to_string(days / 365) + "y";
}

std::string age_of(WallTime time, WallTime now) {
  return time > now + std::chrono::seconds(1) ? "in " + format_age(time - now) : format_age(now - time);
}

}  // namespace agent::cli
