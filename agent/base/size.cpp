#include "agent/base/size.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace agent {
namespace {

struct Unit {
  std::string_view name;
  double bytes;
};

constexpr std::array kUnits{
    Unit{"B", 1},     Unit{"KiB", 1024.0}, Unit{"MiB", 1048576.0}, Unit{"GiB", 1073741824.0}, Unit{"TiB", 1099511627776.0},
    Unit{"kB", 1000}, Unit{"KB", 1000},    Unit{"MB", 1e6},        Unit{"GB", 1e9},           Unit{"TB", 1e12}};

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  if (text == "0") return std::uint64_t{0};
  double number = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const auto& unit : kUnits) {
    if (ec != std::errc() || number < 0 || unit.name != name || number * unit.bytes >= 9.2e18) continue;
    return static_cast<std::uint64_t>(std::llround(number * unit.bytes));
  }
  return Error(Errc::kInvalidArgument, "expected a size like 512MiB, 1.5GiB or 100kB, got \"" + std::string(text) + "\"");
}

std::string format_size(std::uint64_t bytes) {
  std::size_t unit = 0;
  auto number = static_cast<double>(bytes);
  while (number >= 1024 && unit < 4) {
    number /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", number);
  std::string out(text.data());
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out.append(kUnits[unit].name);
}

}  // namespace agent
