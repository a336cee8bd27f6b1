#include "agent/store/block_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace agent::store {
namespace {

constexpr std::string_view kSuffix = ".kpb";
constexpr std::size_t kMaxComponentBytes = 128;  // with the rest of the name below NAME_MAX, 255

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
}

std::string escaped(std::string_view component) {
  std::string text;
  for (const char c : component) {
    if (text.size() >= kMaxComponentBytes) break;
    if (is_plain(c) && (c != '.' || !text.empty())) {
      text += c;
    } else {
      std::array<char, 4> hex{};
      std::snprintf(hex.data(), hex.size(), "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
      text += hex.data();
    }
  }
  return text;
}

}  // namespace

std::string block_name(std::string_view component, WallTime start, std::uint32_t unique) {
  const auto millis = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(start).time_since_epoch().count());
  std::array<char, 40> tail{};
  std::snprintf(tail.data(), tail.size(), "-%013lld-%08x", static_cast<long long>(millis), unique);
  return escaped(component) + tail.data() + std::string(kSuffix);
}

bool is_block_name(std::string_view name) {
  return name.size() > kSuffix.size() && name.ends_with(kSuffix);
}

std::optional<WallTime> start_in_block_name(std::string_view name) {
  constexpr std::size_t kMillisDigits = 13;
  constexpr std::size_t kBehind = 1 + 8 + kSuffix.size();  // "-xxxxxxxx.kpb"
  if (!is_block_name(name) || name.size() < 1 + kMillisDigits + kBehind) return std::nullopt;
  const auto digits = name.substr(name.size() - kBehind - kMillisDigits, kMillisDigits);
  std::int64_t millis = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), millis);
  if (error != std::errc() || end != digits.data() + digits.size() || millis < 0) return std::nullopt;
  return WallTime(std::chrono::milliseconds(millis));
}

}  // namespace agent::store
