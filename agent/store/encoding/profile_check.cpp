#include "agent/store/encoding/encoder_limits.hpp"
#include "agent/store/encoding/profile_ingest.hpp"

#include <algorithm>
#include <string>

namespace agent::store {
namespace {

Error broken(std::string_view what) {
  return Error(Errc::kInvalidArgument, "profile breaks its own invariants: " + std::string(what));
}

bool ascends(const std::vector<std::uint32_t>& begins, std::size_t end) {
  return !begins.empty() && begins.front() == 0 && begins.back() == end && std::ranges::is_sorted(begins);
}

Result<void> check_tables(const pprof::Profile& p) {
  const auto strings = p.strings.size();
  for (const pprof::Function& f : p.functions) {
    if (f.name >= strings || f.system_name >= strings || f.filename >= strings) return broken("a function's string");
  }
  for (const pprof::Mapping& m : p.mappings) {
    if (m.file >= strings || m.build_id >= strings) return broken("a mapping's string");
  }
  for (const pprof::Line& line : p.lines) {
    if (line.function >= p.functions.size()) return broken("a line's function");
  }
  for (const pprof::Location& l : p.locations) {
    if (l.mapping != kNone && l.mapping >= p.mappings.size()) return broken("a location's mapping");
    if (l.first_line > p.lines.size() || l.line_count > p.lines.size() - l.first_line) return broken("a location's lines");
  }
  return {};
}

Result<void> check_samples(const pprof::Profile& p) {
  if (!ascends(p.stack_begin, p.stack.size()) || !ascends(p.label_begin, p.labels.size()) || p.label_begin.size() != p.stack_begin.size()) {
    return broken("where samples begin");
  }
  if (p.values.size() != p.sample_count() * p.sample_types.size()) return broken("the number of values");
  for (const std::uint32_t location : p.stack) {
    if (location >= p.locations.size()) return broken("a stack's location");
  }
  const auto strings = p.strings.size();
  for (const pprof::Label& l : p.labels) {
    if (l.key >= strings || l.str >= strings || l.num_unit >= strings) return broken("a label's string");
  }
  const auto is_bad = [&](const pprof::ValueType& v) { return v.type >= strings || v.unit >= strings; };
  if (std::ranges::any_of(p.sample_types, is_bad) || is_bad(p.period_type)) return broken("a value type's string");
  if (std::ranges::any_of(p.comments, [&](std::uint32_t c) { return c >= strings; })) return broken("a comment");
  if (std::max({p.drop_frames, p.keep_frames, p.default_sample_type, p.doc_url}) >= strings) return broken("a string of the header");
  return {};
}

}  // namespace

Result<void> check_profile(const BlockModel& model, const pprof::Profile& p) {
  if (auto tables = check_tables(p); !tables) return tables;
  if (auto samples = check_samples(p); !samples) return samples;
  if (auto size = check_profile_size(p); !size) return size;
  const Dictionary& d = model.dictionary;
  std::size_t text = 0;
  for (pprof::StringId id = 0; id < p.strings.size(); ++id) {
    if (p.strings[id].size() >= TextStreams::kMaxText) return Error(Errc::kTooLarge, "a string of the profile is longer than 1 MiB");
    text += p.strings[id].size();
  }
  const bool full =
      d.string_count() + p.strings.size() > DictionaryLimits::kStrings || d.text_bytes() + text > DictionaryLimits::kTextBytes ||
      d.functions().size() + p.functions.size() > DictionaryLimits::kFunctions ||
      d.locations().size() + p.locations.size() > DictionaryLimits::kLocations ||
      d.line_count() + p.lines.size() > DictionaryLimits::kLines || d.nodes().size() + p.stack.size() > DictionaryLimits::kNodes ||
      d.mappings().size() + p.mappings.size() > DictionaryLimits::kMappings ||
      d.label_set_count() + p.sample_count() > DictionaryLimits::kLabelSets ||
      d.label_count() + p.labels.size() > DictionaryLimits::kLabels || model.schemas.schemas().size() >= SchemaCoder::kMaxSchemas ||
      p.mappings.size() > SchemaCoder::kMaxList || p.comments.size() > SchemaCoder::kMaxList ||
      p.sample_types.size() > SchemaCoder::kMaxList;
  if (full) return Error(Errc::kTooLarge, "the block's dictionary is full");
  for (const Channel& channel : model.channels) {
    if (channel.rows.rows().size() + p.sample_count() > RowSet::kMaxRows) return Error(Errc::kTooLarge, "the block has too many rows");
  }
  return {};
}

}  // namespace agent::store
