#include "agent/store/text_model.hpp"

#include <algorithm>

namespace agent::store {
namespace {

constexpr unsigned kSlotBits = 18;
constexpr unsigned kRecentBits = 14;
constexpr std::size_t kMinMatch = 4;
constexpr std::uint32_t kMaxMatch = 31;

// 65536 / (n + 1.5), down to 1/12: text keeps changing.
constexpr std::array<std::int32_t, 16> kRate = [] {
  std::array<std::int32_t, 16> rates{};
  for (std::int32_t n = 0; n < 16; ++n) rates[static_cast<std::size_t>(n)] = 131072 / (2 * std::min(n, 11) + 3);
  return rates;
}();

std::uint32_t mix(std::uint32_t hash, std::uint32_t value) {
  hash = (hash ^ value) * 0x2c1b3c6dU;
  return hash ^ (hash >> 13U);
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

TextModel::TextModel()
    : slots_(std::size_t{1} << kSlotBits, 2048 << 4),
      recent_(std::size_t{1} << kRecentBits, 0),
      match_slots_(std::size_t{2} * (kMaxMatch + 1) * kTextKinds, 1U << 31U),
      mixer_(kOrders + 1, kTextKinds * 4 * 8, 18000, 14) {}

std::string TextModel::code(BitCoder& io, std::string_view text, TextKind kind) {
  begin(kind);
  std::string result;
  for (std::size_t i = 0;; ++i) {
    // A zero byte ends the string, unless the bit after it says that it is one of the string.
    const unsigned byte = code_byte(io, i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    append(byte);
    if (byte == 0 && !io.code(i < text.size(), 64)) break;
    if (io.failed() || result.size() >= kMaxText) {
      io.fail();
      break;
    }
    result.push_back(static_cast<char>(byte));
  }
  last_of_kind_[kind_] = static_cast<std::uint32_t>(begin_);
  return result;
}

void TextModel::begin(TextKind kind) {
  kind_ = static_cast<std::size_t>(kind);
  begin_ = history_.size();
  match_ = last_of_kind_[kind_];
  match_length_ = match_ == 0 ? 0 : kMinMatch;
  set_contexts();
}

void TextModel::append(unsigned byte) {
  history_.push_back(static_cast<char>(byte));
  if (match_ != 0 && static_cast<unsigned char>(history_[match_]) == byte) {
    ++match_;
    match_length_ = std::min(match_length_ + 1, kMaxMatch);
  } else {
    match_ = 0;
    match_length_ = 0;
  }
  find_match();
  set_contexts();
}

void TextModel::find_match() {
  if (history_.size() - begin_ < kMinMatch) return;
  std::uint32_t hash = 0;
  for (std::size_t i = history_.size() - kMinMatch; i < history_.size(); ++i) hash = mix(hash, static_cast<unsigned char>(history_[i]));
  std::uint32_t& recent = recent_[hash >> (32 - kRecentBits)];
  if (match_ == 0 && recent != 0) {
    std::uint32_t length = 0;
    while (length < kMaxMatch && length < recent && history_[recent - 1 - length] == history_[history_.size() - 1 - length]) ++length;
    if (length >= kMinMatch) {
      match_ = recent;
      match_length_ = length;
    }
  }
  recent = static_cast<std::uint32_t>(history_.size());
}

void TextModel::set_contexts() {
  // Contexts end at the start of the string, where its kind stands for what came before.
  const std::size_t size = history_.size() - begin_;
  const auto byte_at = [&](std::size_t back) { return static_cast<unsigned char>(history_[history_.size() - back]); };
  constexpr std::array<std::size_t, kOrders> kLengths{0, 1, 2, 3, 4, 6, 0};
  std::uint32_t hash = 0;
  std::size_t done = 0;
  for (std::size_t i = 0; i + 1 < kOrders; ++i) {
    for (; done < kLengths[i]; ++done) hash = mix(hash, done < size ? byte_at(done + 1) + 1U : 0U);
    const bool whole = kLengths[i] >= size;
    context_[i] = mix(hash + static_cast<std::uint32_t>(i), whole || i <= 1 ? static_cast<std::uint32_t>(kind_) + 1 : 0) * 0x9e3779b1U;
  }
  std::uint32_t word = 0;
  std::size_t back = 1;
  for (; back <= size && back < 24 && is_word(static_cast<char>(byte_at(back))); ++back) word = mix(word, byte_at(back));
  // The word before this one starts it off too.
  for (++back; back <= size && back < 40 && is_word(static_cast<char>(byte_at(back))); ++back) word = mix(word + 7, byte_at(back));
  context_[kOrders - 1] = mix(word, 77) * 0x9e3779b1U;
}

unsigned TextModel::code_byte(BitCoder& io, unsigned byte) {
  const unsigned expected = match_ == 0 ? 0 : static_cast<unsigned char>(history_[match_]) | 256U;
  unsigned partial = 1;
  for (int i = 7; i >= 0; --i) {
    std::array<std::uint16_t*, kOrders> slot{};
    for (std::size_t k = 0; k < kOrders; ++k) {
      slot[k] = &slots_[(context_[k] + partial * 0x3c6ef372U) >> (32 - kSlotBits) ^ (partial & 7U)];
      mixer_.set_input(k, stretch(*slot[k] >> 4U));
    }
    const bool matching = match_ != 0 && (expected >> (i + 1)) == partial;
    const bool guess = ((expected >> i) & 1U) != 0;
    std::uint32_t* match_slot = matching ? &match_slots_[(kind_ * (kMaxMatch + 1) + match_length_) * 2 + (partial == 1 ? 0 : 1)] : nullptr;
    const std::int32_t match_input = matching ? stretch(*match_slot >> 20U) : 0;
    mixer_.set_input(kOrders, guess ? match_input : -match_input);
    const std::size_t state = !matching ? 0 : match_length_ < 8 ? 1 : match_length_ < 16 ? 2 : 3;
    const bool bit = io.code(((byte >> i) & 1U) != 0, mixer_.predict((kind_ * 4 + state) * 8 + static_cast<std::size_t>(i), kOrders + 1));
    mixer_.learn(bit);
    if (matching) {
      const std::int64_t p = *match_slot >> 10U;
      *match_slot = static_cast<std::uint32_t>(p + ((bit == guess ? 4194303 - p : -p) >> 6)) << 10U;
    }
    for (std::uint16_t* s : slot) {
      const std::int32_t p = *s >> 4U;
      const auto seen = static_cast<std::uint32_t>(*s & 15U);
      const std::int32_t moved = p + ((((bit ? 4095 : 0) - p) * kRate[seen] + 0x8000) >> 16);
      *s = static_cast<std::uint16_t>((static_cast<std::uint32_t>(moved) << 4U) | (seen < 15 ? seen + 1 : 15));
    }
    partial = 2 * partial + (bit ? 1U : 0U);
  }
  return partial & 255U;
}

std::size_t TextModel::memory_bytes() const {
  return slots_.capacity() * 2 + recent_.capacity() * 4 + match_slots_.capacity() * 4 + mixer_.memory_bytes() + history_.capacity();
}

}  // namespace agent::store
