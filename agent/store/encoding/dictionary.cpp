#include "agent/store/encoding/dictionary.hpp"

#include <algorithm>
#include <cstring>

namespace agent::store {
namespace {

std::uint64_t bits(std::int64_t value) {
  return static_cast<std::uint64_t>(value);
}

std::uint64_t hash_of(const Function& f) {
  return hash_combine(hash_combine(hash_combine(hash_combine(1, f.name), f.system_name), f.filename), bits(f.start_line));
}

std::uint64_t hash_of(const Location& location, std::span<const Line> lines) {
  std::uint64_t hash = hash_combine(hash_combine(location.is_folded ? 3 : 2, location.address), location.mapping);
  for (const Line& line : lines) hash = hash_combine(hash_combine(hash_combine(hash, line.function), bits(line.line)), bits(line.column));
  return hash;
}

std::uint64_t hash_of(const StackNode& node) {
  return hash_combine(hash_combine(4, node.parent), node.location);
}

std::uint64_t hash_of(std::span<const Label> labels) {
  std::uint64_t hash = 5;
  for (const Label& label : labels) {
    hash = hash_combine(hash_combine(hash_combine(hash_combine(hash, label.key), label.str), bits(label.num)), label.num_unit);
  }
  return hash;
}

template <class T>
std::size_t bytes_of(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

}  // namespace

std::uint64_t hash_text(std::string_view text) {
  std::uint64_t hash = text.size() + 0x9e3779b97f4a7c15ULL;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    hash = hash_combine(hash, word);
  }
  std::uint64_t word = 0;
  if (i < text.size()) std::memcpy(&word, text.data() + i, text.size() - i);
  return hash_combine(hash, word);
}

StringPool::StringPool() {
  index_.insert(hash_text(""), 0);
}

std::uint32_t StringPool::find(std::string_view text) const {
  return index_.find(hash_text(text), [&](std::uint32_t id) { return strings_[id] == text; });
}

std::uint32_t StringPool::intern(std::string_view text) {
  const std::uint32_t known = find(text);
  if (known != kNone) return known;
  const std::uint32_t id = strings_.append(text);
  text_bytes_ += text.size();
  index_.insert(hash_text(text), id);
  return id;
}

Dictionary::Dictionary() {
  nodes_.push_back({});
  label_begin_.push_back(0);  // set 0: no labels
  label_index_.insert(hash_of(std::span<const Label>()), 0);
}

std::uint32_t Dictionary::find_function(const Function& function) const {
  return function_index_.find(hash_of(function), [&](std::uint32_t id) { return functions_[id] == function; });
}

std::uint32_t Dictionary::intern_function(const Function& function) {
  const std::uint32_t known = find_function(function);
  if (known != kNone) return known;
  functions_.push_back(function);
  const auto id = static_cast<std::uint32_t>(functions_.size() - 1);
  function_index_.insert(hash_of(function), id);
  return id;
}

std::uint32_t Dictionary::intern_mapping(const Mapping& mapping) {
  const auto known = std::find(mappings_.begin(), mappings_.end(), mapping);
  if (known != mappings_.end()) return static_cast<std::uint32_t>(known - mappings_.begin());
  mappings_.push_back(mapping);
  return static_cast<std::uint32_t>(mappings_.size() - 1);
}

std::uint32_t Dictionary::find_location(const Location& location, std::span<const Line> lines) const {
  return location_index_.find(hash_of(location, lines), [&](std::uint32_t id) {
    const Location& other = locations_[id];
    return other.address == location.address && other.mapping == location.mapping && other.is_folded == location.is_folded &&
           std::ranges::equal(lines_of(id), lines);
  });
}

std::uint32_t Dictionary::intern_location(const Location& location, std::span<const Line> lines) {
  const std::uint32_t known = find_location(location, lines);
  if (known != kNone) return known;
  const auto first = static_cast<std::uint32_t>(lines_.size());
  lines_.insert(lines_.end(), lines.begin(), lines.end());
  locations_.push_back({location.address, location.mapping, first, static_cast<std::uint32_t>(lines.size()), location.is_folded});
  const auto id = static_cast<std::uint32_t>(locations_.size() - 1);
  location_index_.insert(hash_of(location, lines), id);
  return id;
}

std::uint32_t Dictionary::find_node(const StackNode& node) const {
  return node_index_.find(hash_of(node),
                          [&](std::uint32_t id) { return nodes_[id].parent == node.parent && nodes_[id].location == node.location; });
}

std::uint32_t Dictionary::intern_node(const StackNode& node) {
  const std::uint32_t known = find_node(node);
  if (known != kNone) return known;
  nodes_.push_back(node);
  const auto id = static_cast<std::uint32_t>(nodes_.size() - 1);
  node_index_.insert(hash_of(node), id);
  return id;
}

std::uint32_t Dictionary::find_labels(std::span<const Label> labels) const {
  return label_index_.find(hash_of(labels), [&](std::uint32_t id) { return std::ranges::equal(labels_of(id), labels); });
}

std::uint32_t Dictionary::intern_labels(std::span<const Label> labels) {
  const std::uint32_t known = find_labels(labels);
  if (known != kNone) return known;
  labels_.insert(labels_.end(), labels.begin(), labels.end());
  label_begin_.push_back(static_cast<std::uint32_t>(labels_.size()));
  const auto id = static_cast<std::uint32_t>(label_set_count() - 1);
  label_index_.insert(hash_of(labels), id);
  return id;
}

bool Dictionary::is_full() const {
  const auto is_reached = [](std::size_t size, std::size_t bound, std::size_t of_format) { return bound < of_format && size >= bound; };
  return is_reached(functions_.size(), bounds_.functions, DictionaryLimits::kFunctions) ||
         is_reached(locations_.size(), bounds_.locations, DictionaryLimits::kLocations) ||
         is_reached(lines_.size(), bounds_.lines, DictionaryLimits::kLines) ||
         is_reached(nodes_.size(), bounds_.nodes, DictionaryLimits::kNodes) ||
         is_reached(text_bytes(), bounds_.text_bytes, DictionaryLimits::kTextBytes);
}

std::size_t Dictionary::memory_bytes() const {
  return strings_.memory_bytes() + bytes_of(functions_) + bytes_of(mappings_) + bytes_of(locations_) + bytes_of(lines_) + bytes_of(nodes_) +
         bytes_of(label_begin_) + bytes_of(labels_) + function_index_.memory_bytes() + location_index_.memory_bytes() +
         node_index_.memory_bytes() + label_index_.memory_bytes();
}

}  // namespace agent::store
