#include "agent/config/plan.hpp"
#include "agent/config/ranges.hpp"
#include "agent/config/sections.hpp"

namespace agent::config {

void read_scrape(MapReader reader, ScrapeConfig& scrape, Problems& problems) {
  set(scrape.interval, reader.duration("interval", kIntervalRange));
  set(scrape.cpu_duration, reader.whole_seconds("cpuDuration", kCpuDurationRange));
  set(scrape.trace_duration, reader.duration("traceDuration", kTraceDurationRange));
  set(scrape.max_in_flight, reader.count("maxInFlight", kInFlightRange));
  set(scrape.max_cpu_share, reader.fraction("maxCpuShare"));
  set(scrape.max_debug2_goroutines, reader.count("maxDebug2Goroutines", kGoroutinesRange));
  const WrittenLimits limits = read_limits(reader);
  set(scrape.limits.connect_timeout, limits.connect_timeout);
  set(scrape.limits.header_timeout, limits.header_timeout);
  set(scrape.limits.total_timeout, limits.total_timeout);
  set(scrape.limits.max_response_bytes, limits.max_response_bytes);
  read_profiles(reader, problems, scrape.profiles);
  reader.finish();
  if (const auto checked = check_plan(scrape, plan_for(scrape, {})); !checked) {
    reader.problem(reader.first_of({"cpuDuration", "interval", "profiles", "maxCpuShare"}), checked.error().message());
  }
}

}  // namespace agent::config
