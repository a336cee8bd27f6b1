// Whether the disk takes writes, and when to ask it again. Pure; the store feeds it.
#pragma once

#include "agent/base/error.hpp"
#include "agent/base/time.hpp"

#include <algorithm>
#include <string>

namespace agent::store {

class DiskHealth {
 public:
  static constexpr Duration kFirstRetry = std::chrono::seconds(1);
  static constexpr Duration kLastRetry = std::chrono::seconds(30);

  [[nodiscard]] bool is_good() const { return reason_.empty(); }
  /// Why not; "" when good.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  /// A disk that refuses is asked again after 1 s, 2 s, 4 s ... 30 s, not with each snapshot.
  [[nodiscard]] bool may_try(SteadyTime now) const { return is_good() || now >= retry_at_; }

  /// True when it was good until now.
  bool failed(const Error& error, SteadyTime now) {
    const bool is_new = is_good();
    wait_ = is_new ? kFirstRetry : std::min(wait_ * 2, kLastRetry);
    retry_at_ = now + wait_;
    reason_ = error.message().empty() ? "unknown" : error.message();
    return is_new;
  }
  /// True when it was bad until now.
  bool succeeded() {
    const bool was_bad = !is_good();
    reason_.clear();
    return was_bad;
  }

 private:
  std::string reason_;
  Duration wait_ = kFirstRetry;
  SteadyTime retry_at_{};
};

}  // namespace agent::store
