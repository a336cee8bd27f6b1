// How Go scales what its heap profiler sampled, so that the store keeps the sampled count alone. FORMAT.md, "Sampled pairs".
//
// runtime/pprof (protomem.go, scaleHeapSample) turns n sampled objects of one size, at one sample each `rate` bytes, into
// objects = n * scale and bytes = n * size * scale with scale = 1 / (1 - e^(-size / rate)), both cut to whole numbers.
#pragma once

#include <cstdint>

namespace agent::store {

/// The same on every machine: e^-x comes from whole numbers, the rest is IEEE 754 double arithmetic, each step rounded by itself.
[[nodiscard]] double heap_scale(std::int64_t size, std::int64_t rate);

struct ScaledPair {
  std::int64_t objects = 0;
  std::int64_t bytes = 0;
  bool operator==(const ScaledPair&) const = default;
};

/// What Go writes for n sampled objects. Values beyond 2^62 become 0.
[[nodiscard]] ScaledPair scale_sample(std::int64_t n, std::int64_t size, double scale);
/// The n for which Go most likely wrote this.
[[nodiscard]] std::int64_t unscale_sample(const ScaledPair& pair, std::int64_t size, double scale);

}  // namespace agent::store
