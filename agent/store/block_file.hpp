// A block file as a whole: its start, its end, and what a reader or a recovery finds in it. Format: FORMAT.md, "Block files".
#pragma once

#include "agent/base/result.hpp"
#include "agent/store/block_index.hpp"
#include "agent/store/encoding/block_identity.hpp"
#include "agent/store/file_system.hpp"

#include <cstdint>
#include <string>

namespace agent::store {

inline constexpr std::uint8_t kBlockFormatVersion = 1;
/// The cause of the error for a file whose making was cut short: nothing in it was ever acknowledged.
inline constexpr std::string_view kNeverWritten = "never_written";

struct BlockHeader {
  BlockIdentity identity;
  /// The number of its first snapshot, counted over the life of the store; with the number of snapshots it says where to count on.
  std::uint64_t first_sequence = 0;
};

/// Magic, version and header frame.
[[nodiscard]] std::string encode_block_start(const BlockHeader& header);
/// What seals a block: index frame and trailer, to be appended at `offset`.
[[nodiscard]] std::string encode_block_end(const BlockIndex& index, std::uint64_t offset);

enum class BlockState {
  kSealed,   ///< has its index: never written again
  kOpen,     ///< frames up to `end`, and nothing behind or what a crash left of a write
  kDamaged,  ///< bytes that were whole once are not: what lies before `end` can be read, the file is left as it is
};

struct BlockContents {
  BlockHeader header;
  BlockIndex index;
  BlockState state = BlockState::kOpen;
  std::uint64_t data_begin = 0;  ///< of the first snapshot frame
  std::uint64_t end = 0;         ///< of the last snapshot frame
  std::uint64_t file_bytes = 0;
  std::string damage;      ///< what is wrong at `end`, when damaged
  std::uint64_t lost = 0;  ///< snapshots from there on, as far as they can be told apart
};

/// The header and all metadata: from the index when the block is sealed, else by walking the frames.
/// Errors: kUnsupported ("unknown format version 7"), kCorrupt (not a block; cause kNeverWritten as above), kIo.
[[nodiscard]] Result<BlockContents> read_block(const File& file);

/// The header alone and where the frames behind it begin. Errors as of read_block.
struct BlockStart {
  BlockHeader header;
  std::uint64_t end = 0;
};
[[nodiscard]] Result<BlockStart> read_block_start(const File& file, std::uint64_t file_bytes);

/// Where the index frame begins according to the trailer; 0 without a valid trailer.
[[nodiscard]] Result<std::uint64_t> read_trailer(const File& file, std::uint64_t file_bytes);
inline constexpr std::uint64_t kTrailerBytes = 16;

}  // namespace agent::store
