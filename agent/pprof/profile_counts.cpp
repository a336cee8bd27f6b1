#include "agent/pprof/profile_counts.hpp"

#include "agent/pprof/profile.hpp"
#include "agent/pprof/profile_fields.hpp"
#include "agent/pprof/wire.hpp"

namespace agent::pprof {
namespace {

// Every field of a message of these numbers only: the fields 1 ... `known`.
void check_numbers(std::string_view message, std::uint64_t known) {
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.number() >= 1 && fields.number() <= known) static_cast<void>(fields.u64());
  }
}

// Whether the label says anything: pprof drops those with neither a string nor a number.
bool check_label(std::string_view message) {
  std::uint64_t str = 0;
  std::uint64_t num = 0;
  std::uint64_t unit = 0;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLabelKey:
        static_cast<void>(fields.u64());
        break;
      case field::kLabelStr:
        str = fields.u64();
        break;
      case field::kLabelNum:
        num = fields.u64();
        break;
      case field::kLabelNumUnit:
        unit = fields.u64();
        break;
      default:
        break;
    }
  }
  return str != 0 || num != 0 || unit != 0;
}

void count_sample(std::string_view message, ProfileCounts& counts) {
  ++counts.samples;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLocationId:
        counts.stack_entries += fields.count_numbers();
        break;
      case field::kValue:
        counts.values += fields.count_numbers();
        break;
      case field::kLabel:
        if (check_label(fields.bytes())) ++counts.labels;
        break;
      default:
        break;
    }
  }
}

void count_location(std::string_view message, ProfileCounts& counts) {
  ++counts.locations;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLocationOwnId:
      case field::kLocationMappingId:
      case field::kAddress:
      case field::kIsFolded:
        static_cast<void>(fields.u64());
        break;
      case field::kLine:
        // Only the fields that Go 1.19 knows; it passes over a column of whatever type.
        check_numbers(fields.bytes(), field::kLineNumber);
        ++counts.lines;
        break;
      default:
        break;
    }
  }
}

void count_string(std::string_view text, ProfileCounts& counts) {
  if (counts.strings == 0 && !text.empty()) throw WireError("string_table[0] must be ''");
  ++counts.strings;
  counts.string_bytes += text.size();
}

void count_table_entry(const FieldReader& fields, ProfileCounts& counts) {
  switch (fields.number()) {
    case field::kSampleType:
      check_numbers(fields.bytes(), field::kUnit);
      ++counts.sample_types;
      break;
    case field::kSample:
      count_sample(fields.bytes(), counts);
      break;
    case field::kMapping:
      check_numbers(fields.bytes(), field::kHasInlineFrames);
      ++counts.mappings;
      break;
    case field::kLocation:
      count_location(fields.bytes(), counts);
      break;
    case field::kFunction:
      check_numbers(fields.bytes(), field::kStartLine);
      ++counts.functions;
      break;
    case field::kStringTable:
      count_string(fields.bytes(), counts);
      break;
    default:
      break;
  }
}

}  // namespace

std::size_t ProfileCounts::profile_bytes() const {
  return sample_types * sizeof(ValueType) + samples * 2 * sizeof(std::uint32_t) + stack_entries * sizeof(std::uint32_t) +
         values * sizeof(std::int64_t) + labels * sizeof(Label) + mappings * sizeof(Mapping) + locations * sizeof(Location) +
         lines * sizeof(Line) + functions * sizeof(Function) + strings * sizeof(std::uint32_t) + string_bytes + comments * sizeof(StringId);
}

ProfileCounts count_profile(std::string_view bytes) {
  ProfileCounts counts;
  std::int64_t time_nanos = 0;
  FieldReader fields(bytes);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kTimeNanos:
        if (time_nanos != 0) throw ConcatenatedProfiles{};
        time_nanos = fields.i64();
        break;
      case field::kPeriodType:
        check_numbers(fields.bytes(), field::kUnit);
        break;
      case field::kComment:
        counts.comments += fields.count_numbers();
        break;
      case field::kDropFrames:
      case field::kKeepFrames:
      case field::kDurationNanos:
      case field::kPeriod:
      case field::kDefaultSampleType:
        static_cast<void>(fields.u64());
        break;
      default:
        count_table_entry(fields, counts);
    }
  }
  return counts;
}

}  // namespace agent::pprof
