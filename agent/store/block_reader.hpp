// The StoreReader over a list of blocks, whoever keeps the list.
#pragma once

#include "agent/store/block_source.hpp"
#include "agent/store/decoded_block.hpp"
#include "agent/store/file_system.hpp"
#include "agent/store/query.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace agent::store {

/// One decoded block is kept from call to call, so that reading the snapshots of a block one after the other decodes it once. Reads of
/// content take turns: memory is one block's, not one for each caller.
class BlockReader final : public StoreReader {
 public:
  BlockReader(std::shared_ptr<FileSystem> files, std::filesystem::path folder, std::shared_ptr<const BlockSource> source,
              const DecoderLimits& limits = {});

  [[nodiscard]] Result<void> for_each(const SnapshotQuery& query, const std::function<bool(const model::Snapshot&)>& visit) const override;
  [[nodiscard]] Result<std::vector<Series>> series() const override;
  [[nodiscard]] Result<model::Snapshot> find(model::SnapshotId id) const override;
  [[nodiscard]] Result<StoredProfile> read(model::SnapshotId id) const override;
  [[nodiscard]] Result<pprof::Profile> merge(const SnapshotQuery& query) const override;
  [[nodiscard]] Result<VerifyReport> verify() const override;
  [[nodiscard]] std::vector<Damage> skipped() const override;
  /// Of them, the blocks that are damaged: one entry for each.
  [[nodiscard]] std::vector<Damage> damaged() const;

  /// Gives up the decoded block when nothing was read since the last call: an idle reader holds no block.
  void forget_when_idle();
  /// Gives it up in any case: the files are others now. Waits for a reader at work.
  void forget();
  /// As forget(), and no content is read as long as the lock is held: the memory is needed.
  [[nodiscard]] std::unique_lock<std::mutex> make_room();

 private:
  struct Place {
    std::shared_ptr<const BlockSummary> block;
    BlockIndex index;
    std::size_t position = 0;
  };
  [[nodiscard]] Result<Place> locate(model::SnapshotId id) const;
  /// The decoded block, from the last call when it is the same one. Requires decoded_mutex_.
  [[nodiscard]] Result<DecodedBlock*> decoded(const BlockSummary& block) const;

  void note_damage(const BlockSummary& block, std::uint64_t offset, std::string what) const;
  /// Of a record that was met with `loaded` snapshots before it.
  void note_unreadable(const BlockSummary& block, const BlockIndex& index, std::size_t loaded) const;
  /// The merge of what can be read of `positions`; nothing when that is none. Requires decoded_mutex_.
  [[nodiscard]] Result<std::optional<pprof::Profile>> merge_readable(const BlockSummary& block, const BlockIndex& index,
                                                                     std::vector<std::size_t> positions) const;
  /// Errors: kTooLarge (both are past the limits), kInvalidArgument (they do not add up). Requires decoded_mutex_.
  [[nodiscard]] Result<void> add_part(std::optional<pprof::Profile>& sum, pprof::Profile part) const;

  std::shared_ptr<FileSystem> files_;
  std::filesystem::path folder_;
  std::shared_ptr<const BlockSource> source_;
  DecoderLimits limits_;

  mutable std::mutex damage_mutex_;
  mutable std::map<std::string, Damage> damage_;  // by file name: what reads met; of blocks that are gone until damaged() looks

  mutable std::mutex decoded_mutex_;
  mutable std::string decoded_name_;
  mutable std::optional<DecodedBlock> decoded_;
  mutable bool decoded_used_ = false;
};

}  // namespace agent::store
