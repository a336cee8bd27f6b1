// Names of block files: <component>-<start in ms since the epoch, 13 digits>-<8 hex digits>.kpb, so that those of a component sort by time.
//
// A name is for people and for order; what a block holds is in its header. Bytes of the component other than letters, digits, '.', '_' and
// '-' are written %XX, and long components are cut.
#pragma once

#include "agent/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::store {

[[nodiscard]] std::string block_name(std::string_view component, WallTime start, std::uint32_t unique);

/// Whether a file of that name is a block's.
[[nodiscard]] bool is_block_name(std::string_view name);

/// The start in a name that block_name() made; nullopt in another.
[[nodiscard]] std::optional<WallTime> start_in_block_name(std::string_view name);

}  // namespace agent::store
