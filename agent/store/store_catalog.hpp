// The blocks of the store that this process writes, for its reader. Thread-safe; its mutex is never held over a write to disk, so reading
// goes on while the disk hangs.
#pragma once

#include "agent/store/block_source.hpp"
#include "agent/store/block_writer.hpp"
#include "agent/store/file_system.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace agent::store {

/// What all blocks hold together.
struct CatalogTotals {
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t snapshots = 0;
  WallTime oldest{};  ///< epoch when empty
};

class StoreCatalog final : public BlockSource {
 public:
  StoreCatalog(std::shared_ptr<FileSystem> files, std::filesystem::path folder) : files_(std::move(files)), folder_(std::move(folder)) {}

  [[nodiscard]] Result<std::vector<std::shared_ptr<const BlockSummary>>> blocks() const override;
  [[nodiscard]] Result<BlockIndex> index(const BlockSummary& block) const override;
  [[nodiscard]] std::vector<Damage> skipped() const override;
  [[nodiscard]] CatalogTotals totals() const;

  /// What is in the folder, instead of what was known.
  void reset(std::vector<BlockSummary> blocks, std::vector<Damage> skipped);
  /// Makes what `writer` wrote visible. The writer lives until close() or remove() of its block.
  void commit(BlockWriter& writer);
  /// The writer goes; its block stays, and is read from disk from now on.
  void close(const BlockWriter& writer, BlockState state);
  void remove(const std::string& file);
  /// Removes the blocks that are not among the names of the folder. How many.
  std::uint64_t keep_only(const std::set<std::string>& names);

 private:
  std::shared_ptr<FileSystem> files_;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const BlockSummary>> blocks_;
  std::map<std::string, const BlockWriter*> writers_;
  std::vector<Damage> skipped_;
};

}  // namespace agent::store
