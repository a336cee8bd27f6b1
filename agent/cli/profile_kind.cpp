#include "agent/cli/profile_kind.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace agent::cli {
namespace {

using model::ProfileType;

bool has_sample_types(const pprof::Profile& profile, std::initializer_list<std::string_view> names) {
  return std::equal(profile.sample_types.begin(), profile.sample_types.end(), names.begin(), names.end(),
                    [&](const auto& type, std::string_view name) { return profile.string(type.type) == name; });
}

std::string join(const std::vector<ProfileType>& types, std::string_view separator) {
  std::string out;
  for (const auto type : types) out.append(out.empty() ? "" : separator).append(model::to_string(type));
  return out;
}

bool contains(const std::vector<ProfileType>& types, ProfileType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// Heap and allocs hold the same samples: they differ in default_sample_type, and a delta (a duration) has lost that.
std::vector<ProfileType> heap_or_allocs(const pprof::Profile& profile) {
  const std::string_view shown = profile.string(profile.default_sample_type);
  if (shown == "alloc_space" || shown == "alloc_objects") return {ProfileType::kAllocs};
  if (shown.empty() && profile.duration_nanos != 0) return {ProfileType::kHeap, ProfileType::kAllocs};
  return {ProfileType::kHeap};
}

}  // namespace

std::vector<ProfileType> types_of_content(const pprof::Profile& profile) {
  if (has_sample_types(profile, {"samples", "cpu"})) return {ProfileType::kCpu};
  if (has_sample_types(profile, {"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"})) return heap_or_allocs(profile);
  if (has_sample_types(profile, {"goroutine"})) return {ProfileType::kGoroutine};
  if (has_sample_types(profile, {"threadcreate"})) return {ProfileType::kThreadcreate};
  if (has_sample_types(profile, {"contentions", "delay"})) return {ProfileType::kBlock, ProfileType::kMutex};
  return {};
}

std::optional<ProfileType> raw_type_of_content(std::string_view bytes) {
  // "go 1.19 trace\0\0\0", 16 bytes (runtime/trace.go); "goroutine 1 [running]:" (runtime/traceback.go).
  if (bytes.starts_with("go 1.") && bytes.substr(0, 16).find(" trace") != std::string_view::npos) return ProfileType::kTrace;
  const std::string_view line = bytes.substr(0, std::min(bytes.find('\n'), bytes.size()));
  if (line.starts_with("goroutine ") && line.find(" [") != std::string_view::npos && line.ends_with(":"))
    return ProfileType::kGoroutineDebug2;
  return std::nullopt;
}

Result<ProfileType> decide_type(std::optional<ProfileType> given, std::optional<ProfileType> named,
                                const std::vector<ProfileType>& content) {
  const auto said = given ? given : named;
  if (said && !content.empty() && !contains(content, *said)) {
    const std::string who = given ? "--type" : "the name";
    return Error(Errc::kInvalidArgument, who + " says " + std::string(model::to_string(*said)) + ", but it holds a " +
                                             join(content, " or ") + " profile; give --type " + join(content, " or --type "));
  }
  if (said) return *said;
  if (content.size() == 1) return content.front();
  if (content.empty()) {
    return Error(Errc::kInvalidArgument, "neither its name nor its sample types tell which profile type it is; give --type");
  }
  return Error(Errc::kInvalidArgument, "it may be a " + join(content, " or a ") + " profile, its content does not tell; give --type " +
                                           join(content, " or --type ") + ", or name it like " +
                                           std::string(model::to_string(content.front())) + "-0001.pb.gz");
}

}  // namespace agent::cli
