// The metrics of scraping, by name. Looks each one up when it is used, so that no handle outlives its target's series.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target_status.hpp"
#include "agent/telemetry/metrics.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent::scrape {

/// On the I/O thread.
class ScrapeMetrics {
 public:
  explicit ScrapeMetrics(telemetry::Metrics& metrics) : metrics_(metrics) {}

  /// kprofd_scrapes_total{component,type,result,cause} (cause "" on success), kprofd_scrape_duration_seconds and
  /// kprofd_scrape_response_bytes_total{component,type}.
  void scraped(const std::string& component, model::ProfileType type, std::string_view cause, Duration took, std::uint64_t bytes);
  /// kprofd_profile_covered_seconds_total{component,type}: time that cpu profiles and traces span. Its rate is the share of wall time seen.
  void covered(const std::string& component, model::ProfileType type, Duration span);
  /// kprofd_scrape_missed_rounds_total{component,type}.
  void missed(const std::string& component, model::ProfileType type, std::uint64_t rounds);
  /// kprofd_scrape_busy_retries_total{component,type}.
  void retried(const std::string& component, model::ProfileType type);
  /// kprofd_target_up{component}: 1, or 0 when down or not known yet.
  void health(const std::string& component, model::TargetHealth health);
  /// kprofd_scrapes_in_flight, and kprofd_scrapes_in_flight_max, which it never exceeds.
  void in_flight(double change);
  void max_in_flight(std::size_t requests);
  /// kprofd_scrapes_hanging: how many of them run beside max_in_flight (agent/scrape/slots.hpp).
  void beside(double change);
  /// Forgets the series of a target that is gone.
  void forget(const std::string& component);

 private:
  telemetry::Metrics& metrics_;
};

}  // namespace agent::scrape
