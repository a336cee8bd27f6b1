// The first of decode's passes over a profile: checks every byte of its wire format and counts what it holds, so that the second can
// refuse what is too large before taking memory for it, and then reserve exactly. Private to agent/pprof.
#pragma once

#include <cstddef>
#include <string_view>

namespace agent::pprof {

/// How many of each thing a profile has.
struct ProfileCounts {
  std::size_t sample_types = 0;
  std::size_t samples = 0;
  std::size_t stack_entries = 0;
  std::size_t values = 0;
  std::size_t labels = 0;  ///< without those that say nothing
  std::size_t mappings = 0;
  std::size_t locations = 0;
  std::size_t lines = 0;
  std::size_t functions = 0;
  std::size_t strings = 0;  ///< entries of the table, the empty one included
  std::size_t string_bytes = 0;
  std::size_t comments = 0;

  /// The bytes that a Profile with these counts takes in memory.
  [[nodiscard]] std::size_t profile_bytes() const;
};

/// Two profiles one after the other in one file: seen by a second time, as in Go.
struct ConcatenatedProfiles {};

/// Throws protozero::exception at the first byte that Go's parser refuses, and ConcatenatedProfiles; whichever comes first in the file.
[[nodiscard]] ProfileCounts count_profile(std::string_view bytes);

}  // namespace agent::pprof
