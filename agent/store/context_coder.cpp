#include "agent/store/context_coder.hpp"

#include <array>
#include <bit>

namespace agent::store {
namespace {

constexpr std::uint32_t kCountMask = 1023;
constexpr std::uint32_t kCountLimit = 255;
constexpr std::uint32_t kMixerSteps = 4;  // per question: the flag, sign, width and mantissa of a number

// 65536 / (n + 1.5): how far the n-th outcome moves a probability.
constexpr std::array<std::uint32_t, kCountLimit + 1> kRate = [] {
  std::array<std::uint32_t, kCountLimit + 1> rates{};
  for (std::uint32_t n = 0; n <= kCountLimit; ++n) rates[n] = 131072 / (2 * n + 3);
  return rates;
}();

}  // namespace

ContextCoder::ContextCoder(unsigned table_bits)
    : shift_(32 - table_bits),
      slots_(std::size_t{1} << table_bits, 1U << 31U),
      mixer_(2 * Contexts::kMax, kQuestions * kMixerSteps, 20000, 6) {}

bool ContextCoder::code(BitCoder& io, bool bit, const Contexts& contexts, std::uint32_t step, std::uint32_t mixer_step) {
  std::array<std::uint32_t*, Contexts::kMax> slot{};
  for (std::size_t i = 0; i < contexts.count; ++i) {
    slot[i] = &slots_[((contexts.hash[i] + step * 0x2545f491U) * 0x9e3779b1U) >> shift_];
    const std::uint32_t seen = *slot[i] & kCountMask;
    const std::int32_t stretched = stretch(*slot[i] >> 20U);
    // A context that was seen often speaks through a weight of its own.
    mixer_.set_input(2 * i, seen == 0 ? 0 : stretched);
    mixer_.set_input(2 * i + 1, seen < 4 ? 0 : stretched);
  }
  bit = io.code(bit, mixer_.predict(contexts.question * kMixerSteps + mixer_step, 2 * contexts.count));
  mixer_.learn(bit);
  for (std::size_t i = 0; i < contexts.count; ++i) {
    const std::uint32_t seen = *slot[i] & kCountMask;
    const std::int64_t p = *slot[i] >> 10U;
    const std::int64_t moved = p + ((((bit ? 4194303 : 0) - p) * kRate[seen]) >> 16);
    *slot[i] = (static_cast<std::uint32_t>(moved) << 10U) | (seen < kCountLimit ? seen + 1 : seen);
  }
  return bit;
}

std::uint64_t ContextCoder::code_number(BitCoder& io, std::uint64_t value, const Contexts& contexts) {
  if (!code(io, value != 0, contexts, 1, 1)) return 0;
  // The width less one in six decisions, then the bits below the leading one: the first three with a model.
  const auto width_in = static_cast<unsigned>(std::bit_width(value)) - 1;
  std::uint32_t tree = 1;
  for (unsigned i = 6; i-- > 0;) tree = 2 * tree + (code(io, ((width_in >> i) & 1U) != 0, contexts, 2 + tree, 2) ? 1U : 0U);
  const unsigned width = tree - 64;
  std::uint64_t result = 1;
  unsigned left = width;
  for (; left > 0 && width - left < 3; --left) {
    const std::uint32_t step = 128 + width * 8 + static_cast<std::uint32_t>(result);
    result = 2 * result + (code(io, ((value >> (left - 1)) & 1U) != 0, contexts, step, 3) ? 1U : 0U);
  }
  if (left == 0) return result;
  return (result << left) | io.code_flat(left == 64 ? value : value & ((std::uint64_t{1} << left) - 1), left);
}

std::int64_t ContextCoder::code_signed(BitCoder& io, std::int64_t value, const Contexts& contexts) {
  if (!code(io, value != 0, contexts, 700, 0)) return 0;
  const bool negative = code(io, value < 0, contexts, 701, 0);
  const auto unsigned_value = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = code_number(io, (value < 0 ? ~unsigned_value : unsigned_value - 1), contexts);
  return static_cast<std::int64_t>(negative ? ~magnitude : magnitude + 1);
}

std::uint32_t ContextCoder::code_symbol(BitCoder& io, std::uint32_t value, std::uint32_t limit, const Contexts& contexts) {
  const auto bits = static_cast<unsigned>(std::bit_width(limit - 1));
  std::uint32_t tree = 1;
  for (unsigned i = bits; i-- > 0;) {
    const std::uint32_t step = 1024 + (tree << 6U) + i;
    // A branch that leads past the limit alone is no question.
    if ((((2 * tree + 1) << i) ^ (1U << bits)) >= limit) {
      tree = 2 * tree;
      continue;
    }
    tree = 2 * tree + (code(io, ((value >> i) & 1U) != 0, contexts, step, 2) ? 1U : 0U);
  }
  const std::uint32_t result = tree ^ (1U << bits);
  if (result < limit) return result;
  io.fail();
  return 0;
}

}  // namespace agent::store
