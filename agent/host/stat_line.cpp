#include "agent/host/stat_line.hpp"

#include <array>
#include <charconv>

namespace agent::host {
namespace {

template <class T>
bool parse_number(std::string_view text, T& value) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc() && end == text.data() + text.size();
}

/// Splits at single spaces. Returns how many fields there were, at most N.
template <std::size_t N>
std::size_t split(std::string_view text, std::array<std::string_view, N>& fields) {
  std::size_t count = 0;
  while (!text.empty() && count < N) {
    const auto space = text.find(' ');
    fields.at(count++) = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return count;
}

}  // namespace

std::optional<StatLine> parse_stat(std::string_view line) {
  while (line.ends_with('\n')) line.remove_suffix(1);
  const auto open = line.find('(');
  const auto close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open || close + 2 > line.size()) return std::nullopt;
  StatLine stat;
  stat.comm = line.substr(open + 1, close - open - 1);
  // proc(5) numbers the fields from 1 (pid); here 0 is field 3, the state.
  std::array<std::string_view, 22> fields;
  if (split(line.substr(close + 2), fields) < fields.size() || fields[0].size() != 1) return std::nullopt;
  stat.state = fields[0].front();
  const bool is_whole = parse_number(fields[6], stat.flags) && parse_number(fields[11], stat.user_ticks) &&
                        parse_number(fields[12], stat.system_ticks) && parse_number(fields[17], stat.threads) &&
                        parse_number(fields[19], stat.start_ticks) && parse_number(fields[20], stat.virtual_bytes) &&
                        parse_number(fields[21], stat.resident_pages);
  if (!is_whole) return std::nullopt;
  return stat;
}

std::optional<std::int64_t> parse_boot_time(std::string_view proc_stat) {
  constexpr std::string_view kKey = "btime ";
  while (!proc_stat.empty()) {
    const auto end = proc_stat.find('\n');
    const std::string_view line = proc_stat.substr(0, end);
    std::int64_t seconds = 0;
    if (line.starts_with(kKey)) return parse_number(line.substr(kKey.size()), seconds) ? std::optional(seconds) : std::nullopt;
    proc_stat.remove_prefix(end == std::string_view::npos ? proc_stat.size() : end + 1);
  }
  return std::nullopt;
}

}  // namespace agent::host
