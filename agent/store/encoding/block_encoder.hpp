// Turns snapshots into the payloads of a block's records: pure bytes, no files. Format: agent/store/FORMAT.md, "Record payloads".
//
// A payload can only be read after all payloads before it in the block, so they are kept complete and in order. Not thread-safe.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/store/encoding/block_identity.hpp"
#include "agent/store/encoding/section_bits.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace agent::store {

/// Where the bytes of a block went, for measuring.
struct EncodingBytes {
  std::uint64_t heads = 0;
  std::uint64_t rows = 0;
  SectionBits dictionary;  ///< in bits
};

/// Encodes one block. When a payload could not be written the encoder is of no more use: the block ends before it, start a new one.
class BlockEncoder {
 public:
  explicit BlockEncoder(BlockIdentity identity);
  ~BlockEncoder();
  BlockEncoder(BlockEncoder&&) noexcept;
  BlockEncoder& operator=(BlockEncoder&&) noexcept;

  /// The payload of one record. Errors, with the encoder unchanged: kInvalidArgument (another identity, a raw type, a profile that breaks
  /// its own invariants), kTooLarge (the block's dictionary is full: start a new block), kTooLarge of cause "profile_too_large" (no block
  /// takes it: see EncoderLimits).
  [[nodiscard]] Result<std::string> encode(const model::SnapshotInfo& info, model::SnapshotId id, const pprof::Profile& profile);
  /// For what is not profile.proto: any bytes, kept as they are (compressed). Any type is allowed.
  [[nodiscard]] Result<std::string> encode_raw(const model::SnapshotInfo& info, model::SnapshotId id, std::string_view bytes);

  [[nodiscard]] const BlockIdentity& identity() const;
  [[nodiscard]] const EncodingBytes& bytes() const;
  /// Heap memory that the encoder holds, about.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agent::store
