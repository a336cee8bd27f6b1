#include "agent/store/encoding/row_sums.hpp"

#include "agent/pprof/merge.hpp"
#include "agent/store/encoding/decoder_limits.hpp"
#include "agent/store/encoding/profile_builder.hpp"

#include <algorithm>

namespace agent::store {
namespace {

std::int64_t wrapping_sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

template <class T>
void add_new(std::vector<T>& to, const std::vector<T>& from) {
  for (const T& item : from) {
    if (std::ranges::find(to, item) == to.end()) to.push_back(item);
  }
}

}  // namespace

RowSums::Sum& RowSums::sum_of(const RecordShape& shape) {
  const auto found = std::ranges::find(sums_, shape.channel, &Sum::channel);
  if (found != sums_.end()) return *found;
  sums_.push_back({shape.channel, model_.schemas.schemas()[shape.schema], {}, {}});
  return sums_.back();
}

void RowSums::add_rows(Sum& sum, const SnapshotRows& rows, std::size_t columns) {
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    sum.seen[rows.rows[i]] = true;
    std::int64_t* to = sum.values.data() + std::size_t{rows.rows[i]} * columns;
    for (std::size_t c = 0; c < columns; ++c) to[c] = wrapping_sum(to[c], rows.values[i * columns + c]);
  }
}

void RowSums::add_header(const Schema& schema, const SnapshotContent& content) {
  // pprof's combineHeaders, its resetting of a time by a later zero included.
  if (time_nanos_ == 0 || content.time_nanos < time_nanos_) time_nanos_ = content.time_nanos;
  duration_nanos_ = wrapping_sum(duration_nanos_, content.duration_nanos);
  if (header_.period == 0 || header_.period < schema.period) header_.period = schema.period;
  add_new(header_.comments, schema.comments);
  if (header_.default_sample_type == 0) header_.default_sample_type = schema.default_sample_type;
  if (header_.doc_url == 0) header_.doc_url = schema.doc_url;
}

void RowSums::add(const RecordShape& shape, const SnapshotContent& content) {
  const Schema& schema = model_.schemas.schemas()[shape.schema];
  const Channel& channel = model_.channels[shape.channel];
  Sum& sum = sum_of(shape);
  const std::size_t rows = channel.rows.rows().size();
  sum.values.resize(rows * channel.layout.columns);
  sum.seen.resize(rows);
  add_new(sum.schema.mappings, schema.mappings);
  add_rows(sum, content.samples, channel.layout.columns);
  add_rows(sum, content.repeated, channel.layout.columns);
  add_header(schema, content);
}

SnapshotContent RowSums::rows_of(const Sum& sum) const {
  const std::size_t columns = model_.channels[sum.channel].layout.columns;
  SnapshotContent content;
  for (std::uint32_t row = 0; row < sum.seen.size(); ++row) {
    if (!sum.seen[row]) continue;
    const auto values = std::span(sum.values).subspan(row * columns, columns);
    // It would vanish in the merge, which would then take another pass.
    if (std::ranges::all_of(values, [](std::int64_t value) { return value == 0; })) continue;
    content.samples.rows.push_back(row);
    content.samples.values.insert(content.samples.values.end(), values.begin(), values.end());
  }
  return content;
}

std::size_t RowSums::stack_entries(const Sum& sum, const SnapshotRows& rows) const {
  // Depths of all nodes are a pass over the tree; walking up from each row would be one for each row.
  const auto& nodes = model_.dictionary.nodes();
  std::vector<std::uint32_t> depth(nodes.size());
  for (std::size_t node = 1; node < nodes.size(); ++node) depth[node] = depth[nodes[node].parent] + 1;
  std::size_t total = 0;
  for (const std::uint32_t row : rows.rows) total += depth[model_.channels[sum.channel].rows.rows()[row].node];
  return total;
}

Result<pprof::Profile> RowSums::finish(std::size_t most_entries) {
  std::vector<pprof::Profile> profiles;
  std::size_t entries = 0;
  for (Sum& sum : sums_) {
    SnapshotContent content = rows_of(sum);
    entries += stack_entries(sum, content.samples);
    if (entries > most_entries) return merge_too_large();
    // The header goes with the first; the others add nothing to it.
    content.time_nanos = time_nanos_;
    content.duration_nanos = profiles.empty() ? duration_nanos_ : 0;
    sum.schema.period = header_.period;
    sum.schema.comments = header_.comments;
    sum.schema.default_sample_type = header_.default_sample_type;
    sum.schema.doc_url = header_.doc_url;
    profiles.push_back(build_profile(model_, sum.schema, model_.channels[sum.channel].rows.rows(), content));
  }
  std::vector<const pprof::Profile*> pointers;
  for (const pprof::Profile& profile : profiles) pointers.push_back(&profile);
  return pprof::merge(pointers);
}

}  // namespace agent::store
