// A block that is being written. Snapshots are encoded into memory first and go to the file together; what could not be written stays in
// memory and is tried again, in order. Not thread-safe.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/block_file.hpp"
#include "agent/store/block_index.hpp"
#include "agent/store/encoding/block_encoder.hpp"
#include "agent/store/file_system.hpp"
#include "agent/store/query.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agent::store {

/// What append was given; not owned.
using Content = std::variant<const pprof::Profile*, std::string_view>;

class BlockWriter {
 public:
  /// Nothing is made on disk before the first write().
  BlockWriter(FileSystem& files, std::filesystem::path folder, BlockHeader header, WallTime start);

  /// Encodes a snapshot and holds it. Errors: as of BlockEncoder; nothing was added then.
  [[nodiscard]] Result<model::Snapshot> add(const model::SnapshotInfo& info, model::SnapshotId id, const Content& content);

  /// Writes and syncs what is held; makes the file first. On success commit() is due. On an error everything is still held; when
  /// is_poisoned() then says true, the file cannot take it any more.
  [[nodiscard]] Result<void> write();
  /// Moves what was written into index(). Apart from write(), because readers on other threads look at index().
  void commit();
  /// Writes the index behind the frames. Requires nothing held and a file. The block takes nothing after it, also when it fails: a block
  /// without its index is complete too, only slower to open.
  [[nodiscard]] Result<void> seal();

  /// After a failed fdatasync: the file ends where the last good one ended, and what is held must move to another block.
  [[nodiscard]] bool is_poisoned() const { return poisoned_; }
  /// The first `count` of what is held, oldest first, decoded again; for a poisoned block. Fewer when the file does not give back what is
  /// needed for it. Requires count <= held().
  [[nodiscard]] std::vector<StoredProfile> held_contents(std::size_t count) const;
  /// Requires held() > 0.
  [[nodiscard]] const model::Snapshot& latest_held() const { return held_.back().snapshot; }
  /// Forgets what is held and never wrote. The block takes nothing after it.
  void drop_held();

  /// Memory of the encoder, about.
  [[nodiscard]] std::size_t encoder_bytes() const { return encoder_.memory_bytes(); }
  /// Lets go of the encoder. The block takes nothing after it; what is held stays.
  void close_encoder() { encoder_ = BlockEncoder(header_.identity); }

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const BlockHeader& header() const { return header_; }
  [[nodiscard]] bool has_file() const { return file_ != nullptr; }
  /// False when its file was deleted or replaced under it.
  [[nodiscard]] bool is_in_place() const { return file_ == nullptr || file_->is_linked(); }
  /// Length of the file as far as it is acknowledged.
  [[nodiscard]] std::uint64_t written_bytes() const { return written_bytes_; }
  [[nodiscard]] const BlockIndex& index() const { return index_; }
  [[nodiscard]] const IndexSummary& summary() const { return summary_; }
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  /// Memory of what is held, about.
  [[nodiscard]] std::uint64_t held_bytes() const { return frames_.size() + held_.size() * sizeof(model::Snapshot); }
  /// Written and held.
  [[nodiscard]] std::uint64_t bytes() const { return written_bytes_ + frames_.size(); }
  [[nodiscard]] std::size_t snapshots() const { return index_.entries.size() + held_.size(); }
  /// The start of its first snapshot.
  [[nodiscard]] WallTime start() const { return start_; }
  /// The start of the oldest snapshot that is held. Requires held() > 0.
  [[nodiscard]] WallTime oldest_held() const { return held_.front().snapshot.info.start; }

 private:
  struct Held {
    model::Snapshot snapshot;
    std::uint64_t offset = 0;
  };
  [[nodiscard]] Result<void> create();

  FileSystem& files_;
  std::filesystem::path folder_;
  BlockHeader header_;
  WallTime start_;
  std::string name_;
  BlockEncoder encoder_;
  std::unique_ptr<File> file_;
  std::string frames_;  // to be written at written_bytes_; begins with the start of the block as long as there is no file
  std::vector<Held> held_;
  std::uint64_t written_bytes_ = 0;
  BlockIndex index_;
  IndexSummary summary_;
  bool poisoned_ = false;
};

}  // namespace agent::store
