// A Profile to profile.proto bytes, as `go tool pprof` reads them. Stateless: call from any thread.
#pragma once

#include "agent/codec/gzip.hpp"
#include "agent/pprof/profile.hpp"

#include <string>

namespace agent::pprof {

/// Plain profile.proto. Every entry of every table is written in its order, with ids 1, 2, 3 ...; the string table as it is. The same
/// profile gives the same bytes. decode() of them gives an equal profile. Requires a valid profile: every index in range or kNone.
[[nodiscard]] std::string encode(const Profile& profile);

/// The same as a .pb.gz file.
[[nodiscard]] std::string encode_gzip(const Profile& profile, codec::GzipLevel level = codec::GzipLevel::kBalanced);

}  // namespace agent::pprof
