// Mixes the probabilities of several models into one, by weights that learn from each outcome (logistic mixing). FORMAT.md, "Models".
#pragma once

#include "agent/store/logistic.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

class Mixer {
 public:
  static constexpr std::size_t kMaxInputs = 12;

  /// `sets` sets of weights, one of which each decision chooses. Requires inputs <= kMaxInputs.
  Mixer(std::size_t inputs, std::size_t sets, std::int32_t first_weight, std::int32_t rate)
      : inputs_(inputs), rate_(rate), weights_(inputs * sets, first_weight) {}

  void set_input(std::size_t i, std::int32_t stretched) { input_[i] = stretched; }

  /// P(1) in 1/65536, from the first `used` inputs; the others are 0.
  [[nodiscard]] std::uint32_t predict(std::size_t set, std::size_t used) {
    set_ = set * inputs_;
    used_ = used;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < used; ++i) sum += std::int64_t{input_[i]} * weights_[set_ + i];
    sum >>= 16;
    predicted_ = squash(static_cast<std::int32_t>(sum < -2048 ? -2048 : sum > 2047 ? 2047 : sum));
    return predicted_;
  }
  void learn(bool bit) {
    const std::int32_t error = ((bit ? 65536 : 0) - static_cast<std::int32_t>(predicted_)) * rate_;
    for (std::size_t i = 0; i < used_; ++i) {
      weights_[set_ + i] += static_cast<std::int32_t>((std::int64_t{input_[i]} * error + 0x80000) >> 20);
    }
  }
  [[nodiscard]] std::size_t memory_bytes() const { return weights_.capacity() * sizeof(std::int32_t); }

 private:
  std::size_t inputs_;
  std::int32_t rate_;
  std::size_t set_ = 0;
  std::size_t used_ = 0;
  std::uint32_t predicted_ = 32768;
  std::array<std::int32_t, kMaxInputs> input_{};
  std::vector<std::int32_t> weights_;
};

}  // namespace agent::store
