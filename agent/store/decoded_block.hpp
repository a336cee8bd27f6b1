// A block with its payloads in memory, decoded as far as was asked for. Not thread-safe.
#pragma once

#include "agent/base/result.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/block_index.hpp"
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/file_system.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <variant>

namespace agent::store {

/// Holds the file's payloads up to the furthest snapshot that was read, at most a block's size, and what BlockDecoder makes of them.
class DecodedBlock {
 public:
  DecodedBlock(std::unique_ptr<File> file, const BlockIdentity& identity, const DecoderLimits& limits = {})
      : file_(std::move(file)), decoder_(identity, limits) {}

  /// The content of index.entries[position]. `index` is of this block, and may have grown since the last call.
  /// Errors: kCorrupt, kIo, kTooLarge.
  [[nodiscard]] Result<std::variant<pprof::Profile, std::string>> read(const BlockIndex& index, std::size_t position);
  /// The merge of entries, ascending and not empty. Errors: kCorrupt, kIo, kTooLarge, kInvalidArgument (they do not add up).
  [[nodiscard]] Result<pprof::Profile> merge(const BlockIndex& index, std::span<const std::size_t> positions);
  /// How many snapshots of the block were loaded; after an error of kCorrupt, those before the damage.
  [[nodiscard]] std::size_t loaded() const { return payloads_.size(); }

 private:
  [[nodiscard]] Result<void> load(const BlockIndex& index, std::size_t count);

  std::unique_ptr<File> file_;
  std::deque<std::string> payloads_;  // a deque: the decoder keeps views of them
  BlockDecoder decoder_;
};

}  // namespace agent::store
