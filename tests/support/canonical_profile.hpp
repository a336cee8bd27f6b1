// A profile as text in which only what may not differ shows: equal dumps mean equal profiles up to the order of their tables.
#pragma once

#include "agent/pprof/profile.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

/// Every field and every entry of every table, referenced or not, with all ids resolved: functions, mappings, locations and samples are
/// sorted and name each other by their place in the sorted lists (equal entries share one). The first mapping, which is the main binary, is
/// named as such; labels, sample types and comments keep their order.
[[nodiscard]] inline std::string canonical_dump(const agent::pprof::Profile& profile);

namespace canonical_detail {

inline std::string quoted(const agent::pprof::Profile& profile, agent::pprof::StringId id) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : profile.string(id)) {
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out + '"';
}

inline std::string type_text(const agent::pprof::Profile& profile, const agent::pprof::ValueType& type) {
  return quoted(profile, type.type) + "/" + quoted(profile, type.unit);
}

/// A table sorted by the texts of its entries.
struct Ranked {
  std::vector<std::string> sorted;
  std::vector<std::size_t> rank;  ///< by entry

  explicit Ranked(std::vector<std::string> texts) : rank(texts.size()) {
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return texts[a] < texts[b]; });
    for (std::size_t place = 0; place < order.size(); ++place) {
      const bool repeats = place > 0 && texts[order[place]] == texts[order[place - 1]];
      rank[order[place]] = repeats ? rank[order[place - 1]] : place;
    }
    for (const std::size_t entry : order) sorted.push_back(std::move(texts[entry]));
  }
  [[nodiscard]] std::string of(std::uint32_t entry) const { return entry == agent::pprof::kNone ? "-" : std::to_string(rank[entry]); }
  void print(std::string_view name, std::string& out) const {
    for (std::size_t place = 0; place < sorted.size(); ++place) {
      out.append(name).append(" ").append(std::to_string(place)).append(": ").append(sorted[place]).append("\n");
    }
  }
};

inline Ranked rank_functions(const agent::pprof::Profile& profile) {
  std::vector<std::string> texts;
  for (const agent::pprof::Function& function : profile.functions) {
    texts.push_back(quoted(profile, function.name) + " system=" + quoted(profile, function.system_name) +
                    " file=" + quoted(profile, function.filename) + " start_line=" + std::to_string(function.start_line));
  }
  return Ranked(std::move(texts));
}

inline Ranked rank_mappings(const agent::pprof::Profile& profile) {
  std::vector<std::string> texts;
  for (const agent::pprof::Mapping& mapping : profile.mappings) {
    texts.push_back(std::to_string(mapping.start) + "-" + std::to_string(mapping.limit) + "+" + std::to_string(mapping.offset) + " " +
                    quoted(profile, mapping.file) + " build_id=" + quoted(profile, mapping.build_id) +
                    (mapping.has_functions ? " functions" : "") + (mapping.has_filenames ? " filenames" : "") +
                    (mapping.has_line_numbers ? " line_numbers" : "") + (mapping.has_inline_frames ? " inline_frames" : ""));
  }
  return Ranked(std::move(texts));
}

inline Ranked rank_locations(const agent::pprof::Profile& profile, const Ranked& mappings, const Ranked& functions) {
  std::vector<std::string> texts;
  for (const agent::pprof::Location& location : profile.locations) {
    std::string text = std::to_string(location.address) + " mapping=" + mappings.of(location.mapping);
    for (const agent::pprof::Line& line : profile.lines_of(location)) {
      text += " " + functions.of(line.function) + ":" + std::to_string(line.line) + ":" + std::to_string(line.column);
    }
    if (location.is_folded) text += " folded";
    texts.push_back(std::move(text));
  }
  return Ranked(std::move(texts));
}

inline Ranked rank_samples(const agent::pprof::Profile& profile, const Ranked& locations) {
  std::vector<std::string> texts;
  for (std::size_t sample = 0; sample < profile.sample_count(); ++sample) {
    std::string text;
    for (const std::uint32_t location : profile.stack_of(sample)) text += locations.of(location) + " ";
    text += "values";
    for (const std::int64_t value : profile.values_of(sample)) text += " " + std::to_string(value);
    for (const agent::pprof::Label& label : profile.labels_of(sample)) {
      text += " label " + quoted(profile, label.key) + " " + quoted(profile, label.str) + " " + std::to_string(label.num) + " " +
              quoted(profile, label.num_unit);
    }
    texts.push_back(std::move(text));
  }
  return Ranked(std::move(texts));
}

}  // namespace canonical_detail

inline std::string canonical_dump(const agent::pprof::Profile& profile) {
  using namespace canonical_detail;
  std::string out = "time_nanos " + std::to_string(profile.time_nanos) + "\nduration_nanos " + std::to_string(profile.duration_nanos) +
                    "\nperiod " + std::to_string(profile.period) + " " + type_text(profile, profile.period_type) + "\ndrop_frames " +
                    quoted(profile, profile.drop_frames) + "\nkeep_frames " + quoted(profile, profile.keep_frames) +
                    "\ndefault_sample_type " + quoted(profile, profile.default_sample_type) + "\ndoc_url " +
                    quoted(profile, profile.doc_url) + "\n";
  for (const agent::pprof::StringId comment : profile.comments) out += "comment " + quoted(profile, comment) + "\n";
  for (const agent::pprof::ValueType& type : profile.sample_types) out += "sample_type " + type_text(profile, type) + "\n";
  const Ranked functions = rank_functions(profile);
  const Ranked mappings = rank_mappings(profile);
  const Ranked locations = rank_locations(profile, mappings, functions);
  functions.print("function", out);
  mappings.print("mapping", out);
  if (!profile.mappings.empty()) out += "main_mapping " + mappings.of(0) + "\n";
  locations.print("location", out);
  rank_samples(profile, locations).print("sample", out);
  return out;
}

}  // namespace tests
