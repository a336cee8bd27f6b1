#include "agent/store/encoding/bit_coder.hpp"

#include <algorithm>
#include <cmath>

namespace agent::store {
namespace {

// finish() drops up to this many zero bytes from the end, and a reader is up to four bytes ahead of what it has decided.
constexpr std::size_t kDroppedZeros = 4;
constexpr std::size_t kReadAhead = 4;
constexpr unsigned kFewBits = 16;

}  // namespace

BitCoder::BitCoder(std::string_view bytes) : writing_(false), in_(bytes) {
  for (int i = 0; i < 4; ++i) shift();
  range_ = 0xffffffffU;
}

void BitCoder::carry() {
  // Never past the first byte: the interval lies within [0, 1).
  for (std::size_t i = out_.size(); i > 0; --i) {
    const auto byte = static_cast<std::uint8_t>(static_cast<std::uint8_t>(out_[i - 1]) + 1);
    out_[i - 1] = static_cast<char>(byte);
    if (byte != 0) return;
  }
}

void BitCoder::shift() {
  range_ <<= 8U;
  if (writing_) {
    out_.push_back(static_cast<char>(low_ >> 24U));
    low_ <<= 8U;
    return;
  }
  const std::uint8_t byte = position_ < in_.size() ? static_cast<std::uint8_t>(in_[position_]) : 0;
  ++position_;
  if (position_ > in_.size() + kDroppedZeros + kReadAhead) failed_ = true;
  value_ = (value_ << 8U) | byte;
}

std::uint32_t BitCoder::code_few(std::uint32_t value, std::uint32_t limit) {
  const std::uint32_t step = range_ / limit;
  if (!writing_) {
    value = value_ / step;
    if (value >= limit) {
      failed_ = true;
      value = 0;
    }
  }
  move_up(value * step);
  range_ = step;
  while (range_ < kLeastRange) shift();
  return value;
}

std::uint64_t BitCoder::code_flat(std::uint64_t bits, unsigned count) {
  std::uint64_t result = 0;
  while (count > 0) {
    const unsigned some = std::min(count, kFewBits);
    count -= some;
    const std::uint32_t limit = 1U << some;
    result = (result << some) | code_few(static_cast<std::uint32_t>(bits >> count) & (limit - 1), limit);
  }
  return result;
}

std::uint32_t BitCoder::code_below(std::uint32_t value, std::uint32_t limit) {
  constexpr std::uint32_t kFew = 1U << kFewBits;
  if (limit <= kFew) return code_few(value, limit);
  const std::uint32_t upper = code_few(value >> kFewBits, ((limit - 1) >> kFewBits) + 1);
  const std::uint32_t result = (upper << kFewBits) | code_few(value & (kFew - 1), kFew);
  if (result < limit) return result;
  failed_ = true;
  return 0;
}

std::string BitCoder::finish() {
  // The fewest bytes that, followed by zeros, lie within the interval.
  const std::uint64_t last = std::uint64_t{low_} + range_ - 1;
  for (unsigned bytes = 0; bytes <= 4; ++bytes) {
    const std::uint64_t rest = bytes == 4 ? 0 : 0xffffffffU >> (8 * bytes);
    const std::uint64_t candidate = (low_ + rest) & ~rest;
    if (candidate > last) continue;
    if (candidate >> 32U != 0) carry();
    for (unsigned i = 0; i < bytes; ++i) out_.push_back(static_cast<char>(candidate >> (24 - 8 * i)));
    break;
  }
  for (std::size_t i = 0; i < kDroppedZeros && !out_.empty() && out_.back() == '\0'; ++i) out_.pop_back();
  return std::move(out_);
}

double BitCoder::bits_written() const {
  return static_cast<double>(out_.size()) * 8 + 32 - std::log2(static_cast<double>(range_));
}

}  // namespace agent::store
