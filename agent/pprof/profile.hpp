// profile.proto as structs of arrays: dense ids, one string table, no allocation for each sample.
//
// Ids of the file (location_id, function_id, mapping_id) become indexes here; only the order of tables may differ when encoded again. Every
// field of https://github.com/google/pprof/blob/main/proto/profile.proto is kept. A plain value: copy, move, read from any thread.
#pragma once

#include "agent/pprof/string_table.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace agent::pprof {

/// "No such entry" wherever an index may be missing (a location without mapping, a line without function).
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

struct ValueType {
  StringId type = 0;
  StringId unit = 0;
  bool operator==(const ValueType&) const = default;
};

struct Mapping {
  std::uint64_t start = 0;
  std::uint64_t limit = 0;
  std::uint64_t offset = 0;
  StringId file = 0;
  StringId build_id = 0;
  bool has_functions = false;
  bool has_filenames = false;
  bool has_line_numbers = false;
  bool has_inline_frames = false;
  bool operator==(const Mapping&) const = default;
};

struct Function {
  StringId name = 0;
  StringId system_name = 0;
  StringId filename = 0;
  std::int64_t start_line = 0;
  bool operator==(const Function&) const = default;
};

struct Line {
  std::uint32_t function = kNone;  ///< index into Profile::functions
  std::int64_t line = 0;
  std::int64_t column = 0;
  bool operator==(const Line&) const = default;
};

/// Its lines are Profile::lines[first_line, first_line + line_count), innermost (the callee that was inlined) first.
struct Location {
  std::uint64_t address = 0;
  std::uint32_t mapping = kNone;  ///< index into Profile::mappings
  std::uint32_t first_line = 0;
  std::uint32_t line_count = 0;
  bool is_folded = false;
};

/// A string label when str != 0 or num_unit and num are zero; otherwise numeric.
struct Label {
  StringId key = 0;
  StringId str = 0;
  std::int64_t num = 0;
  StringId num_unit = 0;
  bool operator==(const Label&) const = default;
};

struct Profile {
  StringTable strings;  ///< id 0 is ""

  std::vector<ValueType> sample_types;
  std::vector<Mapping> mappings;  ///< in the order of the file: the first one is the main binary
  std::vector<Function> functions;
  std::vector<Location> locations;
  std::vector<Line> lines;

  // Samples. Sample i has stack[stack_begin[i] .. stack_begin[i+1]) (location indexes, leaf first), values[i * sample_types.size() ...) and
  // labels[label_begin[i] .. label_begin[i+1]) in the order of the file.
  std::vector<std::uint32_t> stack_begin{0};
  std::vector<std::uint32_t> stack;
  std::vector<std::int64_t> values;
  std::vector<std::uint32_t> label_begin{0};
  std::vector<Label> labels;

  StringId drop_frames = 0;
  StringId keep_frames = 0;
  std::int64_t time_nanos = 0;
  std::int64_t duration_nanos = 0;
  ValueType period_type;
  std::int64_t period = 0;
  std::vector<StringId> comments;
  StringId default_sample_type = 0;
  StringId doc_url = 0;

  [[nodiscard]] std::size_t sample_count() const { return stack_begin.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> stack_of(std::size_t sample) const {
    return std::span(stack).subspan(stack_begin[sample], stack_begin[sample + 1] - stack_begin[sample]);
  }
  [[nodiscard]] std::span<const std::int64_t> values_of(std::size_t sample) const {
    return std::span(values).subspan(sample * sample_types.size(), sample_types.size());
  }
  [[nodiscard]] std::span<const Label> labels_of(std::size_t sample) const {
    return std::span(labels).subspan(label_begin[sample], label_begin[sample + 1] - label_begin[sample]);
  }
  [[nodiscard]] std::span<const Line> lines_of(const Location& location) const {
    return std::span(lines).subspan(location.first_line, location.line_count);
  }
  [[nodiscard]] std::string_view string(StringId id) const { return strings[id]; }
};

}  // namespace agent::pprof
