// Byte sizes as people write them.
#pragma once

#include "agent/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace agent {

/// Reads "512MiB", "10GB", "4096B": binary (KiB MiB GiB TiB) and decimal (kB KB MB GB TB) units, decimals allowed ("1.5GiB"). No unit is an
/// error, except "0". Errors: kInvalidArgument with the expected form, also on overflow of 2^63.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// "0B", "512B", "1.5KiB", "40MiB": binary units, at most one decimal.
[[nodiscard]] std::string format_size(std::uint64_t bytes);

}  // namespace agent
