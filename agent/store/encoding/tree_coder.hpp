// Codes new nodes of the stack tree. FORMAT.md, "Stacks".
//
// A call site calls the same few functions wherever it stands in the tree: children are guessed from those its location had before.
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace agent::store {

class TreeCoder {
 public:
  /// `dictionary` outlives the coder.
  explicit TreeCoder(Dictionary& dictionary);

  /// The nodes that the dictionary has beyond what was coded, or what the reader gets. When writing they are sorted: by the known node
  /// that they hang on, then depth first.
  void code_nodes(BitCoder& io);

  [[nodiscard]] std::uint32_t nodes_coded() const { return nodes_coded_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Spot {
    std::uint32_t node = 0;
    std::uint32_t children = 0;  // new ones, so far
  };

  void code_subtree(BitCoder& io, std::uint32_t attach);
  std::uint32_t code_child(BitCoder& io, const Spot& spot, std::uint32_t location);
  std::uint32_t code_guessed(BitCoder& io, const Spot& spot, std::uint32_t location);
  std::uint32_t code_unguessed(BitCoder& io, std::uint32_t location);
  [[nodiscard]] bool more_children(BitCoder& io, const Spot& spot);
  void learn(std::uint32_t parent, std::uint32_t location);
  [[nodiscard]] std::uint32_t& pair_slot(std::uint32_t node);
  [[nodiscard]] std::uint32_t location_of(std::uint32_t node) const { return dictionary_.nodes()[node].location; }

  Dictionary& dictionary_;
  ContextCoder coder_;
  std::uint32_t nodes_coded_ = 1;
  std::uint32_t first_of_batch_ = 1;
  std::vector<std::vector<std::uint32_t>> callees_;  // of location + 1: its children's locations, most recent first
  std::vector<std::uint32_t> pair_callee_;           // by hash of two locations: location + 1 of the last child
  std::vector<std::uint32_t> fresh_;                 // locations that no node has yet, ascending
  std::uint32_t locations_seen_ = 0;
};

}  // namespace agent::store
