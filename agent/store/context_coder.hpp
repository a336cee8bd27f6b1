// Codes decisions and numbers against hashed contexts: the work-horse of the dictionary and the rows. FORMAT.md, "Models".
#pragma once

#include "agent/store/bit_coder.hpp"
#include "agent/store/mixer.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace agent::store {

/// Scrambles a context. The kind keeps the contexts of different questions apart.
[[nodiscard]] constexpr std::uint32_t context_hash(std::uint32_t kind, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0) {
  std::uint64_t h = (kind + 1) * 0x9e3779b97f4a7c15ULL;
  h = (h ^ a) * 0xff51afd7ed558ccdULL;
  h ^= h >> 32U;
  h = (h ^ b) * 0xc4ceb9fe1a85ec53ULL;
  h ^= h >> 29U;
  h = (h ^ c) * 0x9e3779b97f4a7c15ULL;
  return static_cast<std::uint32_t>(h >> 32U);
}

/// Up to kMax contexts of one question, most general first.
struct Contexts {
  static constexpr std::size_t kMax = 6;
  std::uint32_t question = 0;  ///< which question it is; chooses the mixer's weights
  std::uint32_t hash[kMax] = {};
  std::size_t count = 0;

  Contexts(std::uint32_t which, std::initializer_list<std::uint64_t> values) : question(which) {
    for (const std::uint64_t value : values) {
      hash[count] = context_hash(which * 16 + static_cast<std::uint32_t>(count), value);
      ++count;
    }
  }
};

class ContextCoder {
 public:
  static constexpr std::uint32_t kQuestions = 64;

  /// 2^table_bits slots of 4 bytes.
  explicit ContextCoder(unsigned table_bits);

  /// One decision. Requires question < kQuestions.
  bool code_bit(BitCoder& io, bool bit, const Contexts& contexts) { return code(io, bit, contexts, 0, 0); }
  /// Any number; small ones are cheap to learn.
  std::uint64_t code_number(BitCoder& io, std::uint64_t value, const Contexts& contexts);
  /// A difference: wraps around, zero is one decision.
  std::int64_t code_signed(BitCoder& io, std::int64_t value, const Contexts& contexts);
  /// A number below `limit` that has no order, as an id: learns which are common. When reading, a number >= limit fails the coder and
  /// gives 0. Requires limit > 0.
  std::uint32_t code_symbol(BitCoder& io, std::uint32_t value, std::uint32_t limit, const Contexts& contexts);

  [[nodiscard]] std::size_t memory_bytes() const { return slots_.capacity() * sizeof(std::uint32_t) + mixer_.memory_bytes(); }

 private:
  bool code(BitCoder& io, bool bit, const Contexts& contexts, std::uint32_t step, std::uint32_t mixer_step);

  unsigned shift_;
  std::vector<std::uint32_t> slots_;  // P(1) in 22 bits, the number of outcomes seen in 10 bits
  Mixer mixer_;
};

}  // namespace agent::store
