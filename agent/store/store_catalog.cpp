#include "agent/store/store_catalog.hpp"

#include "agent/store/block_folder.hpp"

#include <algorithm>

namespace agent::store {
namespace {

std::shared_ptr<const BlockSummary> summary_of(const BlockWriter& writer, BlockState state) {
  auto summary = std::make_shared<BlockSummary>();
  summary->file = writer.name();
  summary->header = writer.header();
  summary->state = state;
  summary->bytes = writer.written_bytes();
  summary->content = writer.summary();
  return summary;
}

}  // namespace

Result<std::vector<std::shared_ptr<const BlockSummary>>> StoreCatalog::blocks() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const BlockSummary>> blocks;
  blocks.reserve(blocks_.size());
  for (const auto& [file, block] : blocks_) blocks.push_back(block);
  return blocks;
}

Result<BlockIndex> StoreCatalog::index(const BlockSummary& block) const {
  {
    const std::lock_guard lock(mutex_);
    const auto writer = writers_.find(block.file);
    if (writer != writers_.end()) return writer->second->index();
  }
  auto contents = open_block(*files_, folder_ / block.file);
  if (!contents) return std::move(contents).error().context(block.file);
  return std::move(contents->index);
}

std::vector<Damage> StoreCatalog::skipped() const {
  const std::lock_guard lock(mutex_);
  return skipped_;
}

CatalogTotals StoreCatalog::totals() const {
  const std::lock_guard lock(mutex_);
  CatalogTotals totals;
  WallTime oldest = WallTime::max();
  for (const auto& [file, block] : blocks_) {
    totals.bytes += block->bytes;
    totals.snapshots += block->content.snapshots;
    oldest = std::min(oldest, block->content.first);
  }
  totals.blocks = blocks_.size();
  if (totals.snapshots > 0) totals.oldest = oldest;
  return totals;
}

void StoreCatalog::reset(std::vector<BlockSummary> blocks, std::vector<Damage> skipped) {
  const std::lock_guard lock(mutex_);
  std::erase_if(blocks_, [this](const auto& block) { return !writers_.contains(block.first); });
  for (auto& block : blocks) {
    auto file = block.file;
    blocks_.try_emplace(std::move(file), std::make_shared<BlockSummary>(std::move(block)));
  }
  skipped_ = std::move(skipped);
}

void StoreCatalog::commit(BlockWriter& writer) {
  const std::lock_guard lock(mutex_);
  writer.commit();
  blocks_[writer.name()] = summary_of(writer, BlockState::kOpen);
  writers_[writer.name()] = &writer;
}

void StoreCatalog::close(const BlockWriter& writer, BlockState state) {
  const std::lock_guard lock(mutex_);
  if (writers_.erase(writer.name()) > 0) blocks_[writer.name()] = summary_of(writer, state);
}

void StoreCatalog::remove(const std::string& file) {
  const std::lock_guard lock(mutex_);
  blocks_.erase(file);
  writers_.erase(file);
}

std::uint64_t StoreCatalog::keep_only(const std::set<std::string>& names) {
  const std::lock_guard lock(mutex_);
  std::erase_if(writers_, [&](const auto& writer) { return !names.contains(writer.first); });
  return std::erase_if(blocks_, [&](const auto& block) { return !names.contains(block.first); });
}

}  // namespace agent::store
