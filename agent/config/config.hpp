// The configuration as typed, checked, immutable values. config/kprofd.yaml documents every key.
#pragma once

#include "agent/base/log.hpp"
#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/target.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::config {

struct LogConfig {
  LogLevel level = LogLevel::kInfo;
  LogFormat format = LogFormat::kText;
  bool operator==(const LogConfig&) const = default;
};

struct TlsConfig {
  std::string cert_file;  ///< "": plain HTTP
  std::string key_file;
  std::string client_ca_file;
  bool operator==(const TlsConfig&) const = default;
};

struct ListenConfig {
  std::string address = "127.0.0.1:9912";
  TlsConfig tls;
  std::optional<bool> live_targets;  ///< /targets/{target}/debug/pprof/*; absent: only when `address` is loopback
  bool operator==(const ListenConfig&) const = default;
};

struct StoreConfig {
  std::string path = "/var/lib/kprofd";
  std::uint64_t max_bytes = 2ULL << 30U;
  Duration max_age = std::chrono::hours(24 * 7);
  std::uint64_t min_free_bytes = 512ULL << 20U;
  std::uint64_t max_memory_bytes = 4ULL << 20U;  ///< the key is memoryBytes
  bool operator==(const StoreConfig&) const = default;
};

/// What one profile type is told; how absent values are filled in is plan.hpp.
struct ProfileConfig {
  std::optional<bool> enabled;
  std::optional<Duration> interval;
  std::optional<Duration> duration;
  bool operator==(const ProfileConfig&) const = default;
};

struct ScrapeConfig {
  Duration interval = std::chrono::seconds(60);     ///< 1s..24h
  Duration cpu_duration = std::chrono::seconds(5);  ///< whole seconds
  Duration trace_duration = std::chrono::seconds(1);
  std::uint32_t max_in_flight = 4;  ///< requests at once on the node, 1..64; those that hang run beside (agent/scrape/slots.hpp)
  double max_cpu_share = 1.0 / 6;   ///< cpu profile time as a share of wall time for one process, 0..1; a config past it is refused
  std::uint32_t max_debug2_goroutines = 10'000;  ///< goroutine-debug2 is taken only below it
  model::FetchLimits limits;
  std::map<model::ProfileType, ProfileConfig> profiles;  ///< for all targets
  bool operator==(const ScrapeConfig&) const = default;
};

/// One entry of `targets`. Only `component` is needed when it is a preset's name; any other needs `url`.
struct TargetConfig {
  std::string component;
  std::string preset;  ///< "": `component` when that is a preset's name
  std::optional<std::string> url;
  std::optional<std::string> pprof_path;
  std::optional<std::string> process_name;
  std::optional<std::string> bearer_token_file;
  std::optional<std::string> client_cert_file;
  std::optional<std::string> client_key_file;
  std::optional<std::string> ca_file;
  std::optional<std::string> server_name;
  std::optional<std::string> pinned_cert_file;
  std::optional<bool> insecure_skip_verify;
  std::optional<Duration> interval;
  std::map<model::ProfileType, ProfileConfig> profiles;
  std::optional<Duration> connect_timeout;
  std::optional<Duration> header_timeout;
  std::optional<Duration> total_timeout;
  std::optional<std::uint64_t> max_response_bytes;
  std::uint32_t line = 0;  ///< in the file, for messages about it; 0 when it is from none
  bool operator==(const TargetConfig&) const = default;
};

struct DiscoveryConfig {
  bool processes = true;       ///< add a preset target for each known component whose process runs here and that `targets` does not name
  std::string proc = "/proc";  ///< the host's, e.g. /host/proc
  bool operator==(const DiscoveryConfig&) const = default;
};

struct Config {
  std::string node_name;  ///< "": the host's name
  LogConfig log;
  ListenConfig listen;
  StoreConfig store;
  ScrapeConfig scrape;
  DiscoveryConfig discovery;
  std::vector<TargetConfig> targets;
  bool operator==(const Config&) const = default;
};

}  // namespace agent::config
