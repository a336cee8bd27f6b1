#include "agent/http/message.hpp"

#include <algorithm>

namespace agent::http {

bool equal_without_case(std::string_view left, std::string_view right) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [&](char a, char b) { return lower(a) == lower(b); });
}

std::string_view Headers::get(std::string_view name) const {
  const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return equal_without_case(field.first, name); });
  return found == fields_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace agent::http
