// The entropy coder: one binary decision at a time against a probability (a carry-less range coder of 32 bits). FORMAT.md, "Bits".
//
// One class writes and reads, so that each model is one function for both directions: code() takes the decision when writing, gives it
// when reading.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent::store {

class BitCoder {
 public:
  /// Writes.
  BitCoder() = default;
  /// Reads `bytes`, which outlive the coder.
  explicit BitCoder(std::string_view bytes);

  [[nodiscard]] bool writing() const { return writing_; }

  /// `one` is P(bit is 1) in 1/65536, within [1, 65535]. Returns the bit. When reading, `bit` is ignored.
  bool code(bool bit, std::uint32_t one) {
    const std::uint32_t middle = low_ + static_cast<std::uint32_t>((std::uint64_t{high_ - low_} * one) >> 16U);
    if (!writing_) bit = value_ <= middle;
    if (bit) {
      high_ = middle;
    } else {
      low_ = middle + 1;
    }
    while (((low_ ^ high_) & 0xff000000U) == 0) shift();
    return bit;
  }

  /// `count` bits without a model, the highest first. Requires count <= 64.
  std::uint64_t code_flat(std::uint64_t bits, unsigned count);

  /// What was written. The coder is of no use afterwards.
  [[nodiscard]] std::string finish();

  /// Reading only: true once more was read than was ever written, or a model found a value that cannot be. Everything read after it is
  /// meaningless, and loops end on it.
  [[nodiscard]] bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  /// Writing only: bits written so far, to an eighth of a byte; for measuring models.
  [[nodiscard]] double bits_written() const;

 private:
  void shift();

  bool writing_ = true;
  bool failed_ = false;
  std::uint32_t low_ = 0;
  std::uint32_t high_ = 0xffffffffU;
  std::uint32_t value_ = 0;
  std::string out_;
  std::string_view in_;
  std::size_t position_ = 0;
};

}  // namespace agent::store
