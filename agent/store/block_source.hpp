// Where a reader gets the list of blocks from: the store that writes them, or a folder.
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/block_file.hpp"
#include "agent/store/block_index.hpp"
#include "agent/store/query.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace agent::store {

/// What stays in memory for each block: about 300 bytes.
struct BlockSummary {
  std::string file;  ///< name in the folder
  BlockHeader header;
  BlockState state = BlockState::kOpen;
  std::uint64_t bytes = 0;
  IndexSummary content;
  std::string damage;  ///< what cannot be read, when damaged; "" otherwise
  std::uint64_t damage_offset = 0;
};

/// Thread-safe.
class BlockSource {
 public:
  virtual ~BlockSource() = default;
  /// Every block with at least one acknowledged snapshot, in no order.
  [[nodiscard]] virtual Result<std::vector<std::shared_ptr<const BlockSummary>>> blocks() const = 0;
  /// The index of one of them, as it is now. Errors: kNotFound when retention was faster; kCorrupt, kIo.
  [[nodiscard]] virtual Result<BlockIndex> index(const BlockSummary& block) const = 0;
  /// Files that look like blocks and are left alone, with the reason.
  [[nodiscard]] virtual std::vector<Damage> skipped() const = 0;
};

}  // namespace agent::store
