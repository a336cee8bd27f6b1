#include "agent/model/profile_type.hpp"

#include <string>

namespace agent::model {

std::string_view to_string(ProfileType type) {
  switch (type) {
    case ProfileType::kCpu:
      return "cpu";
    case ProfileType::kHeap:
      return "heap";
    case ProfileType::kAllocs:
      return "allocs";
    case ProfileType::kGoroutine:
      return "goroutine";
    case ProfileType::kBlock:
      return "block";
    case ProfileType::kMutex:
      return "mutex";
    case ProfileType::kThreadcreate:
      return "threadcreate";
    case ProfileType::kTrace:
      return "trace";
    case ProfileType::kGoroutineDebug2:
      return "goroutine-debug2";
  }
  return "unknown";
}

Result<ProfileType> parse_profile_type(std::string_view word) {
  std::string known;
  for (const auto type : kAllProfileTypes) {
    if (to_string(type) == word) return type;
    known.append(known.empty() ? "" : ", ").append(to_string(type));
  }
  return Error(Errc::kInvalidArgument, "unknown profile type \"" + std::string(word) + "\"; known: " + known);
}

bool is_pprof(ProfileType type) {
  return type != ProfileType::kTrace && type != ProfileType::kGoroutineDebug2;
}

bool has_duration(ProfileType type) {
  return type == ProfileType::kCpu || type == ProfileType::kTrace;
}

bool is_cumulative(ProfileType type) {
  return type == ProfileType::kHeap || type == ProfileType::kAllocs || type == ProfileType::kBlock || type == ProfileType::kMutex;
}

}  // namespace agent::model
