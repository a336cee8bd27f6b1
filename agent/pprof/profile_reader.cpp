#include "agent/pprof/profile_reader.hpp"

#include "agent/pprof/profile_fields.hpp"

#include <utility>

namespace agent::pprof {

ProfileReader::ProfileReader(std::string_view bytes, const ProfileCounts& counts) : bytes_(bytes), counts_(counts) {}

void ProfileReader::read() {
  reserve();
  read_tables();
  mappings_ = IdIndex(std::exchange(mapping_ids_, {}));
  functions_ = IdIndex(std::exchange(function_ids_, {}));
  read_locations();
  locations_ = IdIndex(std::exchange(location_ids_, {}));
  read_samples();
}

void ProfileReader::reserve() {
  profile_.strings.reserve(counts_.strings, counts_.string_bytes);
  profile_.sample_types.reserve(counts_.sample_types);
  profile_.mappings.reserve(counts_.mappings);
  profile_.functions.reserve(counts_.functions);
  profile_.locations.reserve(counts_.locations);
  profile_.lines.reserve(counts_.lines);
  profile_.stack_begin.reserve(counts_.samples + 1);
  profile_.stack.resize(counts_.stack_entries);
  profile_.values.resize(counts_.values);
  profile_.label_begin.reserve(counts_.samples + 1);
  profile_.labels.reserve(counts_.labels);
  profile_.comments.reserve(counts_.comments);
  mapping_ids_.reserve(counts_.mappings);
  function_ids_.reserve(counts_.functions);
  location_ids_.reserve(counts_.locations);
}

StringId ProfileReader::string_id(std::uint64_t index) {
  // A negative index is a huge one here.
  if (index < counts_.strings) return static_cast<StringId>(index);
  has_bad_string_ = true;
  return 0;
}

ValueType ProfileReader::read_value_type(std::string_view message) {
  std::uint64_t type = 0;
  std::uint64_t unit = 0;
  FieldReader fields(message);
  while (fields.next()) {
    if (fields.number() == field::kType) type = fields.u64();
    if (fields.number() == field::kUnit) unit = fields.u64();
  }
  return ValueType{string_id(type), string_id(unit)};
}

void ProfileReader::read_tables() {
  // Scalars of which only the last counts are looked up once, at the end.
  std::uint64_t drop_frames = 0;
  std::uint64_t keep_frames = 0;
  std::uint64_t default_sample_type = 0;
  std::string_view period_type;
  bool is_first_string = true;
  FieldReader fields(bytes_);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kSampleType:
        profile_.sample_types.push_back(read_value_type(fields.bytes()));
        break;
      case field::kMapping:
        read_mapping(fields.bytes());
        break;
      case field::kFunction:
        read_function(fields.bytes());
        break;
      case field::kStringTable:
        // The table of a Profile begins with the empty string.
        if (!is_first_string) profile_.strings.append(fields.bytes());
        is_first_string = false;
        break;
      case field::kDropFrames:
        drop_frames = fields.u64();
        break;
      case field::kKeepFrames:
        keep_frames = fields.u64();
        break;
      case field::kDefaultSampleType:
        default_sample_type = fields.u64();
        break;
      case field::kPeriodType:
        period_type = fields.bytes();
        break;
      default:
        read_header(fields);
    }
  }
  profile_.drop_frames = string_id(drop_frames);
  profile_.keep_frames = string_id(keep_frames);
  profile_.default_sample_type = string_id(default_sample_type);
  profile_.period_type = read_value_type(period_type);
}

void ProfileReader::read_header(const FieldReader& fields) {
  switch (fields.number()) {
    case field::kTimeNanos:
      profile_.time_nanos = fields.i64();
      break;
    case field::kDurationNanos:
      profile_.duration_nanos = fields.i64();
      break;
    case field::kPeriod:
      profile_.period = fields.i64();
      break;
    case field::kComment:
      fields.numbers([this](std::uint64_t index) { profile_.comments.push_back(string_id(index)); });
      break;
    case field::kDocUrl:
      // Go 1.19 passes over it, so that nothing about it can be wrong.
      if (fields.is_varint()) profile_.doc_url = fields.u64() < counts_.strings ? static_cast<StringId>(fields.u64()) : 0;
      break;
    default:
      break;
  }
}

void ProfileReader::read_mapping(std::string_view message) {
  std::uint64_t id = 0;
  std::uint64_t file = 0;
  std::uint64_t build_id = 0;
  Mapping mapping;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kMappingId:
        id = fields.u64();
        break;
      case field::kMemoryStart:
        mapping.start = fields.u64();
        break;
      case field::kMemoryLimit:
        mapping.limit = fields.u64();
        break;
      case field::kFileOffset:
        mapping.offset = fields.u64();
        break;
      case field::kMappingFile:
        file = fields.u64();
        break;
      case field::kBuildId:
        build_id = fields.u64();
        break;
      case field::kHasFunctions:
        mapping.has_functions = fields.boolean();
        break;
      case field::kHasFilenames:
        mapping.has_filenames = fields.boolean();
        break;
      case field::kHasLineNumbers:
        mapping.has_line_numbers = fields.boolean();
        break;
      case field::kHasInlineFrames:
        mapping.has_inline_frames = fields.boolean();
        break;
      default:
        break;
    }
  }
  mapping.file = string_id(file);
  mapping.build_id = string_id(build_id);
  mapping_ids_.push_back(id);
  profile_.mappings.push_back(mapping);
}

