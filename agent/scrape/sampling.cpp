#include "agent/scrape/sampling.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace agent::scrape {

Sampling sampling_in(std::string_view text) {
  constexpr std::string_view kLine = "\nsampling period=";
  const auto at = text.find(kLine);
  if (!text.starts_with("--- mutex:") || at == std::string_view::npos) return Sampling::kUnknown;
  const auto number = text.substr(at + kLine.size());
  std::int64_t period = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), period);
  if (error != std::errc() || period < 0) return Sampling::kUnknown;
  return period == 0 ? Sampling::kOff : Sampling::kOn;
}

void SamplingState::on_new_process() {
  stride_ = 1;
  is_empty_ = false;
  is_asked_ = false;
  is_sampled_ = false;
  empty_profiles_ = 0;
}

bool SamplingState::is_off(Sampling said, SteadyTime now) const {
  if (is_sampled_) return false;
  return said == Sampling::kOff || is_empty_ || (empty_profiles_ >= kMinEmptyProfiles && now - empty_since_ >= kEmptyPatience);
}

SamplingState::Change SamplingState::on_profile(std::uint64_t samples, Sampling said, SteadyTime now) {
  if (samples > 0 || (type_ != model::ProfileType::kBlock && type_ != model::ProfileType::kMutex)) {
    is_empty_ = false;
    stride_ = 1;
    empty_profiles_ = 0;
    return std::exchange(is_told_, false) ? Change::kBecameSampled : Change::kNone;
  }
  if (empty_profiles_++ == 0) empty_since_ = now;
  is_asked_ = true;
  is_sampled_ = is_sampled_ || said == Sampling::kOn;
  is_empty_ = is_off(said, now);
  if (!is_empty_) {
    stride_ = 1;
    return Change::kNone;
  }
  stride_ = stride_ == 1 ? kFirstEmptyStride : std::min(stride_ * 2, kMaxEmptyStride);
  return std::exchange(is_told_, true) ? Change::kNone : Change::kBecameEmpty;
}

}  // namespace agent::scrape
