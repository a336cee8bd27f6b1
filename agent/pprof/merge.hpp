// Several profiles as one: what `go tool pprof -proto` of Go 1.19 makes of several files, far faster. Stateless: call from any thread.
#pragma once

#include "agent/base/result.hpp"
#include "agent/pprof/profile.hpp"

#include <span>

namespace agent::pprof {

/// Adds the values of equal samples (same frames in the same places of the same files, same labels), wherever each profile was loaded in
/// memory. As pprof's Merge:
/// - Equal mappings: size rounded up to 4096, offset, and build id or else file name; addresses move by the difference of their starts.
///   Equal locations: address in its mapping, lines (columns too, which Go 1.19 does not know) and is_folded. Equal functions: all fields.
/// - Samples whose values are all zero, before or after adding, are left out, and so is every table entry that no sample uses, except that
///   the first mapping of the first profile that has one comes first.
/// - Entries come in the order of their first use. String labels come before numeric ones, each sorted by key.
/// - Header: frames to drop and keep and the period type of the first; the longest period; the sum of durations; all comments once; the
///   first default sample type and doc URL; the earliest time, where a later 0 resets it.
/// - One profile is merged as well: equal samples fold and zeros go.
/// Sums wrap around like Go's.
///
/// Sample types and period types must be the same, units included. pprof also scales profiles whose units differ (ms and ns) to the finest;
/// that is refused here.
///
/// Errors: kInvalidArgument, by cause: "no_profiles", "incompatible_profiles" with pprof's text.
[[nodiscard]] Result<Profile> merge(std::span<const Profile* const> profiles);

}  // namespace agent::pprof
