// The sections of a configuration file, each from its YAML map. Private to agent/config.
#pragma once

#include "agent/config/config.hpp"
#include "agent/config/map_reader.hpp"

#include <map>
#include <vector>

namespace agent::config {

void read_log(MapReader reader, LogConfig& log);
void read_listen(MapReader reader, ListenConfig& listen);
void read_store(MapReader reader, StoreConfig& store);
/// Also checks that what targets inherit keeps to maxCpuShare.
void read_scrape(MapReader reader, ScrapeConfig& scrape, Problems& problems);
void read_discovery(MapReader reader, DiscoveryConfig& discovery);

/// `profiles` of the map that `reader` reads: {heap: {enabled, interval, duration}}, or [cpu, heap] for these and no others.
void read_profiles(MapReader& reader, Problems& problems, std::map<model::ProfileType, ProfileConfig>& profiles);
/// connectTimeout, headerTimeout, totalTimeout and maxResponseBytes, where they are written.
struct WrittenLimits {
  std::optional<Duration> connect_timeout;
  std::optional<Duration> header_timeout;
  std::optional<Duration> total_timeout;
  std::optional<std::uint64_t> max_response_bytes;
};
[[nodiscard]] WrittenLimits read_limits(MapReader& reader);

}  // namespace agent::config
