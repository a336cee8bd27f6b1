// CRC-32C (Castagnoli), the checksum of the store's records. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace agent::codec {

/// The CRC-32C of `bytes`, or of everything so far when `previous` is the CRC of what came before: crc32c(b, crc32c(a)) == crc32c(a + b).
/// Uses the CPU's instruction where it has one (SSE 4.2), else a table; the results are equal.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::uint32_t previous = 0);

/// The same without the instruction; for tests and benchmarks.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t previous = 0);

}  // namespace agent::codec
