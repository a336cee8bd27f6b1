// The entropy coder: one binary decision at a time against a probability (a range coder of 32 bits). FORMAT.md, "Bits".
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
    const auto bound = static_cast<std::uint32_t>((std::uint64_t{range_} * one) >> 16U);
    if (!writing_) bit = value_ < bound;
    if (bit) {
      range_ = bound;
    } else {
      move_up(bound);
      range_ -= bound;
    }
    while (range_ < kLeastRange) shift();
    return bit;
  }

  /// `count` bits without a model. Requires count <= 64.
  std::uint64_t code_flat(std::uint64_t bits, unsigned count);
  /// A number below `limit`, all of them as likely. When reading, one that is not fails the coder and gives 0. Requires limit > 0.
  std::uint32_t code_below(std::uint32_t value, std::uint32_t limit);

  /// What was written. The coder is of no use afterwards.
  [[nodiscard]] std::string finish();

  /// Reading only: true once more was read than was ever written, or a model found a value that cannot be. Everything read after it is
  /// meaningless, and loops end on it.
  [[nodiscard]] bool failed() const { return failed_; }
  void fail() { failed_ = true; }

  /// Writing only: bits written so far, to an eighth of a byte; for measuring models.
  [[nodiscard]] double bits_written() const;

 private:
  static constexpr std::uint32_t kLeastRange = 1U << 24U;

  void move_up(std::uint32_t by) {
    if (!writing_) {
      value_ -= by;
      return;
    }
    low_ += by;
    if (low_ < by) carry();
  }
  std::uint32_t code_few(std::uint32_t value, std::uint32_t limit);
  void carry();
  void shift();

  bool writing_ = true;
  bool failed_ = false;
  std::uint32_t range_ = 0xffffffffU;
  std::uint32_t low_ = 0;    // writing: the interval begins here, behind the bytes of out_
  std::uint32_t value_ = 0;  // reading: how far into the interval the input is
  std::string out_;
  std::string_view in_;
  std::size_t position_ = 0;
};

}  // namespace agent::store
