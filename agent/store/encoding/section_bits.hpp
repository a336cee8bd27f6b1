// How many bits each part of the dictionary took, for measuring.
#pragma once

#include <array>

namespace agent::store {

/// Bits of a dictionary section by part; for measuring.
struct SectionBits {
  std::array<double, 7> bits{};
  static constexpr std::array kNames{"mappings", "functions+locations", "tree", "label sets", "schemas", "new rows", "text"};
};

}  // namespace agent::store
