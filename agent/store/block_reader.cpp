#include "agent/store/block_reader.hpp"

#include "agent/base/memory.hpp"
#include "agent/pprof/merge.hpp"
#include "agent/store/block_cursor.hpp"
#include "agent/store/block_folder.hpp"
#include "agent/store/verify.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

namespace agent::store {
namespace {

/// What is read of a block is given up for a merge that holds more. Those of Go programs are below.
constexpr std::size_t kLargeMerge = 2U << 20U;

/// Gone by retention, or damaged: the rest of the store is worth reading all the same, and verify() tells of it.
bool can_be_passed_over(const Error& error) {
  return error.code() == Errc::kNotFound || error.code() == Errc::kCorrupt;
}

Error no_snapshot(model::SnapshotId id) {
  return Error(Errc::kNotFound, "no snapshot " + model::to_string(id));
}

Result<void> check_merge(const SnapshotQuery& query) {
  if (!query.component || !query.type) return Error(Errc::kInvalidArgument, "a merge needs a component and a profile type");
  if (!model::is_pprof(*query.type)) {
    return Error(Errc::kInvalidArgument,
                 "snapshots of type " + std::string(model::to_string(*query.type)) + " are not profiles that add up");
  }
  return {};
}

}  // namespace

BlockReader::BlockReader(std::shared_ptr<FileSystem> files, std::filesystem::path folder, std::shared_ptr<const BlockSource> source,
                         const DecoderLimits& limits)
    : files_(std::move(files)), folder_(std::move(folder)), source_(std::move(source)), limits_(limits) {}

void BlockReader::note_damage(const BlockSummary& block, std::uint64_t offset, std::string what) const {
  const std::lock_guard lock(damage_mutex_);
  damage_.try_emplace(block.file, Damage{folder_ / block.file, offset, std::move(what)});
}

void BlockReader::note_unreadable(const BlockSummary& block, const BlockIndex& index, std::size_t loaded) const {
  if (loaded >= index.entries.size()) return;
  const std::uint64_t offset = index.entries[loaded].offset;
  note_damage(block, offset, unreadable_behind(index.entries.size() - loaded, offset));
}

std::vector<Damage> BlockReader::damaged() const {
  std::vector<Damage> found;
  const auto blocks = source_->blocks();
  if (!blocks) return found;
  const std::lock_guard lock(damage_mutex_);
  std::map<std::string, Damage> met;
  for (const auto& block : *blocks) {
    const auto known = damage_.find(block->file);
    if (known != damage_.end()) met.insert(*known);
    if (!block->damage.empty()) {
      found.push_back(Damage{folder_ / block->file, block->damage_offset, block->damage});
    } else if (known != damage_.end()) {
      found.push_back(known->second);
    }
  }
  damage_ = std::move(met);
  return found;
}

std::vector<Damage> BlockReader::skipped() const {
  auto all = source_->skipped();
  auto blocks = damaged();
  all.insert(all.end(), std::make_move_iterator(blocks.begin()), std::make_move_iterator(blocks.end()));
  return all;
}

Result<void> BlockReader::for_each(const SnapshotQuery& query, const std::function<bool(const model::Snapshot&)>& visit) const {
  auto blocks = source_->blocks();
  if (!blocks) return std::move(blocks).error();
  std::erase_if(*blocks, [&](const auto& block) { return !may_match(query, *block); });
  std::sort(blocks->begin(), blocks->end(), [](const auto& a, const auto& b) { return a->content.highest > b->content.highest; });

  // Blocks enter when their newest snapshot is due, so that only those that overlap in time are held together: one for each component.
  std::vector<BlockCursor> open;
  auto next_block = blocks->begin();
  for (;;) {
    auto newest = std::max_element(open.begin(), open.end(), [](const auto& a, const auto& b) { return a.id() < b.id(); });
    if (next_block != blocks->end() && (newest == open.end() || (*next_block)->content.highest >= newest->id())) {
      const auto block = *next_block++;
      auto index = source_->index(*block);
      if (!index && !can_be_passed_over(index.error())) return std::move(index).error();
      if (!index && index.error().code() == Errc::kCorrupt) note_damage(*block, 0, index.error().message());
      if (!index) continue;
      BlockCursor cursor(block, std::move(*index), query);
      if (!cursor.at_end()) open.push_back(std::move(cursor));
      continue;
    }
    if (newest == open.end() || !visit(newest->snapshot())) return {};
    newest->advance();
    if (newest->at_end()) open.erase(newest);
  }
}

Result<std::vector<Series>> BlockReader::series() const {
  auto blocks = source_->blocks();
  if (!blocks) return std::move(blocks).error();
  std::map<std::pair<std::string_view, model::ProfileType>, Series> found;
  for (const auto& block : *blocks) {
    const std::string& component = block->header.identity.component;
    for (const auto& type : block->content.types) {
      auto& series = found.try_emplace({component, type.type}, Series{component, type.type, 0, type.first, type.last, 0, 0}).first->second;
      series.snapshots += type.snapshots;
      series.first = std::min(series.first, type.first);
      series.last = std::max(series.last, type.last);
      series.stored_bytes += type.stored_bytes;
      series.fetched_bytes += type.fetched_bytes;
    }
  }
  std::vector<Series> all;
  for (auto& [key, series] : found) all.push_back(std::move(series));
  return all;
}

Result<BlockReader::Place> BlockReader::locate(model::SnapshotId id) const {
  auto blocks = source_->blocks();
  if (!blocks) return std::move(blocks).error();
  for (const auto& block : *blocks) {
    if (id < block->content.lowest || id > block->content.highest) continue;
    auto index = source_->index(*block);
    if (!index && !can_be_passed_over(index.error())) return std::move(index).error();
    if (!index) continue;
    const auto found = std::find_if(index->entries.begin(), index->entries.end(), [&](const IndexEntry& e) { return id_of(e) == id; });
    if (found == index->entries.end()) continue;
    const auto position = static_cast<std::size_t>(found - index->entries.begin());
    return Place{block, std::move(*index), position};
  }
  return no_snapshot(id);
}

Result<model::Snapshot> BlockReader::find(model::SnapshotId id) const {
  auto place = locate(id);
  if (!place) return std::move(place).error();
  return snapshot_of(place->block->header.identity, place->index, place->index.entries[place->position]);
}

Result<DecodedBlock*> BlockReader::decoded(const BlockSummary& block) const {
  decoded_used_ = true;
  if (decoded_ && decoded_name_ == block.file) return &*decoded_;
  auto file = files_->open(folder_ / block.file, OpenMode::kRead);
  if (!file) return std::move(file).error();
  decoded_.reset();  // before the next one grows
  decoded_.emplace(std::move(*file), block.header.identity, limits_);
  decoded_name_ = block.file;
  return &*decoded_;
}

Result<StoredProfile> BlockReader::read(model::SnapshotId id) const {
  auto place = locate(id);
  if (!place) return std::move(place).error();
  const std::lock_guard lock(decoded_mutex_);
  auto block = decoded(*place->block);
  if (!block) return block.error().code() == Errc::kNotFound ? no_snapshot(id) : std::move(block).error();
  auto content = (*block)->read(place->index, place->position);
  if (!content && content.error().code() == Errc::kCorrupt) note_unreadable(*place->block, place->index, (*block)->loaded());
  if (!content && content.error().code() == Errc::kTooLarge) decoded_.reset();
  if (!content) return std::move(content).error().context(place->block->file);
  return StoredProfile{snapshot_of(place->block->header.identity, place->index, place->index.entries[place->position]),
                       std::move(*content)};
}

Result<std::optional<pprof::Profile>> BlockReader::merge_readable(const BlockSummary& block, const BlockIndex& index,
                                                                  std::vector<std::size_t> positions) const {
  std::optional<pprof::Profile> merged;
  auto reader = decoded(block);
  if (!reader && reader.error().code() == Errc::kNotFound) return merged;
  if (!reader) return std::move(reader).error();
  auto part = (*reader)->merge(index, positions);
  if (!part && part.error().code() == Errc::kCorrupt && (*reader)->loaded() <= positions.back()) {
    note_unreadable(block, index, (*reader)->loaded());
    std::erase_if(positions, [&](std::size_t position) { return position >= (*reader)->loaded(); });
    if (positions.empty()) return merged;
    part = (*reader)->merge(index, positions);
  }
  if (!part && part.error().code() == Errc::kTooLarge) decoded_.reset();
  if (!part) return std::move(part).error().context(block.file);
  merged = std::move(*part);
  return merged;
}

// One block after the other, so that a month of blocks never is a month of profiles in memory.
Result<void> BlockReader::add_part(std::optional<pprof::Profile>& sum, pprof::Profile part) const {
  const std::size_t bytes = memory_bytes(part) + (sum ? memory_bytes(*sum) : 0);
  // Then not both the block and what merging takes.
  if (bytes > kLargeMerge) {
    decoded_.reset();
    release_free_memory();
  }
  if (!sum) {
    sum = std::move(part);
    return {};
  }
  if (bytes > limits_.merged_bytes) return merge_too_large();
  const std::array<const pprof::Profile*, 2> both{&*sum, &part};
  auto merged = pprof::merge(both);
  if (!merged) return std::move(merged).error();
  sum = std::move(*merged);
  return {};
}

Result<pprof::Profile> BlockReader::merge(const SnapshotQuery& query) const {
  if (auto checked = check_merge(query); !checked) return std::move(checked).error();
  auto blocks = source_->blocks();
  if (!blocks) return std::move(blocks).error();
  std::erase_if(*blocks, [&](const auto& block) { return !may_match(query, *block); });
  std::sort(blocks->begin(), blocks->end(), [](const auto& a, const auto& b) { return a->content.lowest < b->content.lowest; });
  std::optional<pprof::Profile> sum;
  for (const auto& block : *blocks) {
    auto index = source_->index(*block);
    if (!index && !can_be_passed_over(index.error())) return std::move(index).error();
    if (!index && index.error().code() == Errc::kCorrupt) note_damage(*block, 0, index.error().message());
    if (!index) continue;
    const auto positions = matching_positions(query, *index);
    if (positions.empty()) continue;
    const std::lock_guard lock(decoded_mutex_);
    auto readable = merge_readable(*block, *index, positions);
    if (!readable) return std::move(readable).error();
    if (!*readable) continue;
    if (auto added = add_part(sum, *std::move(*readable)); !added) return std::move(added).error().context(block->file);
  }
  if (!sum)
    return Error(Errc::kNotFound,
                 "no " + std::string(model::to_string(*query.type)) + " snapshot of " + *query.component + " in this window");
  return std::move(*sum);
}

Result<VerifyReport> BlockReader::verify() const {
  return verify_folder(*files_, folder_);
}

void BlockReader::forget() {
  const std::lock_guard lock(decoded_mutex_);
  decoded_.reset();
}

std::unique_lock<std::mutex> BlockReader::make_room() {
  std::unique_lock lock(decoded_mutex_);
  decoded_.reset();
  return lock;
}

void BlockReader::forget_when_idle() {
  // A reader at work keeps it anyway; waiting for it would hold up the caller.
  const std::unique_lock lock(decoded_mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return;
  if (!decoded_used_) decoded_.reset();
  decoded_used_ = false;
}

}  // namespace agent::store
