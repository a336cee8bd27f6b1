// The rows of a channel: every (stack, label set) that a sample of it ever had, by dense id, and how new ones are coded.
// FORMAT.md, "Rows".
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

struct Row {
  std::uint32_t node = 0;
  std::uint32_t labels = 0;
  bool operator==(const Row&) const = default;
  auto operator<=>(const Row&) const = default;
};

class RowSet {
 public:
  static constexpr std::size_t kMaxRows = 1U << 22U;

  /// `dictionary` outlives the set.
  explicit RowSet(const Dictionary& dictionary) : dictionary_(&dictionary), coder_(12) {}

  [[nodiscard]] std::uint32_t find(const Row& row) const;
  std::uint32_t intern(const Row& row);
  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

  /// The rows beyond what was coded, sorted. `first_new_node` is the first that this record added to the tree: one that has no child was
  /// added for its row.
  void code_new_rows(BitCoder& io, std::uint32_t first_new_node);
  [[nodiscard]] std::uint32_t rows_coded() const { return rows_coded_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  void code_row(BitCoder& io, std::uint32_t node);
  void code_rows_at(BitCoder& io, std::uint32_t node, bool has_child);
  [[nodiscard]] bool next_is(const BitCoder& io, std::uint32_t node) const {
    return io.writing() && rows_coded_ < rows_.size() && rows_[rows_coded_].node == node;
  }

  const Dictionary* dictionary_;
  ContextCoder coder_;
  std::vector<Row> rows_;
  IdIndex index_;
  std::uint32_t rows_coded_ = 0;
  std::vector<std::uint32_t> leaf_labels_;  // of location + 1: the last label set of a row that ends there
};

}  // namespace agent::store
