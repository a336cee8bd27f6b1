#include "agent/codec/deflate_scan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace agent::codec {
namespace {

constexpr int kMaxCodeBits = 15;
constexpr int kEndOfBlock = 256;
constexpr std::array<std::uint8_t, 19> kCodeLengthOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
constexpr std::array<std::uint8_t, 29> kLengthExtraBits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                           2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::size_t kDistanceSymbols = 30;

// The two ways out of the walk before its end.
struct Stop {
  DeflateDefect defect;
};

class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}

  unsigned take(unsigned count) {
    while (held_ < count) {
      if (at_ == bytes_.size()) throw Stop{DeflateDefect::kTruncated};
      buffer_ |= static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes_[at_++])) << held_;
      held_ += 8;
    }
    const unsigned value = buffer_ & ((1U << count) - 1U);
    buffer_ >>= count;
    held_ -= count;
    return value;
  }
  void skip_to_byte() { buffer_ = held_ = 0; }
  void skip_bytes(std::size_t count) {
    if (bytes_.size() - at_ < count) throw Stop{DeflateDefect::kTruncated};
    at_ += count;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::uint32_t buffer_ = 0;
  unsigned held_ = 0;
};

// A canonical Huffman code, decoded bit by bit: count[n] codes of n bits, symbols in the order of their codes.
class Huffman {
 public:
  explicit Huffman(std::span<const std::uint8_t> lengths) {
    for (const std::uint8_t length : lengths) ++count_[length];
    count_[0] = 0;
    int left = 1;
    int used = 0;
    for (std::size_t bits = 1; bits <= kMaxCodeBits; ++bits) {
      left = left * 2 - count_[bits];
      if (left < 0) throw Stop{DeflateDefect::kInvalid};
      used += count_[bits];
    }
    // Incomplete codes are allowed only where nothing or a single one-bit code is defined.
    if (left > 0 && !(used == 0 || (used == 1 && count_[1] == 1))) throw Stop{DeflateDefect::kInvalid};
    std::array<std::uint16_t, kMaxCodeBits + 2> next{};
    for (std::size_t bits = 1; bits <= kMaxCodeBits; ++bits) next[bits + 1] = static_cast<std::uint16_t>(next[bits] + count_[bits]);
    for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
      if (lengths[symbol] != 0) symbols_[next[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
    }
  }

  int decode(Bits& bits) const {
    int code = 0;
    int first = 0;
    int index = 0;
    for (std::size_t length = 1; length <= kMaxCodeBits; ++length) {
      code |= static_cast<int>(bits.take(1));
      const int count = count_[length];
      if (code - count < first) return symbols_.begin()[index + code - first];
      index += count;
      first = (first + count) * 2;
      code *= 2;
    }
    throw Stop{DeflateDefect::kInvalid};
  }

 private:
  std::array<std::uint16_t, kMaxCodeBits + 1> count_{};
  std::array<std::uint16_t, 288> symbols_{};
};

void stored_block(Bits& bits) {
  bits.skip_to_byte();
  const unsigned length = bits.take(16);
  if ((bits.take(16) ^ length) != 0xFFFFU) throw Stop{DeflateDefect::kInvalid};
  bits.skip_bytes(length);
}

void coded_symbols(Bits& bits, const Huffman& literals, const Huffman& distances) {
  for (int symbol = literals.decode(bits); symbol != kEndOfBlock; symbol = literals.decode(bits)) {
    if (symbol < kEndOfBlock) continue;
    const auto length = static_cast<std::size_t>(symbol - kEndOfBlock - 1);
    if (length >= kLengthExtraBits.size()) throw Stop{DeflateDefect::kInvalid};
    bits.take(kLengthExtraBits[length]);
    const auto distance = static_cast<unsigned>(distances.decode(bits));
    if (distance >= kDistanceSymbols) throw Stop{DeflateDefect::kInvalid};
    if (distance >= 4) bits.take((distance - 2) / 2);
  }
}

void fixed_block(Bits& bits) {
  std::array<std::uint8_t, 288> lengths{};
  for (std::size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
  }
  std::array<std::uint8_t, 32> distances{};
  distances.fill(5);
  coded_symbols(bits, Huffman(lengths), Huffman(distances));
}

void dynamic_block(Bits& bits) {
  const std::size_t literal_count = bits.take(5) + 257;
  const std::size_t distance_count = bits.take(5) + 1;
  const std::size_t code_length_count = bits.take(4) + 4;
  if (literal_count > 286 || distance_count > kDistanceSymbols) throw Stop{DeflateDefect::kInvalid};
  std::array<std::uint8_t, 19> code_lengths{};
  for (std::size_t i = 0; i < code_length_count; ++i) code_lengths[kCodeLengthOrder[i]] = static_cast<std::uint8_t>(bits.take(3));
  const Huffman code(code_lengths);

  std::array<std::uint8_t, 286 + 30> lengths{};
  for (std::size_t at = 0; at < literal_count + distance_count;) {
    const int symbol = code.decode(bits);
    if (symbol < 16) {
      lengths[at++] = static_cast<std::uint8_t>(symbol);
      continue;
    }
    if (symbol == 16 && at == 0) throw Stop{DeflateDefect::kInvalid};
    const std::uint8_t repeated = symbol == 16 ? lengths[at - 1] : std::uint8_t{0};
    std::size_t times = symbol == 16 ? 3 + bits.take(2) : symbol == 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    if (times > literal_count + distance_count - at) throw Stop{DeflateDefect::kInvalid};
    for (; times > 0; --times) lengths[at++] = repeated;
  }
  const std::span<const std::uint8_t> all(lengths);
  coded_symbols(bits, Huffman(all.first(literal_count)), Huffman(all.subspan(literal_count, distance_count)));
}

}  // namespace

DeflateDefect scan_deflate(std::string_view stream) {
  Bits bits(stream);
  try {
    for (bool final = false; !final;) {
      final = bits.take(1) != 0;
      switch (bits.take(2)) {
        case 0:
          stored_block(bits);
          break;
        case 1:
          fixed_block(bits);
          break;
        case 2:
          dynamic_block(bits);
          break;
        default:
          return DeflateDefect::kInvalid;
      }
    }
  } catch (const Stop& stop) {
    return stop.defect;
  }
  return DeflateDefect::kNone;
}

}  // namespace agent::codec
