// profile.proto bytes to a Profile: what `go tool pprof` of Go 1.19 accepts is accepted, what it refuses is refused, for its reasons.
//
// Stateless: call from any thread. Time is linear in the input (times its logarithm for ids that are neither 1, 2, 3 ... nor nearly so).
#pragma once

#include "agent/base/result.hpp"
#include "agent/pprof/profile.hpp"

#include <cstddef>
#include <string_view>

namespace agent::pprof {

/// What decode() may be asked to hold. At its peak it holds the decompressed bytes and the profile, the sum of the two limits below, beside
/// the compressed bytes, which are the caller's. A profile of a Go program takes 1.2 to 1.9 times its decompressed bytes.
///
/// The defaults are for the agent, which lives within 64 MiB whatever a target sends: 6 MiB decompressed is 15 times the heap profile of a
/// small cluster's kube-apiserver (0.4 MB), and the counts end at about 10 times. They are sized for what comes after decoding too: the
/// store's encoder keeps up to a few times the counts below. The sum of it all is in agent/README.md, "Memory".
struct DecodeLimits {
  std::size_t max_compressed_bytes = 4UL << 20U;
  std::size_t max_decompressed_bytes = 6UL << 20U;
  std::size_t max_profile_bytes = 8UL << 20U;  ///< the Profile in memory, counted before it is made

  // Counts. The bytes above bound them already; these catch a profile that is absurd in one way. Each at most 2^32 - 2, since they are
  // indexes, and string bytes at most 2^32 - 1. While ids are looked up, each mapping, location and function takes up to 24 bytes more.
  std::size_t max_samples = 1UL << 15U;
  std::size_t max_stack_entries = 1UL << 19U;
  std::size_t max_labels = 1UL << 17U;
  std::size_t max_sample_types = 8;
  std::size_t max_mappings = 1UL << 10U;
  std::size_t max_locations = 1UL << 15U;
  std::size_t max_lines = 1UL << 16U;
  std::size_t max_functions = 1UL << 15U;
  std::size_t max_strings = 1UL << 16U;
  std::size_t max_string_bytes = 2UL << 20U;
  std::size_t max_comments = 1UL << 10U;

  /// For programs that a person runs on files of their own: 1 GiB of input and output, and 4 GiB of profile.
  [[nodiscard]] static DecodeLimits for_files();
};

/// Decodes gzip (of several members too) or plain bytes. Unlike Go: legacy text and binary CPU formats are refused, and the column of a
/// line and doc_url, which Go 1.19 does not know yet, are kept where they are well-formed. A string label's number is dropped, a label
/// that says nothing too, and unknown fields, as Go does.
///
/// Errors, by cause, with Go's text in the message where it has one:
/// - "gzip_truncated", "gzip_corrupt" (kCorrupt): see codec/gzip.hpp
/// - "gzip_bomb", "profile_too_large" (kTooLarge): a limit, named with its value
/// - "empty_profile" (kCorrupt): no bytes
/// - "not_a_profile" (kCorrupt): the bytes are no profile.proto, or its string indexes point nowhere
/// - "malformed_profile" (kCorrupt): a profile whose parts contradict each other
/// - "concatenated_profiles" (kCorrupt): two profiles in one file
[[nodiscard]] Result<Profile> decode(std::string_view bytes, const DecodeLimits& limits = {});

/// Whether plain bytes are the fields of a profile.proto, one after the other up to the last byte. Looks into none of them: time is linear
/// in their number. Text is practically never, whatever its first letter ('Z' begins each heap profile of Go: period_type).
[[nodiscard]] bool has_profile_fields(std::string_view bytes);

}  // namespace agent::pprof
