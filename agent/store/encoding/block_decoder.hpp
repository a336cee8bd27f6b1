// Reads the payloads that BlockEncoder made: pure bytes, no files. Listing is cheap; content is decoded when it is asked for.
//
// Not thread-safe. Payloads are untrusted: whatever they hold, the answer is a value or kCorrupt, within bounded memory.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/block_identity.hpp"
#include "agent/store/encoding/decoder_limits.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agent::store {

/// Decodes one block. Metadata of a record costs a few varints; the first read() of a block decodes the dictionary up to that record, and
/// reads after it go on from there.
class BlockDecoder {
 public:
  explicit BlockDecoder(BlockIdentity identity, const DecoderLimits& limits = {});
  ~BlockDecoder();
  BlockDecoder(BlockDecoder&&) noexcept;
  BlockDecoder& operator=(BlockDecoder&&) noexcept;

  /// Appends the next payload, in the order of the file. Reads its metadata only. The bytes are not copied: they outlive the decoder
  /// (a mapped file or a buffer). stored_bytes of the snapshot is payload.size() plus `framing`, the bytes around it on disk.
  /// Errors: kCorrupt, kUnsupported; nothing was added then.
  [[nodiscard]] Result<void> add(std::string_view payload, std::size_t framing);

  /// One for each added payload, in that order.
  [[nodiscard]] const std::vector<model::Snapshot>& snapshots() const;

  /// The content of snapshots()[index]: a profile, or the bytes of a raw snapshot. Requires index < snapshots().size().
  /// Errors: kCorrupt; kTooLarge (past the limits, and so is every later record of its family).
  [[nodiscard]] Result<std::variant<pprof::Profile, std::string>> read(std::size_t index);

  /// The profiles of snapshots()[i] for i of `indexes` (ascending), merged as pprof merges them (pprof.md, section 4): equal stacks and
  /// labels add up, what sums to zero vanishes. Computed in the block's ids: no profile is built for each snapshot.
  /// Errors: kCorrupt; kTooLarge (past the limits); kInvalidArgument (empty selection, a raw snapshot, sample types or period types that
  /// differ).
  [[nodiscard]] Result<pprof::Profile> merge(std::span<const std::size_t> indexes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agent::store
