#include "agent/pprof/merge.hpp"

#include "agent/pprof/merger.hpp"

#include <algorithm>
#include <string>

namespace agent::pprof {
namespace {

// A value type as Go prints its struct with %v: "{cpu nanoseconds 0 0}".
std::string go_text(const Profile& profile, const ValueType& type) {
  return "{" + std::string(profile.string(type.type)) + " " + std::string(profile.string(type.unit)) + " 0 0}";
}

bool equal_types(const Profile& a, const ValueType& type_a, const Profile& b, const ValueType& type_b) {
  return a.string(type_a.type) == b.string(type_b.type) && a.string(type_a.unit) == b.string(type_b.unit);
}

Error incompatible(const std::string& what) {
  return Error(Errc::kInvalidArgument, what, "incompatible_profiles");
}

Result<void> check_compatible(const Profile& first, const Profile& other) {
  if (!equal_types(first, first.period_type, other, other.period_type)) {
    return incompatible("period type: incompatible types: " + go_text(first, first.period_type) + " " + go_text(other, other.period_type));
  }
  if (first.sample_types.size() != other.sample_types.size()) {
    return incompatible("inconsistent samples type count: " + std::to_string(first.sample_types.size()) +
                        " != " + std::to_string(other.sample_types.size()));
  }
  for (std::size_t i = 0; i < first.sample_types.size(); ++i) {
    if (equal_types(first, first.sample_types[i], other, other.sample_types[i])) continue;
    return incompatible("sample types: incompatible types: " + go_text(first, first.sample_types[i]) + " " +
                        go_text(other, other.sample_types[i]));
  }
  return {};
}

void add_header(const Profile& source, Merger& merger, Profile& out) {
  if (out.time_nanos == 0 || source.time_nanos < out.time_nanos) out.time_nanos = source.time_nanos;
  out.duration_nanos =
      static_cast<std::int64_t>(static_cast<std::uint64_t>(out.duration_nanos) + static_cast<std::uint64_t>(source.duration_nanos));
  if (out.period == 0 || out.period < source.period) out.period = source.period;
  for (const StringId comment : source.comments) {
    const StringId id = merger.intern(source.string(comment));
    if (std::find(out.comments.begin(), out.comments.end(), id) == out.comments.end()) out.comments.push_back(id);
  }
  if (out.default_sample_type == 0) out.default_sample_type = merger.intern(source.string(source.default_sample_type));
  if (out.doc_url == 0) out.doc_url = merger.intern(source.string(source.doc_url));
}

Profile merge_compatible(std::span<const Profile* const> profiles) {
  Profile out;
  Merger merger(out);
  const Profile& first = *profiles.front();
  const auto interned = [&](const ValueType& type) {
    return ValueType{merger.intern(first.string(type.type)), merger.intern(first.string(type.unit))};
  };
  for (const ValueType& type : first.sample_types) out.sample_types.push_back(interned(type));
  out.period_type = interned(first.period_type);
  out.drop_frames = merger.intern(first.string(first.drop_frames));
  out.keep_frames = merger.intern(first.string(first.keep_frames));
  for (const Profile* source : profiles) add_header(*source, merger, out);
  for (const Profile* source : profiles) merger.add(*source);
  return out;
}

bool has_zero_sample(const Profile& profile) {
  for (std::size_t sample = 0; sample < profile.sample_count(); ++sample) {
    const auto values = profile.values_of(sample);
    if (std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; })) return true;
  }
  return false;
}

}  // namespace

Result<Profile> merge(std::span<const Profile* const> profiles) {
  if (profiles.empty()) return Error(Errc::kInvalidArgument, "no profiles to merge", "no_profiles");
  for (const Profile* other : profiles.subspan(1)) {
    const Result<void> compatible = check_compatible(*profiles.front(), *other);
    if (!compatible) return compatible.error();
  }
  Profile merged = merge_compatible(profiles);
  if (!has_zero_sample(merged)) return merged;
  // Sums that came to zero leave entries behind that nothing uses.
  const Profile* const again[] = {&merged};
  return merge_compatible(again);
}

}  // namespace agent::pprof
