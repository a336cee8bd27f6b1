// The blocks of a folder that somebody else may be writing. Looks at the folder anew at each call and never writes to it.
#pragma once

#include "agent/store/block_source.hpp"
#include "agent/store/file_system.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace agent::store {

class FolderSource final : public BlockSource {
 public:
  FolderSource(std::shared_ptr<FileSystem> files, std::filesystem::path folder) : files_(std::move(files)), folder_(std::move(folder)) {}

  /// Sealed blocks are read once; others again when they have grown.
  [[nodiscard]] Result<std::vector<std::shared_ptr<const BlockSummary>>> blocks() const override;
  [[nodiscard]] Result<BlockIndex> index(const BlockSummary& block) const override;
  [[nodiscard]] std::vector<Damage> skipped() const override;

 private:
  struct Known {
    std::shared_ptr<const BlockSummary> block;  ///< null when skipped
    std::string why_skipped;
    std::uint64_t file_bytes = 0;
  };
  [[nodiscard]] Result<Known> look_at(const std::string& name, const Known& before) const;

  std::shared_ptr<FileSystem> files_;
  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, Known> known_;
};

/// StoreReader::open over a given file system.
[[nodiscard]] Result<std::unique_ptr<StoreReader>> open_reader(std::shared_ptr<FileSystem> files, const std::filesystem::path& folder);

}  // namespace agent::store
