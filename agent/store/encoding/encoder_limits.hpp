// What an encoder takes on. Narrower than DictionaryLimits, which say what a block may hold by its format: a reader takes more.
#pragma once

#include "agent/base/result.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/pprof/profile.hpp"

#include <cstddef>

namespace agent::store {

/// The memory of a store's open encoders is at most kOpenBytes of all, with what the profile at hand adds; or, when that is more,
/// kBlockBytes and about 12 MiB for one profile at the limits below, all other encoders closed. The profile itself (8 MiB) comes on top.
struct EncoderLimits {
  /// A profile's counts are bound by what the agent decodes, in what programs a person runs too.
  static constexpr pprof::DecodeLimits kProfile = {};
  /// Nodes of the tree that a profile's stacks make, where they part. A Go program's stacks share most of their frames.
  static constexpr std::size_t kProfileNodes = 1U << 16U;
  /// An encoder that holds more begins its next snapshot in a new block.
  static constexpr std::size_t kBlockBytes = 8U << 20U;
  /// Past it, the blocks that were used longest ago are closed.
  static constexpr std::size_t kOpenBytes = 16U << 20U;
};

/// Whether a store takes the profile. Errors: kTooLarge, cause "profile_too_large", naming the limit.
[[nodiscard]] Result<void> check_profile_size(const pprof::Profile& profile);

/// What encoding the profile takes at most, in a block that knows nothing of it: about, and rather more than less.
[[nodiscard]] std::size_t encoding_bytes(const pprof::Profile& profile);

}  // namespace agent::store
