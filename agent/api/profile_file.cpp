#include "agent/api/profile_file.hpp"

#include "agent/pprof/encode.hpp"

#include <string_view>
#include <utility>
#include <variant>

namespace agent::api {
namespace {

/// "20261124T053628Z": RFC 3339's basic form, without characters that shells and file systems mind.
std::string stamp(WallTime time) {
  std::string out;
  for (const char c : format_time(std::chrono::floor<std::chrono::seconds>(time))) {
    if (c != '-' && c != ':') out += c;
  }
  return out;
}

std::string file_stem(std::string_view component, model::ProfileType type, WallTime time) {
  std::string out;
  for (const char c : component) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    out += is_plain ? c : '_';
  }
  return out.append("-").append(to_string(type)).append("-").append(stamp(time));
}

ProfileFile pprof_file(std::string stem, const pprof::Profile& profile) {
  return {std::move(stem) + ".pb.gz", "application/octet-stream", pprof::encode_gzip(profile)};
}

}  // namespace

ProfileFile snapshot_file(store::StoredProfile stored) {
  const auto& info = stored.snapshot.info;
  auto stem = file_stem(info.component, info.type, info.start);
  if (const auto* profile = std::get_if<pprof::Profile>(&stored.content)) return pprof_file(std::move(stem), *profile);
  auto& bytes = std::get<std::string>(stored.content);
  if (info.type == model::ProfileType::kGoroutineDebug2) return {stem + ".txt", "text/plain; charset=utf-8", std::move(bytes)};
  return {stem + "." + std::string(to_string(info.type)), "application/octet-stream", std::move(bytes)};
}

ProfileFile merged_file(const store::SnapshotQuery& query, const pprof::Profile& merged) {
  return pprof_file(file_stem(*query.component, *query.type, from_unix_nanos(merged.time_nanos)) + "-merged", merged);
}

}  // namespace agent::api
