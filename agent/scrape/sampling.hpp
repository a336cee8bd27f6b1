// Notices a profile that stays empty because the process does not sample it. Pure.
//
// Only block and mutex are meant: an idle process has an empty cpu profile, and fills it as soon as there is work.
// - mutex: Go's text form tells the rate (sampling_in), and is asked after an empty profile. 0 is "off"; else nothing was contended yet,
//   the profile is asked for as usual, and the question is not repeated for this process.
// - block, for which Go (up to 1.26) tells no rate, and mutex where the text says nothing: "off" once kMinEmptyProfiles and kEmptyPatience
//   have passed with empty ones only. That may be wrong about a process in which nothing blocks for minutes: its next profiles are then
//   late by up to kMaxEmptyStride rounds.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace agent::scrape {

/// The rounds between two questions for a profile that is off: 10 at first, doubling to 60.
inline constexpr std::uint64_t kFirstEmptyStride = 10;
inline constexpr std::uint64_t kMaxEmptyStride = 60;
/// How many empty profiles in a row, over how long, say that a process does not sample.
inline constexpr std::uint64_t kMinEmptyProfiles = 3;
inline constexpr Duration kEmptyPatience = std::chrono::minutes(5);

/// What a process says of itself.
enum class Sampling { kUnknown, kOff, kOn };

/// What /debug/pprof/mutex?debug=1 says: its line "sampling period=N" (runtime/pprof, writeProfileInternal).
[[nodiscard]] Sampling sampling_in(std::string_view text);

/// What one profile type of one process is known to hold.
class SamplingState {
 public:
  enum class Change { kNone, kBecameEmpty, kBecameSampled };

  explicit SamplingState(model::ProfileType type) : type_(type) {}

  /// Whether an empty profile is to be followed by the question for its text form.
  [[nodiscard]] bool must_ask() const { return type_ == model::ProfileType::kMutex && !is_sampled_ && (!is_asked_ || is_empty_); }
  /// A good profile with this many samples came, and the process said of itself `said` if it was asked.
  Change on_profile(std::uint64_t samples, Sampling said, SteadyTime now);
  /// Another process may be configured otherwise: asked for as usual again.
  void on_new_process();

  /// It is not sampled, so it is asked for rarely.
  [[nodiscard]] bool is_empty() const { return is_empty_; }
  /// Ask in every stride()-th round; 1 unless empty.
  [[nodiscard]] std::uint64_t stride() const { return stride_; }

 private:
  [[nodiscard]] bool is_off(Sampling said, SteadyTime now) const;

  model::ProfileType type_;
  bool is_empty_ = false;
  bool is_told_ = false;     // that it is empty; said once until samples come
  bool is_asked_ = false;    // this process
  bool is_sampled_ = false;  // by its own word
  std::uint64_t stride_ = 1;
  std::uint64_t empty_profiles_ = 0;  // in a row
  SteadyTime empty_since_{};
};

}  // namespace agent::scrape
