#include "agent/cli/display_width.hpp"

#include <array>
#include <cstdint>

namespace agent::cli {
namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

// Unicode 15 EastAsianWidth.txt, W and F, joined to blocks.
constexpr std::array kWide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
                           Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
                           Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                           Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};
// Combining marks, joiners and variation selectors.
constexpr std::array kZero{Range{0x0300, 0x036F}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
                           Range{0xFE20, 0xFE2F}};

template <class Ranges>
bool contains(const Ranges& ranges, std::uint32_t code) {
  for (const auto& range : ranges) {
    if (code >= range.first && code <= range.last) return true;
  }
  return false;
}

constexpr std::uint32_t kInvalid = 0xFFFFFFFF;

/// Takes one character from the front of `text`; kInvalid takes one byte (RFC 3629: no overlong forms, no surrogates).
std::uint32_t take_character(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  std::uint32_t code = length == 1 ? first : first & (0x7FU >> length);
  bool valid = first < 0x80 || (first >= 0xC2 && first <= 0xF4);
  for (std::size_t i = 1; valid && i < length; ++i) {
    const unsigned next = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    valid = (next & 0xC0U) == 0x80;
    code = code << 6U | (next & 0x3FU);
  }
  valid = valid && code >= kLeast[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  text.remove_prefix(valid ? length : 1);
  return valid ? code : kInvalid;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const std::uint32_t code = take_character(text);
    width += code == kInvalid ? 1U : contains(kZero, code) ? 0U : contains(kWide, code) ? 2U : 1U;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view rest = text;
    const std::uint32_t code = take_character(text);
    const bool control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
    out += control || code == kInvalid ? std::string_view("\xEF\xBF\xBD") : rest.substr(0, rest.size() - text.size());
  }
  return out;
}

}  // namespace agent::cli
