#include "agent/base/time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

namespace agent {
namespace {

using namespace std::chrono_literals;

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};

// Longest name first where one is a prefix of another ("ms" before "m").
constexpr std::array kUnits{Unit{"ns", 1},
                            Unit{"us", 1'000},
                            Unit{"ms", 1'000'000},
                            Unit{"s", 1'000'000'000},
                            Unit{"m", 60'000'000'000},
                            Unit{"h", 3'600'000'000'000},
                            Unit{"d", 86'400'000'000'000}};

Error bad_duration(std::string_view text) {
  return Error(Errc::kInvalidArgument, "expected a duration like 10s, 1m30s or 250ms, got \"" + std::string(text) + "\"");
}

Error bad_time(std::string_view text) {
  return Error(
      Errc::kInvalidArgument,
      "expected a time as RFC 3339 (2026-11-24T05:00:00Z), unix seconds or a span before now (-15m), got \"" + std::string(text) + "\"");
}

/// Reads one decimal number from the front of `text` and removes it.
bool take_number(std::string_view& text, double& number) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;  // from_chars also reads signs, "inf" and "nan"
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (ec != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// Reads exactly `digits` decimal digits from the front of `text` and removes them.
bool take_digits(std::string_view& text, std::size_t digits, int& number) {
  if (text.size() < digits) return false;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + digits, number);
  if (ec != std::errc() || end != text.data() + digits || text.front() == '-') return false;
  text.remove_prefix(digits);
  return true;
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, std::int64_t& nanos) {
  if (!take(text, '.')) return true;
  std::int64_t scale = 100'000'000;
  const std::size_t before = text.size();
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    nanos += scale * (text.front() - '0');
    scale /= 10;
    text.remove_prefix(1);
  }
  return text.size() < before;
}

bool take_offset(std::string_view& text, std::chrono::minutes& offset) {
  if (take(text, 'Z') || take(text, 'z')) return true;
  const bool negative = take(text, '-');
  int hours = 0;
  int minutes = 0;
  if (!negative && !take(text, '+')) return false;
  if (!take_digits(text, 2, hours) || !take(text, ':') || !take_digits(text, 2, minutes) || hours > 23 || minutes > 59) return false;
  offset = std::chrono::minutes((negative ? -1 : 1) * (hours * 60 + minutes));
  return true;
}

bool parse_rfc3339(std::string_view text, WallTime& time) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanos = 0;
  std::chrono::minutes offset{0};
  const bool shaped = take_digits(text, 4, year) && take(text, '-') && take_digits(text, 2, month) && take(text, '-') &&
                      take_digits(text, 2, day) && (take(text, 'T') || take(text, 't') || take(text, ' ')) && take_digits(text, 2, hour) &&
                      take(text, ':') && take_digits(text, 2, minute) && take(text, ':') && take_digits(text, 2, second) &&
                      take_fraction(text, nanos) && take_offset(text, offset) && text.empty();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // Years outside 1678..2261 do not fit nanoseconds in 64 bits.
  if (!shaped || !date.ok() || hour > 23 || minute > 59 || second > 60 || year < 1678 || year > 2261) return false;
  time = WallTime(std::chrono::sys_days(date).time_since_epoch()) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + Duration(nanos) - offset;
  return true;
}

bool parse_unix_seconds(std::string_view text, WallTime& time) {
  std::int64_t seconds = 0;
  std::int64_t nanos = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (ec != std::errc() || seconds < 0 || seconds > 9'000'000'000) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (!take_fraction(text, nanos) || !text.empty()) return false;
  time = WallTime(std::chrono::seconds(seconds) + Duration(nanos));
  return true;
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
  const std::string_view whole = text;
  if (text == "0") return Duration(0);
  if (text.empty()) return bad_duration(whole);
  double total = 0;
  while (!text.empty()) {
    double number = 0;
    if (!take_number(text, number)) return bad_duration(whole);
    const Unit* found = nullptr;
    for (const auto& unit : kUnits) {
      if (text.starts_with(unit.name)) {
        found = &unit;
        break;
      }
    }
    if (found == nullptr) return bad_duration(whole);
    text.remove_prefix(found->name.size());
    total += number * static_cast<double>(found->nanos);
  }
  if (total >= static_cast<double>(std::numeric_limits<std::int64_t>::max())) return bad_duration(whole);
  return Duration(std::llround(total));
}

std::string format_duration(Duration duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string out = left < 0 ? "-" : "";
  for (std::size_t i = kUnits.size(); i-- > 0;) {
    const std::int64_t count = left / kUnits[i].nanos;
    left %= kUnits[i].nanos;
    if (count != 0) out.append(std::to_string(count < 0 ? -count : count)).append(kUnits[i].name);
  }
  return out;
}

std::string format_time(WallTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  std::array<char, 48> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                    static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
  std::string out(text.data(), static_cast<std::size_t>(length));
  if (const auto nanos = clock.subseconds().count(); nanos != 0) {
    std::snprintf(text.data(), text.size(), ".%09ld", static_cast<long>(nanos));
    out += text.data();
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

Result<WallTime> parse_time(std::string_view text, WallTime now) {
  if (text == "now") return now;
  if (text.starts_with('-')) {
    auto span = parse_duration(text.substr(1));
    if (!span) return bad_time(text);
    return now - *span;
  }
  WallTime time;
  if (parse_rfc3339(text, time) || parse_unix_seconds(text, time)) return time;
  return bad_time(text);
}

}  // namespace agent
