// The logistic function and its inverse in whole numbers, as every model of the store uses them: the same on every machine.
#pragma once

#include <array>
#include <cstdint>

namespace agent::store {

namespace detail {

// Plain IEEE operations, evaluated by the compiler: no library function, whose last digit differs between systems.
constexpr double exp_of(double x) {
  int halvings = 0;
  for (double y = x < 0 ? -x : x; y > 0.125; y /= 2) ++halvings;
  double scaled = x;
  for (int i = 0; i < halvings; ++i) scaled /= 2;
  double sum = 1;
  double term = 1;
  for (int i = 1; i < 20; ++i) {
    term *= scaled / i;
    sum += term;
  }
  for (int i = 0; i < halvings; ++i) sum *= sum;
  return sum;
}

constexpr double log_of(double x) {  // 0 < x
  double shift = 0;
  constexpr double kLn2 = 0.693147180559945309417232121458;
  while (x < 0.75) {
    x *= 2;
    shift -= kLn2;
  }
  while (x > 1.5) {
    x /= 2;
    shift += kLn2;
  }
  const double t = (x - 1) / (x + 1);
  double power = t;
  double sum = 0;
  for (int i = 1; i < 60; i += 2) {
    sum += power / i;
    power *= t * t;
  }
  return 2 * sum + shift;
}

constexpr std::array<std::uint16_t, 4096> make_squash() {
  std::array<std::uint16_t, 4096> table{};
  for (int i = 0; i < 4096; ++i) {
    const double p = 65536.0 / (1.0 + exp_of(-(i - 2048) / 256.0));
    table[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(p < 24 ? 24 : p > 65512 ? 65512 : p);
  }
  return table;
}

constexpr std::array<std::int16_t, 4096> make_stretch() {
  std::array<std::int16_t, 4096> table{};
  for (int i = 0; i < 4096; ++i) {
    const double p = (i + 0.5) / 4096.0;
    const double x = 256.0 * log_of(p / (1 - p));
    table[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(x < -2047 ? -2047 : x > 2047 ? 2047 : x);
  }
  return table;
}

inline constexpr std::array<std::uint16_t, 4096> kSquash = make_squash();
inline constexpr std::array<std::int16_t, 4096> kStretch = make_stretch();

}  // namespace detail

/// 65536 / (1 + e^(-x/256)), cut to [24, 65512]. x beyond [-2048, 2047] is cut to it.
[[nodiscard]] constexpr std::uint32_t squash(std::int32_t x) {
  return detail::kSquash[static_cast<std::size_t>((x < -2048 ? -2048 : x > 2047 ? 2047 : x) + 2048)];
}

/// 256 ln(p / (1 - p)) of p in 1/4096, at the middle of the step. Requires p < 4096.
[[nodiscard]] constexpr std::int32_t stretch(std::uint32_t p) {
  return detail::kStretch[p];
}

}  // namespace agent::store
