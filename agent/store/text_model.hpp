// Codes the strings of a dictionary, byte by byte, from all strings before them: contexts of several lengths and the longest match, mixed.
// FORMAT.md, "Text".
#pragma once

#include "agent/store/bit_coder.hpp"
#include "agent/store/mixer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent::store {

/// What a string is: strings of one kind resemble each other.
enum class TextKind : std::uint8_t { kPackage, kFunction, kRoot, kFile, kOther };
inline constexpr std::size_t kTextKinds = 5;

class TextModel {
 public:
  TextModel();

  /// The string; when reading, `text` is ignored. Longer than kMaxText is cut by failing the coder.
  std::string code(BitCoder& io, std::string_view text, TextKind kind);

  static constexpr std::size_t kMaxText = 1U << 20U;

  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  static constexpr std::size_t kOrders = 7;

  unsigned code_byte(BitCoder& io, unsigned byte);
  void begin(TextKind kind);
  void append(unsigned byte);
  void set_contexts();
  void find_match();

  std::vector<std::uint16_t> slots_;   // P(1) in 12 bits, outcomes seen in 4 bits
  std::vector<std::uint32_t> recent_;  // where the last bytes with this hash ended
  std::vector<std::uint32_t> match_slots_;
  Mixer mixer_;
  std::string history_{'\0'};
  std::array<std::uint32_t, kTextKinds> last_of_kind_{};
  std::size_t begin_ = 1;  // of the current string in history_
  std::size_t match_ = 0;  // the byte after the match, 0: none
  std::uint32_t match_length_ = 0;
  std::size_t kind_ = 0;
  std::array<std::uint32_t, kOrders> context_{};
};

}  // namespace agent::store
