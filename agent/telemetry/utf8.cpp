#include "agent/telemetry/utf8.hpp"

#include <cstddef>

namespace agent::telemetry {
namespace {

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

/// Bytes of the well-formed character at the front of `text`, 0 when there is none (table 3-7 of the Unicode standard).
std::size_t character_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0); };
  const unsigned char first = at(0);
  const unsigned char second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return is_continuation(second) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool second_fits = is_continuation(second) && (first != 0xE0 || second >= 0xA0) && (first != 0xED || second <= 0x9F);
    return second_fits && is_continuation(at(2)) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool second_fits = is_continuation(second) && (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second <= 0x8F);
    return second_fits && is_continuation(at(2)) && is_continuation(at(3)) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string valid;
  bool in_bad_run = false;
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0 && !in_bad_run) valid += "\xEF\xBF\xBD";
    if (length != 0) valid += text.substr(0, length);
    in_bad_run = length == 0;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

}  // namespace agent::telemetry
