// gzip (RFC 1952) on libdeflate: whole buffers in, whole buffers out, the output bounded before it is made.
//
// Accepts and refuses what Go's compress/gzip does, since that is what `go tool pprof` reads profiles with: members follow each other
// without a gap and their contents are joined; anything else after a member is an error; header checksums are checked, reserved flags are
// not. Stateless functions: call them from any thread.
#pragma once

#include "agent/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace agent::codec {

/// Whether the bytes start like a gzip file (1f 8b), which is how pprof tells compressed profiles from plain ones.
[[nodiscard]] bool is_gzip(std::string_view bytes);

/// The joined content of all members, at most `max_output_bytes`. The size that a member claims is a hint for the first allocation, at most
/// eight times the input; from there the buffer doubles up to the limit, so memory stays proportional to what really comes out.
///
/// Errors, by cause: "gzip_truncated" (kCorrupt: the input ends inside a member), "gzip_corrupt" (kCorrupt: header, data, checksum, or
/// trailing bytes that are no member), "gzip_bomb" (kTooLarge: more than `max_output_bytes` come out).
[[nodiscard]] Result<std::string> gunzip(std::string_view bytes, std::size_t max_output_bytes);

/// How hard gzip() tries. The bytes are the same for the same input, level and library version: no time and no name are written.
enum class GzipLevel {
  kFast = 1,      ///< what Go's runtime writes profiles with
  kBalanced = 6,  ///< the default of most tools
  kSmall = 9,
};

/// One gzip member with the whole input.
[[nodiscard]] std::string gzip(std::string_view bytes, GzipLevel level = GzipLevel::kBalanced);

}  // namespace agent::codec
