#include "agent/store/folder_source.hpp"

#include "agent/store/block_folder.hpp"
#include "agent/store/block_name.hpp"
#include "agent/store/block_reader.hpp"

namespace agent::store {

Result<FolderSource::Known> FolderSource::look_at(const std::string& name, const Known& before) const {
  auto file = files_->open(folder_ / name, OpenMode::kRead);
  if (!file) return std::move(file).error();
  auto size = (*file)->size();
  if (!size) return std::move(size).error();
  if (before.file_bytes == *size && (before.block || !before.why_skipped.empty())) return before;
  auto contents = read_block(**file);
  Known known;
  known.file_bytes = *size;
  if (contents) {
    known.block = std::make_shared<BlockSummary>(summary_of(name, *contents));
    // Without a snapshot it is on no list of blocks.
    if (contents->index.entries.empty()) known.why_skipped = known.block->damage;
  } else if (contents.error().cause() != kNeverWritten) {
    known.why_skipped = contents.error().message();
  }
  return known;
}

Result<std::vector<std::shared_ptr<const BlockSummary>>> FolderSource::blocks() const {
  auto names = files_->list(folder_);
  if (!names) return std::move(names).error();
  const std::lock_guard lock(mutex_);
  std::map<std::string, Known> now;
  for (const auto& name : *names) {
    if (!is_block_name(name)) continue;
    const auto before = known_.find(name);
    if (before != known_.end() && before->second.block && before->second.block->state == BlockState::kSealed) {
      now.insert(*before);
      continue;
    }
    auto known = look_at(name, before == known_.end() ? Known() : before->second);
    if (!known && known.error().code() == Errc::kNotFound) continue;
    now.emplace(name, known ? std::move(*known) : Known{nullptr, known.error().message(), 0});
  }
  known_ = std::move(now);
  std::vector<std::shared_ptr<const BlockSummary>> blocks;
  for (const auto& [name, known] : known_) {
    if (known.block && known.block->content.snapshots > 0) blocks.push_back(known.block);
  }
  return blocks;
}

Result<BlockIndex> FolderSource::index(const BlockSummary& block) const {
  auto contents = open_block(*files_, folder_ / block.file);
  if (!contents) return std::move(contents).error().context(block.file);
  return std::move(contents->index);
}

std::vector<Damage> FolderSource::skipped() const {
  const std::lock_guard lock(mutex_);
  std::vector<Damage> skipped;
  for (const auto& [name, known] : known_) {
    if (!known.why_skipped.empty()) skipped.push_back(Damage{folder_ / name, 0, known.why_skipped});
  }
  return skipped;
}

Result<std::unique_ptr<StoreReader>> open_reader(std::shared_ptr<FileSystem> files, const std::filesystem::path& folder) {
  auto source = std::make_shared<FolderSource>(files, folder);
  // Looked at once here, so that a wrong folder is an error of open() and skipped() knows.
  if (auto blocks = source->blocks(); !blocks) return std::move(blocks).error();
  return std::unique_ptr<StoreReader>(std::make_unique<BlockReader>(std::move(files), folder, std::move(source)));
}

Result<std::unique_ptr<StoreReader>> StoreReader::open(const std::filesystem::path& folder) {
  return open_reader(make_file_system(), folder);
}

}  // namespace agent::store
