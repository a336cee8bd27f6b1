#include "agent/store/encoding/profile_builder.hpp"

#include <algorithm>

namespace agent::store {
namespace {

class Builder {
 public:
  explicit Builder(const Dictionary& dictionary)
      : dictionary_(dictionary),
        string_(dictionary.string_count(), kNone),
        function_(dictionary.functions().size(), kNone),
        location_(dictionary.locations().size(), kNone),
        mapping_(dictionary.mappings().size(), kNone) {
    string_[0] = 0;
  }

  void add_header(const Schema& schema) {
    for (const std::uint32_t mapping : schema.mappings) {
      const std::uint32_t added = add_mapping(mapping);
      if (mapping_[mapping] == kNone) mapping_[mapping] = added;
    }
    for (const auto& value : schema.sample_types) profile_.sample_types.push_back({string(value.type), string(value.unit)});
    profile_.period_type = {string(schema.period_type.type), string(schema.period_type.unit)};
    profile_.period = schema.period;
    for (const std::uint32_t comment : schema.comments) profile_.comments.push_back(string(comment));
    profile_.drop_frames = string(schema.drop_frames);
    profile_.keep_frames = string(schema.keep_frames);
    profile_.default_sample_type = string(schema.default_sample_type);
    profile_.doc_url = string(schema.doc_url);
  }

  void add_samples(const std::vector<Row>& rows, const SnapshotRows& samples) {
    for (const std::uint32_t row : samples.rows) {
      for (std::uint32_t node = rows[row].node; node != 0; node = dictionary_.nodes()[node].parent) {
        profile_.stack.push_back(location(dictionary_.nodes()[node].location));
      }
      profile_.stack_begin.push_back(static_cast<std::uint32_t>(profile_.stack.size()));
      for (const Label& label : dictionary_.labels_of(rows[row].labels)) {
        profile_.labels.push_back({string(label.key), string(label.str), label.num, string(label.num_unit)});
      }
      profile_.label_begin.push_back(static_cast<std::uint32_t>(profile_.labels.size()));
    }
    profile_.values.insert(profile_.values.end(), samples.values.begin(), samples.values.end());
  }

  void add_loose(const SnapshotContent& content) {
    for (const std::uint32_t id : content.loose_locations) add_location(id);
    for (const std::uint32_t id : content.loose_functions) add_function(id);
  }

  pprof::Profile take() { return std::move(profile_); }

 private:
  pprof::StringId string(std::uint32_t id) {
    if (string_[id] == kNone) string_[id] = profile_.strings.append(dictionary_.string(id));
    return string_[id];
  }
  std::uint32_t add_mapping(std::uint32_t id) {
    Mapping mapping = dictionary_.mappings()[id];
    mapping.file = string(mapping.file);
    mapping.build_id = string(mapping.build_id);
    profile_.mappings.push_back(mapping);
    return static_cast<std::uint32_t>(profile_.mappings.size() - 1);
  }
  std::uint32_t mapping(std::uint32_t id) {
    if (mapping_[id] == kNone) mapping_[id] = add_mapping(id);
    return mapping_[id];
  }
  std::uint32_t add_function(std::uint32_t id) {
    const Function& f = dictionary_.functions()[id];
    profile_.functions.push_back({string(f.name), string(f.system_name), string(f.filename), f.start_line});
    return static_cast<std::uint32_t>(profile_.functions.size() - 1);
  }
  std::uint32_t function(std::uint32_t id) {
    if (function_[id] == kNone) function_[id] = add_function(id);
    return function_[id];
  }
  std::uint32_t add_location(std::uint32_t id) {
    Location location = dictionary_.locations()[id];
    if (location.mapping != kNone) location.mapping = mapping(location.mapping);
    location.first_line = static_cast<std::uint32_t>(profile_.lines.size());
    for (Line line : dictionary_.lines_of(id)) {
      line.function = function(line.function);
      profile_.lines.push_back(line);
    }
    profile_.locations.push_back(location);
    return static_cast<std::uint32_t>(profile_.locations.size() - 1);
  }
  std::uint32_t location(std::uint32_t id) {
    if (location_[id] == kNone) location_[id] = add_location(id);
    return location_[id];
  }

  const Dictionary& dictionary_;
  pprof::Profile profile_;
  std::vector<std::uint32_t> string_, function_, location_, mapping_;  // of the dictionary's: the profile's
};

}  // namespace

pprof::Profile build_profile(const BlockModel& model, const Schema& schema, const std::vector<Row>& rows, const SnapshotContent& content) {
  Builder builder(model.dictionary);
  builder.add_header(schema);
  builder.add_samples(rows, content.samples);
  builder.add_samples(rows, content.repeated);
  builder.add_loose(content);
  pprof::Profile profile = builder.take();
  profile.time_nanos = content.time_nanos;
  profile.duration_nanos = content.duration_nanos;
  return profile;
}

}  // namespace agent::store
