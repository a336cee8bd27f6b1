#include "agent/model/component_name.hpp"

#include <algorithm>
#include <cstddef>

namespace agent::model {
namespace {

constexpr std::size_t kMaxNameBytes = 63;  // a DNS label

}  // namespace

bool is_component_name(std::string_view name) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const bool is_only_dots = name.find_first_not_of('.') == std::string_view::npos;  // also when it is empty
  return !is_only_dots && name.size() <= kMaxNameBytes && std::all_of(name.begin(), name.end(), is_allowed);
}

}  // namespace agent::model
