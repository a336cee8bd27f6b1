// Codes new label sets and schemas of a dictionary, and which schema a snapshot has. FORMAT.md, "Label sets and schemas".
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/encoding/schema.hpp"
#include "agent/store/encoding/symbol_coder.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

class SchemaCoder {
 public:
  static constexpr std::size_t kMaxSchemas = 1U << 16U;
  static constexpr std::size_t kMaxList = 1U << 16U;  ///< sample types, comments or mappings of one schema

  /// Both outlive the coder.
  SchemaCoder(Dictionary& dictionary, SymbolCoder& symbols) : dictionary_(dictionary), symbols_(symbols), coder_(10) {}

  /// The label sets that the dictionary has beyond what was coded, or what the reader gets.
  void code_label_sets(BitCoder& io);
  /// The schema of a snapshot; `type` is what its series usually goes by. The result is an index of schemas().
  std::uint32_t code_schema(BitCoder& io, const Schema& schema, std::uint32_t type);

  [[nodiscard]] const std::vector<Schema>& schemas() const { return schemas_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  Label code_label(BitCoder& io, Label label, std::uint64_t position);
  std::uint64_t code_size(BitCoder& io, std::uint64_t size, std::uint64_t which);

  Dictionary& dictionary_;
  SymbolCoder& symbols_;
  ContextCoder coder_;
  std::uint32_t label_sets_coded_ = 1;
  std::vector<Label> last_labels_;
  std::vector<Schema> schemas_;
};

}  // namespace agent::store
