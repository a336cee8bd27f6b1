#include "agent/store/encoding/profile_ingest.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace agent::store {
namespace {

// One profile on its way into the dictionary. The order of the steps is the order in which BlockModel codes what they add.
class Ingest {
 public:
  Ingest(BlockModel& model, const pprof::Profile& profile) : model_(model), dictionary_(model.dictionary), profile_(profile) {}

  SnapshotContent run(model::ProfileType type) {
    find_strings();
    add_mappings();
    add_locations();
    add_loose_functions();
    add_nodes();
    add_labels();
    add_schema();
    add_rows(type);
    find_loose();
    content_.time_nanos = profile_.time_nanos;
    content_.duration_nanos = profile_.duration_nanos;
    return std::move(content_);
  }

 private:
  void find_strings();
  std::uint32_t add_string(pprof::StringId id);
  void add_mappings();
  std::uint32_t add_function(std::uint32_t index);
  [[nodiscard]] std::uint32_t find_location(const pprof::Location& location);
  void add_locations();
  void add_loose_functions();
  void add_nodes();
  void add_labels();
  bool find_labels(std::size_t sample);
  void add_schema();
  void add_rows(model::ProfileType type);
  void find_loose();

  BlockModel& model_;
  Dictionary& dictionary_;
  const pprof::Profile& profile_;
  SnapshotContent content_;
  std::vector<std::uint32_t> string_, mapping_, function_, location_;  // of the profile's: the dictionary's, kNone when not (yet) there
  std::vector<std::uint32_t> node_, labels_;                           // of each sample
  std::vector<Line> lines_;                                            // scratch
  std::vector<Label> set_;                                             // scratch
};

void Ingest::find_strings() {
  string_.resize(profile_.strings.size());
  for (std::uint32_t id = 0; id < string_.size(); ++id) string_[id] = dictionary_.find_string(profile_.strings[id]);
}

std::uint32_t Ingest::add_string(pprof::StringId id) {
  if (string_[id] == kNone) string_[id] = dictionary_.intern_string(profile_.strings[id]);
  return string_[id];
}

void Ingest::add_mappings() {
  for (Mapping mapping : profile_.mappings) {
    mapping.file = add_string(mapping.file);
    mapping.build_id = add_string(mapping.build_id);
    mapping_.push_back(dictionary_.intern_mapping(mapping));
  }
}

std::uint32_t Ingest::add_function(std::uint32_t index) {
  if (function_[index] != kNone) return function_[index];
  Function function = profile_.functions[index];
  function.name = add_string(function.name);
  function.system_name = add_string(function.system_name);
  function.filename = add_string(function.filename);
  return function_[index] = dictionary_.intern_function(function);
}

std::uint32_t Ingest::find_location(const pprof::Location& location) {
  lines_.clear();
  for (const Line& line : profile_.lines_of(location)) {
    const std::uint32_t function = function_[line.function];
    if (function == kNone) return kNone;
    lines_.push_back({function, line.line, line.column});
  }
  return dictionary_.find_location(
      {location.address, location.mapping == kNone ? kNone : mapping_[location.mapping], 0, 0, location.is_folded}, lines_);
}

void Ingest::add_locations() {
  for (const Function& f : profile_.functions) {
    const Function known{string_[f.name], string_[f.system_name], string_[f.filename], f.start_line};
    const bool can_be = known.name != kNone && known.system_name != kNone && known.filename != kNone;
    function_.push_back(can_be ? dictionary_.find_function(known) : kNone);
  }
  std::vector<std::uint32_t> pending;
  for (std::uint32_t i = 0; i < profile_.locations.size(); ++i) {
    location_.push_back(find_location(profile_.locations[i]));
    if (location_.back() == kNone) pending.push_back(i);
  }
  const auto key = [&](std::uint32_t i) {
    Location location = profile_.locations[i];
    if (location.mapping != kNone) location.mapping = mapping_[location.mapping];
    return location;
  };
  std::ranges::stable_sort(pending, [&](std::uint32_t a, std::uint32_t b) { return LocationCoder::precedes(key(a), key(b)); });
  for (const std::uint32_t i : pending) {
    const auto lines = profile_.lines_of(profile_.locations[i]);
    lines_.assign(lines.begin(), lines.end());
    for (std::size_t k = lines_.size(); k-- > 0;) lines_[k].function = add_function(lines_[k].function);
    location_[i] = dictionary_.intern_location(key(i), lines_);
  }
}

void Ingest::add_loose_functions() {
  for (std::uint32_t i = 0; i < function_.size(); ++i) add_function(i);
}

void Ingest::add_nodes() {
  // A tree of what is missing hangs on the nodes that are there; then it goes in by those, depth first.
  struct Missing {
    std::uint32_t location = 0;
    std::uint32_t first_child = kNone;
    std::uint32_t last_child = kNone;
    std::uint32_t next = kNone;
    std::uint32_t node = 0;
  };
  std::vector<Missing> missing;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> heads;  // known node, its first missing child
  std::unordered_map<std::uint64_t, std::uint32_t> children;   // (parent, location) to missing; known parents have bit 31
  std::unordered_map<std::uint32_t, std::uint32_t> last_of_known;
  node_.assign(profile_.sample_count(), 0);
  std::vector<std::uint32_t> leaf(profile_.sample_count(), kNone);
  for (std::size_t sample = 0; sample < node_.size(); ++sample) {
    const auto stack = profile_.stack_of(sample);
    std::uint32_t parent = 0;
    std::size_t i = stack.size();
    for (; i > 0; --i) {
      const std::uint32_t child = dictionary_.find_node({parent, location_[stack[i - 1]]});
      if (child == kNone) break;
      parent = child;
    }
    node_[sample] = parent;
    std::uint32_t above = parent | 0x80000000U;
    for (; i > 0; --i) {
      const std::uint32_t location = location_[stack[i - 1]];
      const auto [at, is_new] = children.try_emplace(std::uint64_t{above} << 32U | location, static_cast<std::uint32_t>(missing.size()));
      if (is_new) {
        missing.push_back({location});
        const std::uint32_t id = at->second;
        if (above >= 0x80000000U) {
          const auto [last, is_first] = last_of_known.try_emplace(parent, id);
          if (is_first) {
            heads.emplace_back(parent, id);
          } else {
            missing[last->second].next = id;
            last->second = id;
          }
        } else {
          std::uint32_t& last = missing[above].last_child;
          (last == kNone ? missing[above].first_child : missing[last].next) = id;
          last = id;
        }
      }
      above = at->second;
      leaf[sample] = above;
    }
  }
  std::ranges::sort(heads);
  for (const auto& [known, first] : heads) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> todo{{known, first}};  // parent node, child
    while (!todo.empty()) {
      const auto [parent, id] = todo.back();
      todo.pop_back();
      Missing& m = missing[id];
      m.node = dictionary_.intern_node({parent, m.location});
      if (m.next != kNone) todo.emplace_back(parent, m.next);
      if (m.first_child != kNone) todo.emplace_back(m.node, m.first_child);
    }
  }
  for (std::size_t sample = 0; sample < node_.size(); ++sample) {
    if (leaf[sample] != kNone) node_[sample] = missing[leaf[sample]].node;
  }
}

