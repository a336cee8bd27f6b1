// Notices a profile that stays empty because the process does not sample it. Pure.
#pragma once

#include "agent/model/profile_type.hpp"

#include <cstdint>

namespace agent::scrape {

/// The rounds between two questions for an empty profile: 10 at first, doubling to 60.
inline constexpr std::uint64_t kFirstEmptyStride = 10;
inline constexpr std::uint64_t kMaxEmptyStride = 60;

/// What one profile type of one process is known to hold.
class SamplingState {
 public:
  enum class Change { kNone, kBecameEmpty, kBecameSampled };

  explicit SamplingState(model::ProfileType type) : type_(type) {}

  /// A good profile with this many samples came. Only block and mutex count as empty: an idle process has an empty cpu profile, and fills
  /// it as soon as there is work.
  Change on_profile(std::uint64_t samples);
  /// Another process may be configured otherwise: asked for as usual again.
  void on_new_process() { stride_ = 1; }

  [[nodiscard]] bool is_empty() const { return is_empty_; }
  /// Ask in every stride()-th round; 1 unless empty.
  [[nodiscard]] std::uint64_t stride() const { return stride_; }

 private:
  model::ProfileType type_;
  bool is_empty_ = false;
  std::uint64_t stride_ = 1;
};

}  // namespace agent::scrape
