#include "agent/store/block_file.hpp"

#include "agent/codec/crc32c.hpp"
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/frame.hpp"
#include "agent/store/varint.hpp"

#include <algorithm>

namespace agent::store {
namespace {

constexpr std::string_view kMagic = "KPROFB";  // then the version and a newline
constexpr std::string_view kTrailerMagic = "KPBE";
constexpr std::size_t kMagicBytes = 8;

std::string fixed_bytes(std::uint64_t value, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}

std::uint64_t fixed_value(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out.append(text);
}

Result<BlockHeader> decode_header(std::string_view payload) {
  VarintReader in(payload);
  BlockHeader header;
  header.identity.component = in.text();
  header.identity.component_version = in.text();
  header.identity.process.pid = in.signed_varint();
  header.identity.process.start_time = from_unix_nanos(in.signed_varint());
  header.first_sequence = in.varint();
  if (in.failed() || !in.rest().empty()) return Error(Errc::kCorrupt, "the header of a block is damaged");
  return header;
}

/// A crash may leave a new file empty, cut, or as zeros (XFS); a header frame that never became whole has nothing acknowledged behind it.
Error refuse_start(const File& file, std::uint64_t file_bytes, std::string what) {
  FrameScanner scanner(file, 0, file_bytes);
  auto more = scanner.resynchronise();
  if (!more) return std::move(more).error();
  return Error(Errc::kCorrupt, std::move(what), *more ? "" : std::string(kNeverWritten));
}

Result<void> check_magic(std::string_view start) {
  const std::string_view magic = start.substr(0, std::min(start.size(), kMagic.size()));
  const bool zeros = std::all_of(start.begin(), start.end(), [](char c) { return c == '\0'; });
  if (start.size() < kMagicBytes && (zeros || kMagic.starts_with(magic))) {
    return Error(Errc::kCorrupt, "shorter than its header", std::string(kNeverWritten));
  }
  if (zeros) return Error(Errc::kCorrupt, "begins with zeros");
  if (magic != kMagic || start[7] != '\n') return Error(Errc::kCorrupt, "not a block of kprofd", "foreign");
  const auto version = static_cast<unsigned char>(start[6]);
  if (version != kBlockFormatVersion) return Error(Errc::kUnsupported, "unknown format version " + std::to_string(version));
  return {};
}

/// The index at the place that the trailer names; nothing when it is damaged or speaks of other bytes.
Result<std::optional<BlockIndex>> read_index(const File& file, std::uint64_t begin, std::uint64_t offset, std::uint64_t end) {
  FrameScanner scanner(file, offset, end);
  auto frame = scanner.next();
  if (!frame && frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
  if (!frame || !*frame || (*frame)->type != FrameType::kIndex || scanner.offset() != end) return std::optional<BlockIndex>();
  auto index = decode_index((*frame)->payload);
  if (!index) return std::optional<BlockIndex>();
  for (const auto& entry : index->entries) {
    if (entry.offset < begin || entry.offset > offset || entry.frame_bytes > offset - entry.offset) return std::optional<BlockIndex>();
  }
  return std::optional(std::move(*index));
}

void mark_damaged(BlockContents& block, std::string what) {
  block.state = BlockState::kDamaged;
  block.damage = std::move(what);
}

/// Counts the snapshots from the damage on, itself among them.
Result<void> count_lost(FrameScanner& scanner, BlockContents& block) {
  block.lost = 1;
  for (;;) {
    auto frame = scanner.next();
    if (!frame) {
      if (frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
      auto more = scanner.resynchronise();
      if (!more) return std::move(more).error();
      if (!*more) return {};
      ++block.lost;  // the record that was passed over
      continue;
    }
    if (!*frame || (*frame)->type == FrameType::kIndex) return {};
    if ((*frame)->type == FrameType::kSnapshot) ++block.lost;
  }
}

/// Fills index, end and state by walking the frames.
Result<void> walk_frames(const File& file, BlockContents& block) {
  FrameScanner scanner(file, block.data_begin, block.file_bytes);
  BlockDecoder decoder(block.header.identity);
  std::uint64_t end = block.data_begin;
  for (;;) {
    block.end = end;
    auto frame = scanner.next();
    if (!frame) {
      if (frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
      auto more = scanner.resynchronise();
      if (!more) return std::move(more).error();
      if (!*more) return {};
      mark_damaged(block, frame.error().message());
      return count_lost(scanner, block);
    }
    // An index without its trailer: the crash came while sealing, and the block is sealed anew over it.
    if (!*frame || (*frame)->type == FrameType::kIndex) return {};
    if ((*frame)->type != FrameType::kSnapshot) {
      mark_damaged(block, "a second header");
      return count_lost(scanner, block);
    }
    if (block.index.entries.size() == kMaxBlockSnapshots) {
      mark_damaged(block, "more snapshots than a block may hold");
      return count_lost(scanner, block);
    }
    if (auto added = decoder.add((*frame)->payload, (*frame)->bytes - (*frame)->payload.size()); !added) {
      mark_damaged(block, added.error().message());
      return count_lost(scanner, block);
    }
    add_entry(block.index, decoder.snapshots().back(), (*frame)->offset);
    end = scanner.offset();
  }
}

}  // namespace

std::string encode_block_start(const BlockHeader& header) {
  std::string payload;
  append_text(payload, header.identity.component);
  append_text(payload, header.identity.component_version);
  append_varint(payload, zigzag(header.identity.process.pid));
  append_varint(payload, zigzag(to_unix_nanos(header.identity.process.start_time)));
  append_varint(payload, header.first_sequence);
  std::string start(kMagic);
  start.push_back(static_cast<char>(kBlockFormatVersion));
  start.push_back('\n');
  append_frame(start, FrameType::kHeader, payload);
  return start;
}

std::string encode_block_end(const BlockIndex& index, std::uint64_t offset) {
  std::string end;
  append_frame(end, FrameType::kIndex, encode_index(index));
  std::string place = fixed_bytes(offset, 8);
  place += fixed_bytes(codec::crc32c(place), 4);
  return end + place + std::string(kTrailerMagic);
}

Result<BlockStart> read_block_start(const File& file, std::uint64_t file_bytes) {
  auto start = read_exactly(file, 0, std::min<std::uint64_t>(file_bytes, kMagicBytes));
  if (!start) return std::move(start).error();
  if (auto magic = check_magic(*start); !magic) {
    if (magic.error().code() == Errc::kUnsupported || !magic.error().cause().empty()) return std::move(magic).error();
    return refuse_start(file, file_bytes, magic.error().message());
  }
  FrameScanner scanner(file, kMagicBytes, file_bytes);
  auto frame = scanner.next();
  if (!frame && frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
  if (!frame || !*frame || (*frame)->type != FrameType::kHeader) {
    return refuse_start(file, file_bytes, "the header is damaged or cut");
  }
  auto header = decode_header((*frame)->payload);
  if (!header) return std::move(header).error();
  return BlockStart{std::move(*header), scanner.offset()};
}

Result<std::uint64_t> read_trailer(const File& file, std::uint64_t file_bytes) {
  if (file_bytes < kMagicBytes + kTrailerBytes) return std::uint64_t{0};
  auto trailer = read_exactly(file, file_bytes - kTrailerBytes, kTrailerBytes);
  if (!trailer) return std::move(trailer).error();
  const std::string_view bytes(*trailer);
  if (bytes.substr(12) != kTrailerMagic || fixed_value(bytes.substr(8, 4)) != codec::crc32c(bytes.substr(0, 8))) return std::uint64_t{0};
  const std::uint64_t offset = fixed_value(bytes.substr(0, 8));
  return offset < file_bytes - kTrailerBytes ? offset : std::uint64_t{0};
}

Result<BlockContents> read_block(const File& file) {
  auto size = file.size();
  if (!size) return std::move(size).error();
  if (*size > kMaxBlockBytes + (64U << 20U)) return Error(Errc::kCorrupt, "larger than a block can be");
  auto start = read_block_start(file, *size);
  if (!start) return std::move(start).error();
  BlockContents block;
  block.header = std::move(start->header);
  block.data_begin = start->end;
  block.file_bytes = *size;
  auto trailer = read_trailer(file, *size);
  if (!trailer) return std::move(trailer).error();
  if (*trailer >= block.data_begin) {
    auto index = read_index(file, block.data_begin, *trailer, *size - kTrailerBytes);
    if (!index) return std::move(index).error();
    if (*index) {
      block.index = std::move(**index);
      block.end = *trailer;
      block.state = BlockState::kSealed;
      return block;
    }
  }
  if (auto walked = walk_frames(file, block); !walked) return std::move(walked).error();
  if (*trailer != 0 && block.state == BlockState::kOpen) mark_damaged(block, "the index is damaged");
  return block;
}

}  // namespace agent::store
