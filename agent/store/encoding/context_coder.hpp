// Codes decisions and numbers against hashed contexts: the work-horse of the dictionary and the rows. FORMAT.md, "Models".
#pragma once

#include "agent/store/encoding/bit_coder.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace agent::store {

/// Scrambles a context. The kind keeps the contexts of different questions apart.
[[nodiscard]] constexpr std::uint32_t context_hash(std::uint32_t kind, std::uint64_t a, std::uint64_t b = 0) {
  std::uint64_t h = (kind + 1) * 0x9e3779b97f4a7c15ULL;
  h = (h ^ a) * 0xff51afd7ed558ccdULL;
  h ^= h >> 32U;
  h = (h ^ b) * 0xc4ceb9fe1a85ec53ULL;
  return static_cast<std::uint32_t>(h >> 32U);
}

/// One or two contexts of a question, the general one first: the other decides once it has been seen often enough.
struct Contexts {
  static constexpr std::size_t kMax = 2;
  std::uint32_t hash[kMax] = {};
  std::size_t count = 0;

  constexpr Contexts(std::uint32_t question, std::initializer_list<std::uint64_t> values) {
    for (const std::uint64_t value : values) {
      hash[count] = context_hash(question * 16 + static_cast<std::uint32_t>(count), value);
      ++count;
    }
  }
};

class ContextCoder {
 public:
  /// 2^table_bits slots of 4 bytes.
  explicit ContextCoder(unsigned table_bits) : shift_(32 - table_bits), slots_(std::size_t{1} << table_bits, 1U << 31U) {}

  /// One decision.
  bool code_bit(BitCoder& io, bool bit, const Contexts& contexts) { return code(io, bit, contexts, 0); }
  /// Any number; small ones are cheap to learn.
  std::uint64_t code_number(BitCoder& io, std::uint64_t value, const Contexts& contexts);
  /// A difference: wraps around, zero is one decision.
  std::int64_t code_signed(BitCoder& io, std::int64_t value, const Contexts& contexts);
  /// A number below `limit` that has no order, as an id: of up to kLearntSymbols it learns which are common. When reading, a number >=
  /// limit fails the coder and gives 0. Requires limit > 0.
  std::uint32_t code_symbol(BitCoder& io, std::uint32_t value, std::uint32_t limit, const Contexts& contexts);

  [[nodiscard]] std::size_t memory_bytes() const { return slots_.capacity() * sizeof(std::uint32_t); }

 private:
  static constexpr std::uint32_t kLearntSymbols = 64;
  static constexpr std::uint32_t kCountMask = 1023;
  static constexpr std::uint32_t kCountLimit = 255;
  static constexpr std::uint32_t kTrusted = 2;  // outcomes after which a context speaks for itself
  static constexpr std::uint32_t kSurest = 24;  // the least probability of any bit, in 1/65536

  // 65536 / (n + 1.5): how far the n-th outcome moves a probability.
  static constexpr std::array<std::uint32_t, kCountLimit + 1> kRate = [] {
    std::array<std::uint32_t, kCountLimit + 1> rates{};
    for (std::uint32_t n = 0; n <= kCountLimit; ++n) rates[n] = 131072 / (2 * n + 3);
    return rates;
  }();

  [[nodiscard]] std::uint32_t& slot(std::uint32_t hash, std::uint32_t step) {
    return slots_[((hash + step * 0x2545f491U) * 0x9e3779b1U) >> shift_];
  }
  static void learn(std::uint32_t& slot, bool bit) {
    const std::uint32_t seen = slot & kCountMask;
    const std::int64_t p = slot >> 10U;
    const std::int64_t moved = p + ((((bit ? 4194303 : 0) - p) * kRate[seen]) >> 16);
    slot = (static_cast<std::uint32_t>(moved) << 10U) | (seen < kCountLimit ? seen + 1 : seen);
  }
  bool code(BitCoder& io, bool bit, const Contexts& contexts, std::uint32_t step) {
    std::uint32_t& general = slot(contexts.hash[0], step);
    if (contexts.count == 1) {
      bit = io.code(bit, std::clamp(general >> 16U, kSurest, 65536 - kSurest));
    } else {
      std::uint32_t& special = slot(contexts.hash[1], step);
      bit = io.code(bit, std::clamp(((special & kCountMask) >= kTrusted ? special : general) >> 16U, kSurest, 65536 - kSurest));
      learn(special, bit);
    }
    learn(general, bit);
    return bit;
  }

  unsigned shift_;
  std::vector<std::uint32_t> slots_;  // P(1) in 22 bits, the number of outcomes seen in 10 bits
};

}  // namespace agent::store
