// Bounds of a block that both its encoder and its decoder hold to. Those of the dictionary are in dictionary.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace agent::store {

inline constexpr std::uint64_t kMaxBlockRecords = 1U << 20U;
inline constexpr std::size_t kMaxRawBytes = 64U << 20U;
inline constexpr int kRawLevel = 9;  ///< of zstd

}  // namespace agent::store