void ProfileReader::read_function(std::string_view message) {
  std::uint64_t id = 0;
  std::uint64_t name = 0;
  std::uint64_t system_name = 0;
  std::uint64_t filename = 0;
  Function function;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kFunctionId:
        id = fields.u64();
        break;
      case field::kFunctionName:
        name = fields.u64();
        break;
      case field::kSystemName:
        system_name = fields.u64();
        break;
      case field::kFilename:
        filename = fields.u64();
        break;
      case field::kStartLine:
        function.start_line = fields.i64();
        break;
      default:
        break;
    }
  }
  function.name = string_id(name);
  function.system_name = string_id(system_name);
  function.filename = string_id(filename);
  function_ids_.push_back(id);
  profile_.functions.push_back(function);
}

void ProfileReader::read_locations() {
  FieldReader fields(bytes_);
  while (fields.next()) {
    if (fields.number() == field::kLocation) read_location(fields.bytes());
  }
}

void ProfileReader::read_location(std::string_view message) {
  std::uint64_t id = 0;
  std::uint64_t mapping_id = 0;
  Location location;
  location.first_line = static_cast<std::uint32_t>(profile_.lines.size());
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLocationOwnId:
        id = fields.u64();
        break;
      case field::kLocationMappingId:
        mapping_id = fields.u64();
        break;
      case field::kAddress:
        location.address = fields.u64();
        break;
      case field::kLine:
        read_line(fields.bytes());
        break;
      case field::kIsFolded:
        location.is_folded = fields.boolean();
        break;
      default:
        break;
    }
  }
  location.mapping = mappings_.find(mapping_id);
  location.line_count = static_cast<std::uint32_t>(profile_.lines.size()) - location.first_line;
  for (const Line& line : profile_.lines_of(location)) {
    if (line.function != kNone || line_without_function_) continue;
    line_without_function_ = BadLocation{static_cast<std::uint32_t>(profile_.locations.size()), id};
  }
  location_ids_.push_back(id);
  profile_.locations.push_back(location);
}

void ProfileReader::read_line(std::string_view message) {
  std::uint64_t function_id = 0;
  Line line;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLineFunctionId:
        function_id = fields.u64();
        break;
      case field::kLineNumber:
        line.line = fields.i64();
        break;
      case field::kLineColumn:
        if (fields.is_varint()) line.column = fields.i64();
        break;
      default:
        break;
    }
  }
  line.function = functions_.find(function_id);
  profile_.lines.push_back(line);
}

void ProfileReader::read_samples() {
  FieldReader fields(bytes_);
  while (fields.next()) {
    if (fields.number() == field::kSample) read_sample(fields.bytes());
  }
}

void ProfileReader::read_sample(std::string_view message) {
  const std::size_t values_before = values_read_;
  bool has_unknown_location = false;
  std::uint32_t* stack_end = profile_.stack.data() + stack_read_;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLocationId:
        fields.numbers([&](std::uint64_t id) {
          const std::uint32_t location = locations_.find(id);
          has_unknown_location = has_unknown_location || location == kNone;
          *stack_end++ = location;
        });
        break;
      case field::kValue:
        fields.numbers([this](std::uint64_t value) { profile_.values[values_read_++] = static_cast<std::int64_t>(value); });
        break;
      case field::kLabel:
        read_label(fields.bytes());
        break;
      default:
        break;
    }
  }
  stack_read_ = static_cast<std::size_t>(stack_end - profile_.stack.data());
  profile_.stack_begin.push_back(static_cast<std::uint32_t>(stack_read_));
  profile_.label_begin.push_back(static_cast<std::uint32_t>(profile_.labels.size()));
  check_sample(values_read_ - values_before, has_unknown_location);
}

void ProfileReader::read_label(std::string_view message) {
  std::uint64_t key = 0;
  std::uint64_t str = 0;
  std::uint64_t unit = 0;
  Label label;
  FieldReader fields(message);
  while (fields.next()) {
    switch (fields.number()) {
      case field::kLabelKey:
        key = fields.u64();
        break;
      case field::kLabelStr:
        str = fields.u64();
        break;
      case field::kLabelNum:
        label.num = fields.i64();
        break;
      case field::kLabelNumUnit:
        unit = fields.u64();
        break;
      default:
        break;
    }
  }
  label.key = string_id(key);
  if (str != 0) {
    label.str = string_id(str);
    label.num = 0;
  } else if (label.num != 0 || unit != 0) {
    label.num_unit = string_id(unit);
  } else {
    return;
  }
  profile_.labels.push_back(label);
}

void ProfileReader::check_sample(std::size_t value_count, bool has_unknown_location) {
  if (sample_complaint_) return;
  const std::size_t type_count = counts_.sample_types;
  if (type_count == 0) {
    sample_complaint_ = "missing sample type information";
  } else if (value_count != type_count) {
    sample_complaint_ = "mismatch: sample has " + std::to_string(value_count) + " values vs. " + std::to_string(type_count) + " types";
  } else if (has_unknown_location) {
    sample_complaint_ = "sample has nil location";
  }
}

std::optional<std::string> ProfileReader::location_complaint() const {
  const auto& defect = locations_.defect();
  if (defect && (!line_without_function_ || defect->entry <= line_without_function_->location)) {
    if (defect->id == 0) return "found location with reserved id=0";
    return "multiple locations with same id: " + std::to_string(defect->id);
  }
  if (!line_without_function_) return std::nullopt;
  return "location id: " + std::to_string(line_without_function_->id) + " has a line with nil function";
}

std::optional<std::string> ProfileReader::complaint() const {
  if (sample_complaint_) return sample_complaint_;
  if (const auto& defect = mappings_.defect()) {
    if (defect->id == 0) return "found mapping with reserved ID=0";
    return "multiple mappings with same id: " + std::to_string(defect->id);
  }
  if (const auto& defect = functions_.defect()) {
    if (defect->id == 0) return "found function with reserved ID=0";
    return "multiple functions with same id: " + std::to_string(defect->id);
  }
  return location_complaint();
}

}  // namespace agent::pprof
