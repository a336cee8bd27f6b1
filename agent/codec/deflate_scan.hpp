// Tells a cut deflate stream from a broken one, which libdeflate does not: it says "bad data" for both.
#pragma once

#include <string_view>

namespace agent::codec {

/// What keeps a raw deflate stream (RFC 1951) from ending well.
enum class DeflateDefect {
  kNone,       ///< it ends with a final block inside the input
  kTruncated,  ///< valid as far as it goes, but the input ends first
  kInvalid,    ///< no continuation could make it valid
};

/// Walks the blocks without producing output (distances are not checked against it). Slower than decompressing; meant for a stream that
/// failed. Time is linear in the input.
[[nodiscard]] DeflateDefect scan_deflate(std::string_view stream);

}  // namespace agent::codec
