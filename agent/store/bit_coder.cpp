#include "agent/store/bit_coder.hpp"

#include <cmath>

namespace agent::store {
namespace {

// finish() drops up to this many zero bytes from the end, and a reader is up to four bytes ahead of what it has decided.
constexpr std::size_t kDroppedZeros = 4;
constexpr std::size_t kReadAhead = 4;

}  // namespace

BitCoder::BitCoder(std::string_view bytes) : writing_(false), in_(bytes) {
  for (int i = 0; i < 4; ++i) shift();
  low_ = 0;
  high_ = 0xffffffffU;
}

void BitCoder::shift() {
  if (writing_) {
    out_.push_back(static_cast<char>(high_ >> 24U));
  } else {
    const std::uint8_t byte = position_ < in_.size() ? static_cast<std::uint8_t>(in_[position_]) : 0;
    ++position_;
    if (position_ > in_.size() + kDroppedZeros + kReadAhead) failed_ = true;
    value_ = (value_ << 8U) | byte;
  }
  low_ <<= 8U;
  high_ = (high_ << 8U) | 0xffU;
}

std::uint64_t BitCoder::code_flat(std::uint64_t bits, unsigned count) {
  std::uint64_t result = 0;
  for (unsigned i = count; i-- > 0;) result = (result << 1U) | (code(((bits >> i) & 1U) != 0, 32768) ? 1U : 0U);
  return result;
}

std::string BitCoder::finish() {
  // The fewest bytes that, followed by zeros, lie within [low, high].
  for (unsigned bytes = 0; bytes <= 4; ++bytes) {
    const std::uint32_t rest = bytes == 4 ? 0 : 0xffffffffU >> (8 * bytes);
    const std::uint32_t candidate = (low_ + rest) & ~rest;
    if (candidate < low_ || candidate > high_) continue;
    for (unsigned i = 0; i < bytes; ++i) out_.push_back(static_cast<char>(candidate >> (24 - 8 * i)));
    break;
  }
  for (std::size_t i = 0; i < kDroppedZeros && !out_.empty() && out_.back() == '\0'; ++i) out_.pop_back();
  return std::move(out_);
}

double BitCoder::bits_written() const {
  return static_cast<double>(out_.size()) * 8 + 32 - std::log2(static_cast<double>(high_ - low_) + 1);
}

}  // namespace agent::store
