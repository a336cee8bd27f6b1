#include "agent/scrape/sampling.hpp"

#include <algorithm>

namespace agent::scrape {

SamplingState::Change SamplingState::on_profile(std::uint64_t samples) {
  const bool was_empty = is_empty_;
  is_empty_ = samples == 0 && (type_ == model::ProfileType::kBlock || type_ == model::ProfileType::kMutex);
  if (!is_empty_) {
    stride_ = 1;
    return was_empty ? Change::kBecameSampled : Change::kNone;
  }
  stride_ = stride_ == 1 ? kFirstEmptyStride : std::min(stride_ * 2, kMaxEmptyStride);
  return was_empty ? Change::kNone : Change::kBecameEmpty;
}

}  // namespace agent::scrape
