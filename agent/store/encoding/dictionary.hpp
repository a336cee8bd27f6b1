// What the snapshots of a block share: strings, functions, mappings, locations, the stack tree and label sets, by dense ids that only grow.
//
// The encoder adds entries and then codes them (SymbolCoder and its kin); the decoder adds what it reads. Both hold the same afterwards.
#pragma once

#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/id_index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace agent::store {

/// Its fields are ids of Dictionary::strings; otherwise as in pprof.
using pprof::Function;
using pprof::Label;
using pprof::Line;
using pprof::Mapping;

/// Its lines are Dictionary::lines[first_line, first_line + line_count).
using pprof::Location;

/// A stack: its leaf's location on top of the parent's stack. Node 0 is the empty stack.
struct StackNode {
  std::uint32_t parent = kNone;
  std::uint32_t location = kNone;
};

/// Bounds of a block's dictionary; the encoder starts a new block before it passes one, the decoder refuses what does.
struct DictionaryLimits {
  static constexpr std::size_t kStrings = 1U << 20U;
  static constexpr std::size_t kTextBytes = 64U << 20U;
  static constexpr std::size_t kFunctions = 1U << 20U;
  static constexpr std::size_t kLocations = 1U << 21U;
  static constexpr std::size_t kLines = 1U << 22U;
  static constexpr std::size_t kNodes = 1U << 23U;
  static constexpr std::size_t kMappings = 1U << 16U;
  static constexpr std::size_t kLabelSets = 1U << 21U;
  static constexpr std::size_t kLabels = 1U << 22U;
};

/// How far a dictionary that is read may grow: the format's limits, or less where memory is short.
struct DictionaryBounds {
  std::size_t functions = DictionaryLimits::kFunctions;
  std::size_t locations = DictionaryLimits::kLocations;
  std::size_t lines = DictionaryLimits::kLines;
  std::size_t nodes = DictionaryLimits::kNodes;
  std::size_t text_bytes = DictionaryLimits::kTextBytes;
};

/// Strings by dense id, each once; 0 is "".
class StringPool {
 public:
  StringPool();
  std::uint32_t intern(std::string_view text);
  /// kNone when it is not there.
  [[nodiscard]] std::uint32_t find(std::string_view text) const;
  [[nodiscard]] std::string_view operator[](std::uint32_t id) const { return strings_[id]; }
  [[nodiscard]] std::size_t size() const { return strings_.size(); }
  [[nodiscard]] std::size_t text_bytes() const { return text_bytes_; }
  [[nodiscard]] std::size_t memory_bytes() const { return text_bytes_ + strings_.size() * 4 + index_.memory_bytes(); }

 private:
  pprof::StringTable strings_;
  std::size_t text_bytes_ = 0;
  IdIndex index_;
};

class Dictionary {
 public:
  Dictionary();

  /// Each gives the id of an equal entry, adding it if there is none.
  std::uint32_t intern_string(std::string_view text) { return strings_.intern(text); }
  std::uint32_t intern_function(const Function& function);
  std::uint32_t intern_mapping(const Mapping& mapping);
  std::uint32_t intern_location(const Location& location, std::span<const Line> lines);
  std::uint32_t intern_labels(std::span<const Label> labels);
  std::uint32_t intern_node(const StackNode& node);

  /// kNone when there is none.
  [[nodiscard]] std::uint32_t find_string(std::string_view text) const { return strings_.find(text); }
  [[nodiscard]] std::uint32_t find_labels(std::span<const Label> labels) const;
  [[nodiscard]] std::uint32_t find_function(const Function& function) const;
  [[nodiscard]] std::uint32_t find_location(const Location& location, std::span<const Line> lines) const;
  [[nodiscard]] std::uint32_t find_node(const StackNode& node) const;

  [[nodiscard]] std::string_view string(std::uint32_t id) const { return strings_[id]; }
  [[nodiscard]] std::size_t string_count() const { return strings_.size(); }
  [[nodiscard]] std::size_t text_bytes() const { return strings_.text_bytes(); }
  [[nodiscard]] const std::vector<Function>& functions() const { return functions_; }
  [[nodiscard]] const std::vector<Mapping>& mappings() const { return mappings_; }
  [[nodiscard]] const std::vector<Location>& locations() const { return locations_; }
  [[nodiscard]] std::span<const Line> lines_of(std::uint32_t location) const {
    return std::span(lines_).subspan(locations_[location].first_line, locations_[location].line_count);
  }
  [[nodiscard]] std::size_t line_count() const { return lines_.size(); }
  [[nodiscard]] const std::vector<StackNode>& nodes() const { return nodes_; }
  [[nodiscard]] std::size_t label_set_count() const { return label_begin_.size() - 1; }
  [[nodiscard]] std::size_t label_count() const { return labels_.size(); }
  [[nodiscard]] std::span<const Label> labels_of(std::uint32_t set) const {
    return std::span(labels_).subspan(label_begin_[set], label_begin_[set + 1] - label_begin_[set]);
  }
  /// The outermost function of a location, kNone without lines.
  [[nodiscard]] std::uint32_t outer_function(std::uint32_t location) const {
    const auto lines = lines_of(location);
    return lines.empty() ? kNone : lines.back().function;
  }

  [[nodiscard]] std::size_t memory_bytes() const;

  /// The coders hold to them.
  [[nodiscard]] const DictionaryBounds& bounds() const { return bounds_; }
  void set_bounds(const DictionaryBounds& bounds) { bounds_ = bounds; }
  /// Whether one that is narrower than the format's is reached: then that is why a coder failed, and not damage.
  [[nodiscard]] bool is_full() const;

 private:
  DictionaryBounds bounds_;
  StringPool strings_;
  std::vector<Function> functions_;
  std::vector<Mapping> mappings_;
  std::vector<Location> locations_;
  std::vector<Line> lines_;
  std::vector<StackNode> nodes_;
  std::vector<std::uint32_t> label_begin_{0};
  std::vector<Label> labels_;
  IdIndex function_index_;
  IdIndex location_index_;
  IdIndex node_index_;
  IdIndex label_index_;
};

}  // namespace agent::store