bool Ingest::find_labels(std::size_t sample) {
  set_.clear();
  for (const Label& label : profile_.labels_of(sample)) {
    if (string_[label.key] == kNone || string_[label.str] == kNone || string_[label.num_unit] == kNone) return false;
    set_.push_back({string_[label.key], string_[label.str], label.num, string_[label.num_unit]});
  }
  labels_[sample] = dictionary_.find_labels(set_);
  return labels_[sample] != kNone;
}

void Ingest::add_labels() {
  labels_.resize(profile_.sample_count());
  std::vector<std::uint32_t> pending;
  for (std::uint32_t sample = 0; sample < labels_.size(); ++sample) {
    if (!find_labels(sample)) pending.push_back(sample);
  }
  // By number, so that the differences are small.
  std::ranges::stable_sort(pending, [&](std::uint32_t a, std::uint32_t b) {
    const auto left = profile_.labels_of(a);
    const auto right = profile_.labels_of(b);
    if (left.size() != right.size()) return left.size() < right.size();
    return std::ranges::lexicographical_compare(
        left, right, [](const Label& l, const Label& r) { return l.key != r.key ? l.key < r.key : l.num < r.num; });
  });
  for (const std::uint32_t sample : pending) {
    set_.clear();
    for (const Label& label : profile_.labels_of(sample)) {
      const std::uint32_t key = add_string(label.key);
      const std::uint32_t str = add_string(label.str);
      set_.push_back({key, str, label.num, add_string(label.num_unit)});
    }
    labels_[sample] = dictionary_.intern_labels(set_);
  }
}

