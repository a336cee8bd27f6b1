#include "agent/store/encoding/heap_scale.hpp"

#include <cmath>

namespace agent::store {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kLn2 = 0xb17217f7d1cf79abULL;  // ln 2 in 1/2^64

std::uint64_t multiply(std::uint64_t a, std::uint64_t b) {  // of fractions in 1/2^64
  return static_cast<std::uint64_t>((Wide{a} * b) >> 64U);
}

// e^-x for 0 < x < 40: e^-x = 2^-k e^-r with r < ln 2, and e^-r by its series in 64 bits.
double exp_minus(double x) {
  const auto whole = static_cast<std::uint64_t>(x);
  const auto fraction = static_cast<std::uint64_t>(std::ldexp(x - static_cast<double>(whole), 64));
  Wide rest = (Wide{whole} << 64U) | fraction;
  int halvings = 0;
  for (; rest >= kLn2; ++halvings) rest -= kLn2;
  const auto r = static_cast<std::uint64_t>(rest);
  std::uint64_t term = r;
  std::uint64_t plus = 0;   // of the even terms but the first, which is one
  std::uint64_t minus = r;  // of the odd terms
  for (std::uint64_t i = 2; i < 30 && term != 0; ++i) {
    term = multiply(term, r) / i;
    (i % 2 == 0 ? plus : minus) += term;
  }
  return std::ldexp(static_cast<double>(0 - (minus - plus)), -64 - halvings);
}

}  // namespace

double heap_scale(std::int64_t size, std::int64_t rate) {
  if (rate <= 1 || size <= 0) return 1;
  const double x = static_cast<double>(size) / static_cast<double>(rate);
  if (x >= 40) return 1;  // e^-40 is lost beside one
  return 1 / (1 - exp_minus(x));
}

ScaledPair scale_sample(std::int64_t n, std::int64_t size, double scale) {
  constexpr double kLimit = 4.0e18;
  const double count = static_cast<double>(n);
  const double objects = count * scale;
  const double bytes = count * static_cast<double>(size) * scale;
  if (!(std::fabs(objects) < kLimit) || !(std::fabs(bytes) < kLimit)) return {};
  return {static_cast<std::int64_t>(objects), static_cast<std::int64_t>(bytes)};
}

std::int64_t unscale_sample(const ScaledPair& pair, std::int64_t size, double scale) {
  const double n = static_cast<double>(pair.bytes) / (static_cast<double>(size) * scale);
  return std::fabs(n) < 4.0e18 ? std::llround(n) : 0;
}

}  // namespace agent::store
