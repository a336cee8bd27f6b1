// The Store over a folder. How it meets a disk that refuses is in flush(); what may be lost, and when, in drop_past_memory().
#pragma once

#include "agent/store/block_reader.hpp"
#include "agent/store/block_writer.hpp"
#include "agent/store/disk_health.hpp"
#include "agent/store/file_system.hpp"
#include "agent/store/store.hpp"
#include "agent/store/store_catalog.hpp"

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace agent::store {

/// One mutex serialises everything that writes. state() and reader() do not take it, so that they answer while the disk hangs.
class FolderStore final : public Store {
 public:
  /// As Store::open, over a given file system.
  [[nodiscard]] static Result<std::unique_ptr<FolderStore>> open(std::shared_ptr<FileSystem> files, StoreOptions options,
                                                                 const Clock& clock, Logger& log);
  ~FolderStore() override;

  [[nodiscard]] Result<model::Snapshot> append(const model::SnapshotInfo& info, const pprof::Profile& profile) override;
  [[nodiscard]] Result<model::Snapshot> append_raw(const model::SnapshotInfo& info, std::string_view bytes) override;
  void maintain() override;
  void reconfigure(const StoreOptions& options) override;
  [[nodiscard]] Result<void> close() override;
  [[nodiscard]] StoreState state() const override;
  [[nodiscard]] const StoreReader& reader() const override { return *reader_; }

 private:
  using WriterPtr = std::unique_ptr<BlockWriter>;
  struct Active {
    WriterPtr writer;
    SteadyTime opened;
    SteadyTime used;
    std::size_t encoder_bytes = 0;  // as of the last snapshot
  };

  /// The snapshot that was encoded last, with its content still at hand.
  struct Latest {
    const BlockWriter* writer;
    const Content& content;
  };

  FolderStore(std::shared_ptr<FileSystem> files, StoreOptions options, const Clock& clock, Logger& log);

  // All below require mutex_.
  [[nodiscard]] Result<model::Snapshot> append_content(const model::SnapshotInfo& info, const Content& content);
  /// encode(), with room made for what a large profile takes.
  [[nodiscard]] Result<model::Snapshot> encode_in_budget(const model::SnapshotInfo& info, const Content& content);
  [[nodiscard]] Result<model::Snapshot> encode(const model::SnapshotInfo& info, const Content& content);
  [[nodiscard]] BlockWriter& writer_for(const model::SnapshotInfo& info);
  [[nodiscard]] bool takes(const BlockWriter& writer, const model::SnapshotInfo& info) const;
  [[nodiscard]] std::uint64_t block_limit() const;
  [[nodiscard]] WriterPtr make_writer(const BlockIdentity& identity, WallTime start);

  [[nodiscard]] Result<void> prepare();
  void look_only();
  /// Writes everything that is held, oldest block first; stops at the first failure. `latest` is null when its
  /// content is gone.
  [[nodiscard]] Result<void> flush(const Latest* latest);
  [[nodiscard]] Result<void> flush_writer(WriterPtr& writer, const Latest* latest);
  void rescue(WriterPtr& writer, const Latest* latest);
  /// flush() when the disk may be asked, and what follows from its answer. False: snapshots wait.
  bool try_flush(const Latest* latest);
  void retire(WriterPtr writer);
  /// Closes blocks, those used longest ago first, until the encoders of the others, and `more` bytes for the next snapshot of `component`,
  /// are within EncoderLimits::kOpenBytes; never that of `component` itself.
  void close_past_open_bytes(std::size_t more = 0, const std::string& component = {});
  void seal(BlockWriter& writer);
  void drop_past_memory();
  void drop(WriterPtr writer);
  /// Logs what is lost, at most once in kTellLossEvery.
  void tell_loss();
  [[nodiscard]] std::uint64_t held_bytes() const;
  [[nodiscard]] std::uint64_t held() const;

  /// Notices that the folder, or blocks of it, were deleted or replaced. What was in them is gone; what is held is kept for new blocks.
  void check_in_place();
  /// As check_in_place(), for deleted blocks that nobody writes: lists the folder.
  void check_listed();
  void leave_folder();
  void leave_blocks_that_are_gone();

  void retire_past_span();
  /// Deletes blocks past the limits; true when it deleted one.
  bool apply_limits();
  bool delete_block(const BlockSummary& block);
  [[nodiscard]] Active* active_writer(const std::string& file);
  /// Logs each damaged block once.
  void tell_damage();
  void publish();

  const std::shared_ptr<FileSystem> files_;
  const Clock& clock_;
  Logger& log_;
  const std::shared_ptr<StoreCatalog> catalog_;
  const std::unique_ptr<BlockReader> reader_;

  std::mutex mutex_;
  StoreOptions options_;
  std::unique_ptr<FileLock> lock_;  // null until the folder could be made ours
  DiskHealth health_;
  std::string low_space_;                 // why nothing may be written although the disk would take it; "" normally
  std::map<std::string, Active> active_;  // by component; at most kMaxActive
  std::list<WriterPtr> waiting_;          // closed with snapshots that are not written, oldest first; bounded by max_memory_bytes
  std::uint64_t next_sequence_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t told_dropped_ = 0;  // of dropped_, what was logged
  SteadyTime tell_loss_due_{};
  std::uint64_t deleted_blocks_ = 0;
  std::set<std::string> told_damage_;  // damaged blocks that were logged; only blocks that are there
  SteadyTime limits_due_{};
  bool is_closed_ = false;

  mutable std::mutex state_mutex_;
  StoreState state_;  // what publish() said; totals come from the catalog
};

}  // namespace agent::store
