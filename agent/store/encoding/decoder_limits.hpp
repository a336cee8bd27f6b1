// What a decoder takes on: all that the format allows, or what fits into the agent.
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/encoding/encoder_limits.hpp"

#include <cstddef>
#include <limits>

namespace agent::store {

/// Without limits one block may take gigabytes: for programs that a person runs. See for_agent() for the other.
struct DecoderLimits {
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max() / 2;

  std::size_t model_bytes = kNone;  ///< of what the records before taught, when the next one is decoded
  std::size_t text_bytes = kNone;   ///< of all records up to the one that is read, unpacked
  // What one record may have, and add to the block.
  std::size_t samples = kNone;
  std::size_t functions = kNone;
  std::size_t locations = kNone;
  std::size_t lines = kNone;
  std::size_t nodes = kNone;
  std::size_t string_bytes = kNone;
  std::size_t merged_stack_entries = kNone;  ///< of a merge's answer, for all its samples
  std::size_t merged_bytes = kNone;          ///< of what blocks so far gave and what the next one adds, as Profiles in memory

  /// Of the agent: each block that a store within EncoderLimits wrote can be read, in about 20 MiB; those of older builds, which took
  /// larger profiles, up to the record that does not fit. A merge's answer has at most 8 MiB of stacks
  /// and is at most 6 MiB.
  [[nodiscard]] static constexpr DecoderLimits for_agent() {
    DecoderLimits limits;
    limits.model_bytes = EncoderLimits::kBlockBytes;
    limits.text_bytes = EncoderLimits::kBlockBytes + 2 * EncoderLimits::kProfile.max_string_bytes;
    limits.samples = EncoderLimits::kProfile.max_samples;
    limits.functions = EncoderLimits::kProfile.max_functions;
    limits.locations = EncoderLimits::kProfile.max_locations;
    limits.lines = EncoderLimits::kProfile.max_lines;
    limits.nodes = EncoderLimits::kProfileNodes;
    limits.string_bytes = EncoderLimits::kProfile.max_string_bytes;
    limits.merged_stack_entries = 2U << 20U;
    limits.merged_bytes = 6U << 20U;
    return limits;
  }
};

/// kTooLarge, cause "merge_too_large", with what to do.
[[nodiscard]] Error merge_too_large();

/// About what the profile holds.
[[nodiscard]] std::size_t memory_bytes(const pprof::Profile& profile);

}  // namespace agent::store
