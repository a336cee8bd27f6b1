#include "agent/store/encoding/row_set.hpp"

#include <algorithm>
#include <bit>

namespace agent::store {
namespace {

enum Question : std::uint32_t { kOldMore, kOldStep, kIsRow, kAnother, kLabelsSame, kLabels };

std::uint64_t hash_of(const Row& row) {
  return hash_combine(hash_combine(6, row.node), row.labels);
}

}  // namespace

std::uint32_t RowSet::find(const Row& row) const {
  return index_.find(hash_of(row), [&](std::uint32_t id) { return rows_[id] == row; });
}

std::uint32_t RowSet::intern(const Row& row) {
  const std::uint32_t known = find(row);
  if (known != kNone) return known;
  rows_.push_back(row);
  const auto id = static_cast<std::uint32_t>(rows_.size() - 1);
  index_.insert(hash_of(row), id);
  return id;
}

void RowSet::code_row(BitCoder& io, std::uint32_t node) {
  if (rows_coded_ >= kMaxRows) return io.fail();
  const std::uint32_t location = dictionary_->nodes()[node].location;
  const std::uint32_t last = leaf_labels_[location + 1];
  const std::uint32_t labels_in = io.writing() ? rows_[rows_coded_].labels : 0;
  const std::uint32_t function = location == kNone ? kNone : dictionary_->outer_function(location);
  Row row{node, last};
  if (!coder_.code_bit(io, labels_in == last, {kLabelsSame, {last == 0, 2 + std::uint64_t{location}}})) {
    const auto count = static_cast<std::uint32_t>(dictionary_->label_set_count());
    row.labels = coder_.code_symbol(io, labels_in, count, {kLabels, {0, 1 + std::uint64_t{function}}});
  }
  leaf_labels_[location + 1] = row.labels;
  if (intern(row) != rows_coded_) return io.fail();
  ++rows_coded_;
}

void RowSet::code_rows_at(BitCoder& io, std::uint32_t node, bool has_child) {
  const std::uint64_t location = dictionary_->nodes()[node].location;
  if (has_child && !coder_.code_bit(io, next_is(io, node), {kIsRow, {0, 1 + location}})) return;
  code_row(io, node);
  while (!io.failed() && coder_.code_bit(io, next_is(io, node), {kAnother, {0, 1 + location}})) code_row(io, node);
}

void RowSet::code_new_rows(BitCoder& io, std::uint32_t first_new_node) {
  leaf_labels_.resize(dictionary_->locations().size() + 1);
  std::uint32_t next = 0;
  while (coder_.code_bit(io, io.writing() && rows_coded_ < rows_.size() && rows_[rows_coded_].node < first_new_node,
                         {kOldMore, {next == 0}})) {
    const std::uint32_t node = io.writing() ? rows_[rows_coded_].node : 0;
    const std::uint64_t step =
        coder_.code_number(io, node - next, {kOldStep, {0, static_cast<std::uint64_t>(std::bit_width(first_new_node))}});
    if (io.failed() || step >= first_new_node - next) return io.fail();
    next += static_cast<std::uint32_t>(step);
    code_row(io, next);
  }
  const auto nodes = static_cast<std::uint32_t>(dictionary_->nodes().size());
  std::vector<bool> has_child(nodes - first_new_node);
  for (std::uint32_t node = first_new_node; node < nodes; ++node) {
    const std::uint32_t parent = dictionary_->nodes()[node].parent;
    if (parent >= first_new_node) has_child[parent - first_new_node] = true;
  }
  for (std::uint32_t node = first_new_node; node < nodes && !io.failed(); ++node) code_rows_at(io, node, has_child[node - first_new_node]);
}

std::size_t RowSet::memory_bytes() const {
  return coder_.memory_bytes() + rows_.capacity() * sizeof(Row) + index_.memory_bytes() + leaf_labels_.capacity() * 4;
}

}  // namespace agent::store
