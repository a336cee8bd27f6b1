#include "agent/config/sections.hpp"

#include "agent/base/listen_address.hpp"
#include "agent/config/ranges.hpp"

#include <array>
#include <filesystem>

namespace agent::config {
namespace {

constexpr std::array kLevels{LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError};
constexpr std::array kFormats{LogFormat::kText, LogFormat::kJson};

std::vector<std::string_view> type_words() {
  std::vector<std::string_view> words;
  words.reserve(model::kAllProfileTypes.size());
  for (const auto type : model::kAllProfileTypes) words.push_back(model::to_string(type));
  return words;
}

void read_tls(MapReader reader, TlsConfig& tls) {
  set(tls.cert_file, reader.path_or_empty("certFile"));
  set(tls.key_file, reader.path_or_empty("keyFile"));
  set(tls.client_ca_file, reader.path_or_empty("clientCaFile"));
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    reader.problem(tls.key_file.empty() ? "certFile" : "keyFile", "certFile and keyFile go together; give both or none");
  } else if (tls.cert_file.empty() && !tls.client_ca_file.empty()) {
    reader.problem("clientCaFile", "client certificates need TLS; give certFile and keyFile too");
  }
  reader.finish();
}

void read_profile(MapReader reader, model::ProfileType type, ProfileConfig& profile) {
  profile.enabled = reader.flag("enabled");
  profile.interval = reader.duration("interval", kIntervalRange);
  if (type == model::ProfileType::kCpu) {
    profile.duration = reader.whole_seconds("duration", kCpuDurationRange);
  } else if (type == model::ProfileType::kTrace) {
    profile.duration = reader.duration("duration", kTraceDurationRange);
  } else if (reader.child("duration") != nullptr) {
    reader.problem("duration", "only cpu and trace have a duration; " + std::string(model::to_string(type)) + " is taken at an instant");
  }
  reader.finish();
}

void read_profile_map(MapReader reader, std::map<model::ProfileType, ProfileConfig>& profiles) {
  for (const auto type : model::kAllProfileTypes) {
    const auto word = model::to_string(type);
    if (reader.child(word) != nullptr) read_profile(reader.map(word), type, profiles[type]);
  }
  reader.finish();
}

void read_profile_list(const YamlNode& list, const std::string& path, Problems& problems,
                       std::map<model::ProfileType, ProfileConfig>& profiles) {
  for (const auto type : model::kAllProfileTypes) profiles[type].enabled = false;
  for (const auto& item : list.items) {
    if (item.kind == YamlNode::Kind::kRefused) continue;
    if (item.kind != YamlNode::Kind::kScalar) {
      problems.add(item.mark, path, "expected a profile type, got " + std::string(name_of(item.kind)));
      continue;
    }
    const auto type = model::parse_profile_type(item.scalar);
    if (!type) {
      problems.add(item.mark, path, "unknown profile type " + quote(item.scalar) + suggestion(item.scalar, type_words()));
    } else if (profiles[*type].enabled == true) {
      problems.add(item.mark, path, quote(item.scalar) + " is listed twice");
    } else {
      profiles[*type].enabled = true;
    }
  }
}

}  // namespace

void read_log(MapReader reader, LogConfig& log) {
  if (const auto level = reader.choice("level", {"debug", "info", "warn", "error"})) log.level = kLevels.at(*level);
  if (const auto format = reader.choice("format", {"text", "json"})) log.format = kFormats.at(*format);
  reader.finish();
}

void read_listen(MapReader reader, ListenConfig& listen) {
  if (auto address = reader.text("address")) {
    if (parse_listen_address(*address)) {
      listen.address = *std::move(address);
    } else {
      reader.problem("address", "expected ADDRESS:PORT, [V6]:PORT, localhost:PORT or :PORT, like 127.0.0.1:9912, got " + quote(*address));
    }
  }
  read_tls(reader.map("tls"), listen.tls);
  listen.live_targets = reader.flag("liveTargets");
  reader.finish();
}

void read_store(MapReader reader, StoreConfig& store) {
  set(store.path, reader.path("path"));
  if (std::filesystem::path(store.path).lexically_normal() == "/") {
    reader.problem("path", "expected a folder of its own, like /var/lib/kprofd, got " + quote(std::string(store.path)));
  }
  set(store.max_bytes, reader.size_or_zero("maxBytes", kMaxBytesRange));
  set(store.max_age, reader.duration_or_zero("maxAge", kMaxAgeRange));
  set(store.min_free_bytes, reader.size("minFreeBytes", kMinFreeBytesRange));
  set(store.max_memory_bytes, reader.size("memoryBytes", kMemoryBytesRange));
  reader.finish();
}

WrittenLimits read_limits(MapReader& reader) {
  return WrittenLimits{reader.duration("connectTimeout", kTimeoutRange), reader.duration("headerTimeout", kTimeoutRange),
                       reader.duration("totalTimeout", kTimeoutRange), reader.size("maxResponseBytes", kResponseBytesRange)};
}

void read_profiles(MapReader& reader, Problems& problems, std::map<model::ProfileType, ProfileConfig>& profiles) {
  const YamlNode* node = reader.child("profiles");
  if (node == nullptr) return;
  if (node->kind == YamlNode::Kind::kSequence) {
    read_profile_list(*node, reader.key_path("profiles"), problems, profiles);
  } else {
    read_profile_map(MapReader(*node, reader.key_path("profiles"), problems), profiles);
  }
}

void read_discovery(MapReader reader, DiscoveryConfig& discovery) {
  set(discovery.processes, reader.flag("processes"));
  set(discovery.proc, reader.path("proc"));
  reader.finish();
}

}  // namespace agent::config
