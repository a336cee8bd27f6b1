#include "agent/scrape/scrape_metrics.hpp"

#include <chrono>
#include <vector>

namespace agent::scrape {
namespace {

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

telemetry::Labels labels_of(const std::string& component, model::ProfileType type) {
  return {{"component", component}, {"type", std::string(model::to_string(type))}};
}

}  // namespace

void ScrapeMetrics::scraped(const std::string& component, model::ProfileType type, std::string_view cause, Duration took,
                            std::uint64_t bytes) {
  static const std::vector<double> kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  const auto labels = labels_of(component, type);
  auto result = labels;
  result.emplace("result", cause.empty() ? "success" : "failure");
  result.emplace("cause", std::string(cause));
  metrics_.counter("kprofd_scrapes_total", "Scrapes by result; cause tells failures apart.", result).add();
  metrics_.histogram("kprofd_scrape_duration_seconds", "Time from request to stored snapshot or failure.", kBounds, labels)
      .observe(seconds(took));
  metrics_.counter("kprofd_scrape_response_bytes_total", "Bytes of responses as they came.", labels).add(static_cast<double>(bytes));
}

void ScrapeMetrics::covered(const std::string& component, model::ProfileType type, Duration span) {
  metrics_.counter("kprofd_profile_covered_seconds_total", "Wall time that cpu profiles and traces span.", labels_of(component, type))
      .add(seconds(span));
}

void ScrapeMetrics::missed(const std::string& component, model::ProfileType type, std::uint64_t rounds) {
  metrics_.counter("kprofd_scrape_missed_rounds_total", "Rounds that ended before their scrape could begin.", labels_of(component, type))
      .add(static_cast<double>(rounds));
}

void ScrapeMetrics::retried(const std::string& component, model::ProfileType type) {
  metrics_
      .counter("kprofd_scrape_busy_retries_total", "Attempts repeated because another profiler held the process.",
               labels_of(component, type))
      .add();
}

void ScrapeMetrics::health(const std::string& component, model::TargetHealth health) {
  metrics_.gauge("kprofd_target_up", "1 when the target serves profiles, 0 when not or not known yet.", {{"component", component}})
      .set(health == model::TargetHealth::kUp ? 1 : 0);
}

void ScrapeMetrics::in_flight(double change) {
  metrics_.gauge("kprofd_scrapes_in_flight", "Requests for profiles that run now.").add(change);
}

void ScrapeMetrics::max_in_flight(std::size_t requests) {
  metrics_
      .gauge("kprofd_scrapes_in_flight_max", "What kprofd_scrapes_in_flight never exceeds: scrape.maxInFlight, and what may hang beside.")
      .set(static_cast<double>(requests));
}

void ScrapeMetrics::beside(double change) {
  metrics_
      .gauge("kprofd_scrapes_hanging",
             "Requests beside scrape.maxInFlight: they hang, or their target has not answered in time yet, or not the last time.")
      .add(change);
}

void ScrapeMetrics::forget(const std::string& component) {
  metrics_.remove("component", component);
}

}  // namespace agent::scrape
