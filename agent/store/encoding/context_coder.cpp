#include "agent/store/encoding/context_coder.hpp"

#include <bit>

namespace agent::store {
std::uint64_t ContextCoder::code_number(BitCoder& io, std::uint64_t value, const Contexts& contexts) {
  if (!code(io, value != 0, contexts, 1)) return 0;
  // The width less one, in three or six decisions, then the bits below the leading one: the first three with a model.
  const auto width_in = static_cast<unsigned>(std::bit_width(value)) - 1;
  const unsigned bits = code(io, width_in >= 8, contexts, 2) ? 6 : 3;
  std::uint32_t tree = 1;
  for (unsigned i = bits; i-- > 0;) {
    tree = 2 * tree + (code(io, ((width_in >> i) & 1U) != 0, contexts, (bits == 6 ? 16 : 8) + tree) ? 1U : 0U);
  }
  const unsigned width = tree ^ (1U << bits);
  std::uint64_t result = 1;
  unsigned left = width;
  for (; left > 0 && width - left < 3; --left) {
    const std::uint32_t step = 128 + width * 8 + static_cast<std::uint32_t>(result);
    result = 2 * result + (code(io, ((value >> (left - 1)) & 1U) != 0, contexts, step) ? 1U : 0U);
  }
  if (left == 0) return result;
  return (result << left) | io.code_flat(left == 64 ? value : value & ((std::uint64_t{1} << left) - 1), left);
}

std::int64_t ContextCoder::code_signed(BitCoder& io, std::int64_t value, const Contexts& contexts) {
  if (!code(io, value != 0, contexts, 700)) return 0;
  const bool negative = code(io, value < 0, contexts, 701);
  const auto unsigned_value = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = code_number(io, (value < 0 ? ~unsigned_value : unsigned_value - 1), contexts);
  return static_cast<std::int64_t>(negative ? ~magnitude : magnitude + 1);
}

std::uint32_t ContextCoder::code_symbol(BitCoder& io, std::uint32_t value, std::uint32_t limit, const Contexts& contexts) {
  if (limit > kLearntSymbols) return io.code_below(value, limit);
  const auto bits = static_cast<unsigned>(std::bit_width(limit - 1));
  std::uint32_t tree = 1;
  for (unsigned i = bits; i-- > 0;) {
    const std::uint32_t step = 1024 + (tree << 6U) + i;
    // A branch that leads past the limit alone is no question.
    if ((((2 * tree + 1) << i) ^ (1U << bits)) >= limit) {
      tree = 2 * tree;
      continue;
    }
    tree = 2 * tree + (code(io, ((value >> i) & 1U) != 0, contexts, step) ? 1U : 0U);
  }
  const std::uint32_t result = tree ^ (1U << bits);
  if (result < limit) return result;
  io.fail();
  return 0;
}

}  // namespace agent::store
