#include "agent/store/block_folder.hpp"

namespace agent::store {

Result<BlockContents> open_block(FileSystem& files, const std::filesystem::path& path) {
  auto file = files.open(path, OpenMode::kRead);
  if (!file) return std::move(file).error();
  return read_block(**file);
}

std::string unreadable_behind(std::uint64_t snapshots, std::uint64_t offset) {
  return std::to_string(snapshots) + (snapshots == 1 ? " snapshot" : " snapshots") + " behind damage at " + std::to_string(offset) +
         " cannot be read";
}

BlockSummary summary_of(std::string file, const BlockContents& contents) {
  BlockSummary summary;
  summary.file = std::move(file);
  summary.header = contents.header;
  summary.state = contents.state;
  summary.bytes = contents.file_bytes;
  summary.content = summarise(contents.index);
  if (contents.state == BlockState::kDamaged) {
    summary.damage = contents.lost > 0 ? unreadable_behind(contents.lost, contents.end) : contents.damage;
    summary.damage_offset = contents.end;
  }
  return summary;
}

Result<void> seal_block(FileSystem& files, const std::filesystem::path& path, BlockContents& contents) {
  auto file = files.open(path, OpenMode::kModify);
  if (!file) return std::move(file).error();
  // Cut first, so that no length of the index leaves a piece of the torn write behind the trailer.
  if (contents.file_bytes != contents.end) {
    if (auto cut = (*file)->truncate(contents.end); !cut) return cut;
    contents.file_bytes = contents.end;
  }
  const std::string end = encode_block_end(contents.index, contents.end);
  auto done = (*file)->write_at(contents.end, end);
  // The frames may be in the page cache only (kill -9 between write and fdatasync): this syncs them, too.
  if (done) done = (*file)->sync();
  if (!done) {
    static_cast<void>((*file)->truncate(contents.end));
    return done;
  }
  contents.file_bytes = contents.end + end.size();
  contents.state = BlockState::kSealed;
  return {};
}

}  // namespace agent::store