void Ingest::add_schema() {
  Schema& schema = content_.schema;
  for (const pprof::ValueType& value : profile_.sample_types) {
    const std::uint32_t type = add_string(value.type);
    schema.sample_types.push_back({type, add_string(value.unit)});
  }
  schema.period_type.type = add_string(profile_.period_type.type);
  schema.period_type.unit = add_string(profile_.period_type.unit);
  schema.period = profile_.period;
  for (const pprof::StringId comment : profile_.comments) schema.comments.push_back(add_string(comment));
  schema.drop_frames = add_string(profile_.drop_frames);
  schema.keep_frames = add_string(profile_.keep_frames);
  schema.default_sample_type = add_string(profile_.default_sample_type);
  schema.doc_url = add_string(profile_.doc_url);
  schema.mappings = mapping_;
}

void Ingest::add_rows(model::ProfileType type) {
  RowSet& set = model_.channels[model_.channel_of(type, content_.schema)].rows;
  std::vector<Row> fresh;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;  // row, sample
  for (std::uint32_t sample = 0; sample < node_.size(); ++sample) {
    const Row row{node_[sample], labels_[sample]};
    if (set.find(row) == kNone) fresh.push_back(row);
  }
  std::ranges::sort(fresh);
  for (const Row& row : fresh) set.intern(row);
  for (std::uint32_t sample = 0; sample < node_.size(); ++sample) order.emplace_back(set.find({node_[sample], labels_[sample]}), sample);
  std::ranges::sort(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    SnapshotRows& to = i > 0 && order[i].first == order[i - 1].first ? content_.repeated : content_.samples;
    const auto values = profile_.values_of(order[i].second);
    to.rows.push_back(order[i].first);
    to.values.insert(to.values.end(), values.begin(), values.end());
  }
}

void Ingest::find_loose() {
  std::vector<bool> in_stack(profile_.locations.size());
  for (const std::uint32_t location : profile_.stack) in_stack[location] = true;
  std::vector<bool> taken(dictionary_.locations().size());
  std::vector<bool> named(dictionary_.functions().size());
  // Of equal locations that stacks lead to, the first stands for the dictionary's, and the others are loose.
  for (std::uint32_t i = 0; i < location_.size(); ++i) {
    if (in_stack[i] && !taken[location_[i]]) {
      taken[location_[i]] = true;
    } else {
      content_.loose_locations.push_back(location_[i]);
    }
    for (const Line& line : dictionary_.lines_of(location_[i])) named[line.function] = true;
  }
  std::vector<bool> function_taken(dictionary_.functions().size());
  for (const std::uint32_t function : function_) {
    if (named[function] && !function_taken[function]) {
      function_taken[function] = true;
    } else {
      content_.loose_functions.push_back(function);
    }
  }
  std::ranges::sort(content_.loose_locations);
  std::ranges::sort(content_.loose_functions);
}

}  // namespace

SnapshotContent ingest_profile(BlockModel& model, model::ProfileType type, const pprof::Profile& profile) {
  return Ingest(model, profile).run(type);
}

}  // namespace agent::store
