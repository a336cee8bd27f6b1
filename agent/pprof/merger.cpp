#include "agent/pprof/merger.hpp"

#include <algorithm>

namespace agent::pprof {
namespace {

bool is_string_label(const Label& label) {
  return label.str != 0 || (label.num == 0 && label.num_unit == 0);
}

// "Rounds up to the next 4K boundary to avoid minor discrepancies" (pprof's merge.go).
std::uint64_t rounded_size(const Mapping& mapping) {
  constexpr std::uint64_t kRounding = 0x1000;
  const std::uint64_t size = mapping.limit - mapping.start + kRounding - 1;
  return size - size % kRounding;
}

StringId build_id_or_file(const Mapping& mapping) {
  return mapping.build_id != 0 ? mapping.build_id : mapping.file;
}

bool all_zero(std::span<const std::int64_t> values) {
  return std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; });
}

std::uint64_t address_in_mapping(const Profile& profile, const Location& location) {
  return location.mapping == kNone ? location.address : location.address - profile.mappings[location.mapping].start;
}

}  // namespace

Merger::Merger(Profile& out) : out_(out), strings_(out.strings) {}

void Merger::add(const Profile& source) {
  source_ = &source;
  string_map_.assign(source.strings.size(), kNone);
  location_map_.assign(source.locations.size(), kNone);
  function_map_.assign(source.functions.size(), kNone);
  mapping_map_.assign(source.mappings.size(), kNone);
  if (out_.mappings.empty() && !source.mappings.empty()) map_mapping(0);  // the main binary comes first
  for (std::size_t sample = 0; sample < source.sample_count(); ++sample) {
    if (!all_zero(source.values_of(sample))) map_sample(sample);
  }
  source_ = nullptr;
}

void Merger::map_sample(std::size_t sample) {
  stack_.clear();
  for (const std::uint32_t location : source_->stack_of(sample)) stack_.push_back(map_location(location));
  map_labels(sample);
  const auto [index, is_new] =
      samples_.find_or_add(pending_sample_hash(), [this](std::uint32_t other) { return is_pending_sample(other); });
  const auto values = source_->values_of(sample);
  if (!is_new) {
    std::int64_t* const sums = &out_.values[index * values.size()];
    for (std::size_t i = 0; i < values.size(); ++i) {
      sums[i] = static_cast<std::int64_t>(static_cast<std::uint64_t>(sums[i]) + static_cast<std::uint64_t>(values[i]));
    }
    return;
  }
  out_.stack.insert(out_.stack.end(), stack_.begin(), stack_.end());
  out_.stack_begin.push_back(static_cast<std::uint32_t>(out_.stack.size()));
  out_.labels.insert(out_.labels.end(), labels_.begin(), labels_.end());
  out_.label_begin.push_back(static_cast<std::uint32_t>(out_.labels.size()));
  out_.values.insert(out_.values.end(), values.begin(), values.end());
}

std::uint64_t Merger::pending_sample_hash() const {
  Hasher hasher;
  for (const std::uint32_t location : stack_) hasher.add(location);
  for (const Label& label : labels_) {
    hasher.add(label.key).add(label.str).add(static_cast<std::uint64_t>(label.num)).add(label.num_unit);
  }
  return hasher.hash();
}

bool Merger::is_pending_sample(std::uint32_t other) const {
  return std::ranges::equal(out_.stack_of(other), stack_) && std::ranges::equal(out_.labels_of(other), labels_);
}

// Sorted by key, since two samples are equal when each key has the same values, whatever the order of the keys.
void Merger::map_labels(std::size_t sample) {
  labels_.clear();
  for (const Label& from : source_->labels_of(sample)) {
    const Label label{map_string(from.key), map_string(from.str), from.num, map_string(from.num_unit)};
    // A number 0 whose unit is an empty string: no profile.proto can tell it from a label that says nothing.
    if (!is_string_label(from) && is_string_label(label)) continue;
    labels_.push_back(label);
  }
  std::stable_sort(labels_.begin(), labels_.end(), [this](const Label& a, const Label& b) { return comes_before(a, b); });
}

bool Merger::comes_before(const Label& a, const Label& b) const {
  const bool a_is_string = is_string_label(a);
  if (a_is_string != is_string_label(b)) return a_is_string;
  return a.key != b.key && out_.strings[a.key] < out_.strings[b.key];
}

std::uint32_t Merger::map_location(std::uint32_t index) {
  std::uint32_t& mapped = location_map_[index];
  if (mapped == kNone) mapped = make_location(source_->locations[index]);
  return mapped;
}

std::uint32_t Merger::make_location(const Location& from) {
  Location to = from;
  if (from.mapping != kNone) {
    to.mapping = map_mapping(from.mapping);
    to.address += out_.mappings[to.mapping].start - source_->mappings[from.mapping].start;
  }
  lines_.clear();
  for (const Line& line : source_->lines_of(from)) {
    lines_.push_back(Line{line.function == kNone ? kNone : map_function(line.function), line.line, line.column});
  }
  const std::uint64_t address = address_in_mapping(out_, to);
  Hasher hasher;
  hasher.add(address).add(to.mapping).add(to.is_folded ? 1 : 0);
  for (const Line& line : lines_) hasher.add(line.function).add(static_cast<std::uint64_t>(line.line));
  const auto [entry, is_new] = locations_.find_or_add(hasher.hash(), [&](std::uint32_t other_index) {
    const Location& other = out_.locations[other_index];
    return other.mapping == to.mapping && other.is_folded == to.is_folded && address_in_mapping(out_, other) == address &&
           std::ranges::equal(out_.lines_of(other), lines_);
  });
  if (is_new) {
    to.first_line = static_cast<std::uint32_t>(out_.lines.size());
    out_.lines.insert(out_.lines.end(), lines_.begin(), lines_.end());
    out_.locations.push_back(to);
  }
  return entry;
}

std::uint32_t Merger::map_function(std::uint32_t index) {
  std::uint32_t& mapped = function_map_[index];
  if (mapped != kNone) return mapped;
  const Function& from = source_->functions[index];
  const Function to{map_string(from.name), map_string(from.system_name), map_string(from.filename), from.start_line};
  Hasher hasher;
  hasher.add(to.name).add(to.system_name).add(to.filename).add(static_cast<std::uint64_t>(to.start_line));
  const auto [entry, is_new] = functions_.find_or_add(hasher.hash(), [&](std::uint32_t other) { return out_.functions[other] == to; });
  if (is_new) out_.functions.push_back(to);
  mapped = entry;
  return entry;
}

std::uint32_t Merger::map_mapping(std::uint32_t index) {
  std::uint32_t& mapped = mapping_map_[index];
  if (mapped != kNone) return mapped;
  Mapping to = source_->mappings[index];
  to.file = map_string(to.file);
  to.build_id = map_string(to.build_id);
  Hasher hasher;
  hasher.add(rounded_size(to)).add(to.offset).add(build_id_or_file(to));
  const auto [entry, is_new] = mappings_.find_or_add(hasher.hash(), [&](std::uint32_t other_index) {
    const Mapping& other = out_.mappings[other_index];
    return rounded_size(other) == rounded_size(to) && other.offset == to.offset && build_id_or_file(other) == build_id_or_file(to);
  });
  if (is_new) out_.mappings.push_back(to);
  mapped = entry;
  return entry;
}

StringId Merger::map_string(StringId id) {
  if (id == 0) return 0;
  std::uint32_t& mapped = string_map_[id];
  if (mapped == kNone) mapped = strings_.intern(source_->strings[id]);
  return mapped;
}

}  // namespace agent::pprof
