// The half of FolderStore that meets the disk: writing what is held, rescuing it, and deleting blocks past the limits.
#include "agent/base/size.hpp"
#include "agent/store/block_name.hpp"
#include "agent/store/folder_store.hpp"
#include "agent/store/retention.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

namespace agent::store {
namespace {

constexpr Duration kLimitsEvery = std::chrono::seconds(5);
constexpr Duration kTellLossEvery = std::chrono::minutes(1);

Content content_of(const std::variant<pprof::Profile, std::string>& stored) {
  if (const auto* profile = std::get_if<pprof::Profile>(&stored)) return Content(profile);
  return Content(std::string_view(std::get<std::string>(stored)));
}

}  // namespace

bool FolderStore::try_flush(const Latest* latest) {
  const auto now = clock_.now();
  if (!health_.may_try(now)) return false;
  if (!low_space_.empty()) apply_limits();
  if (!low_space_.empty()) return false;
  const std::uint64_t before = held();
  auto flushed = flush(latest);
  if (!flushed && flushed.error().cause() == "no_space" && apply_limits()) flushed = flush(latest);
  if (!flushed) {
    if (health_.failed(flushed.error(), now)) {
      log_.warn("the store cannot write; snapshots wait in memory, the oldest are dropped past store.memoryBytes",
                {{"reason", flushed.error().message()}});
    }
    return false;
  }
  if (health_.succeeded()) log_.info("the store writes again", {{"written", before}, {"dropped", dropped_}});
  return true;
}

Result<void> FolderStore::flush(const Latest* latest) {
  if (auto prepared = prepare(); !prepared) return prepared;
  while (!waiting_.empty()) {
    if (auto flushed = flush_writer(waiting_.front(), nullptr); !flushed) return flushed;
    seal(*waiting_.front());
    waiting_.pop_front();
  }
  for (auto& [component, active] : active_) {
    if (auto flushed = flush_writer(active.writer, latest); !flushed) return flushed;
  }
  return {};
}

Result<void> FolderStore::flush_writer(WriterPtr& writer, const Latest* latest) {
  if (writer->held() == 0) return {};
  auto written = writer->write();
  if (written) {
    catalog_->commit(*writer);
    return {};
  }
  if (writer->is_poisoned()) rescue(writer, latest);
  return written;
}

/// After a failed fdatasync the pages of the file prove nothing any more: what it was to take goes into a new block.
void FolderStore::rescue(WriterPtr& writer, const Latest* latest) {
  const std::uint64_t expected = writer->held();
  // What is at hand need not be decoded from a disk that fails.
  const bool has_latest = latest != nullptr && latest->writer == writer.get();
  auto fresh = make_writer(writer->header().identity, writer->oldest_held());
  for (const auto& stored : writer->held_contents(expected - (has_latest ? 1 : 0))) {
    static_cast<void>(fresh->add(stored.snapshot.info, stored.snapshot.id, content_of(stored.content)));
  }
  if (has_latest) static_cast<void>(fresh->add(writer->latest_held().info, writer->latest_held().id, latest->content));
  dropped_ += expected - fresh->held();
  catalog_->close(*writer, BlockState::kOpen);
  writer = std::move(fresh);
}

void FolderStore::retire(WriterPtr writer) {
  limits_due_ = clock_.now();
  writer->close_encoder();
  if (writer->held() > 0) {
    waiting_.push_back(std::move(writer));
  } else {
    seal(*writer);
  }
}

void FolderStore::seal(BlockWriter& writer) {
  if (!writer.has_file()) return;
  auto sealed = writer.seal();
  if (!sealed)
    log_.debug("a block stays without its index until the next start", {{"file", writer.name()}, {"error", sealed.error().message()}});
  catalog_->close(writer, sealed ? BlockState::kSealed : BlockState::kOpen);
}

std::uint64_t FolderStore::held_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& writer : waiting_) bytes += writer->held_bytes();
  for (const auto& [component, active] : active_) bytes += active.writer->held() > 0 ? active.writer->held_bytes() : 0;
  return bytes;
}

std::uint64_t FolderStore::held() const {
  std::uint64_t count = 0;
  for (const auto& writer : waiting_) count += writer->held();
  for (const auto& [component, active] : active_) count += active.writer->held();
  return count;
}

void FolderStore::drop(WriterPtr writer) {
  catalog_->close(*writer, BlockState::kOpen);
}

/// A snapshot can only be read after those before it in its block, so what goes is the oldest piece, not the oldest snapshot.
void FolderStore::drop_past_memory() {
  while (held_bytes() > options_.max_memory_bytes) {
    if (!waiting_.empty()) {
      dropped_ += waiting_.front()->held();
      drop(std::move(waiting_.front()));
      waiting_.pop_front();
      continue;
    }
    auto oldest = active_.end();
    for (auto it = active_.begin(); it != active_.end(); ++it) {
      if (it->second.writer->held() == 0) continue;
      if (oldest == active_.end() || it->second.writer->oldest_held() < oldest->second.writer->oldest_held()) oldest = it;
    }
    dropped_ += oldest->second.writer->held();
    drop(std::move(oldest->second.writer));
    active_.erase(oldest);
  }
}

void FolderStore::tell_loss() {
  const auto now = clock_.now();
  if (dropped_ == told_dropped_ || now < tell_loss_due_) return;
  tell_loss_due_ = now + kTellLossEvery;
  log_.warn("snapshots that waited for the disk are lost, the oldest first: no more than store.memoryBytes may wait",
            {{"lost", dropped_ - told_dropped_}, {"lostSinceStart", dropped_}, {"memoryBytes", format_size(options_.max_memory_bytes)}});
  told_dropped_ = dropped_;
}

void FolderStore::retire_past_span() {
  const auto now = clock_.now();
  for (auto it = active_.begin(); it != active_.end();) {
    if (now - it->second.opened < options_.max_block_span) {
      ++it;
      continue;
    }
    retire(std::move(it->second.writer));
    it = active_.erase(it);
  }
}

namespace {

/// Behind damage there may be snapshots as new as the block: then it is at least as young as its name says, or not old at all without one.
WallTime newest_in(const BlockSummary& block, WallTime now) {
  if (block.state != BlockState::kDamaged) return block.content.last;
  return std::max(block.content.last, start_in_block_name(block.file).value_or(now));
}

}  // namespace

bool FolderStore::apply_limits() {
  limits_due_ = clock_.now() + kLimitsEvery;
  auto blocks = catalog_->blocks();
  auto free = files_->free_bytes(options_.path);
  if (!blocks || !free) return false;
  std::vector<RetentionBlock> candidates;
  const auto now = clock_.wall_now();
  for (const auto& block : *blocks) {
    candidates.push_back({block->header.identity.component, newest_in(*block, now), block->bytes, block->content.types});
  }
  const RetentionLimits limits{options_.max_bytes, options_.max_age, options_.min_free_bytes};
  std::uint64_t deleted = 0;
  std::uint64_t deleted_bytes = 0;
  auto plan = blocks_to_delete(candidates, limits, now, *free);
  if (!lock_) plan.doomed.clear();
  for (const std::size_t i : plan.doomed) {
    if (!delete_block(*(*blocks)[i])) continue;
    ++deleted;
    deleted_bytes += candidates[i].bytes;
  }
  if (deleted > 0) {
    static_cast<void>(files_->sync_folder(options_.path));
    deleted_blocks_ += deleted;
    log_.info("deleted blocks past the limits of the store", {{"blocks", deleted}, {"bytes", deleted_bytes}});
  }
  // Some file systems give space back late: what was deleted counts as free, or the next call would delete more.
  const std::uint64_t left = std::max(*free + deleted_bytes, files_->free_bytes(options_.path).value_or(0));
  const bool was_low = !low_space_.empty();
  low_space_.clear();
  if (left < options_.min_free_bytes) {
    low_space_ = "the file system of " + options_.path.string() + " has " + format_size(left) + " free, less than minFreeBytes " +
                 format_size(options_.min_free_bytes);
    if (!plan.reaches_min_free) {
      low_space_ += "; no block is deleted, because the " + format_size(plan.spare_bytes) +
                    " that may go would not reach it: free space or lower minFreeBytes";
    }
    if (!was_low) log_.warn("the store cannot write; snapshots wait in memory", {{"reason", low_space_}});
  } else if (was_low) {
    log_.info("the store writes again", {{"free", format_size(left)}});
  }
  return deleted > 0;
}

void FolderStore::tell_damage() {
  std::set<std::string> told;
  for (const auto& damage : reader_->damaged()) {
    const std::string file = damage.file.filename().string();
    if (!told_damage_.contains(file)) {
      log_.warn("snapshots of a damaged block cannot be read; kprofctl verify tells more", {{"file", file}, {"damage", damage.what}});
    }
    told.insert(file);
  }
  told_damage_ = std::move(told);
}

FolderStore::Active* FolderStore::active_writer(const std::string& file) {
  const auto found = std::find_if(active_.begin(), active_.end(), [&](const auto& a) { return a.second.writer->name() == file; });
  return found == active_.end() ? nullptr : &found->second;
}

bool FolderStore::delete_block(const BlockSummary& block) {
  Active* active = active_writer(block.file);
  const bool is_waiting = std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& w) { return w->name() == block.file; });
  // What is held can only be read with the block before it.
  if (is_waiting || (active != nullptr && active->writer->held() > 0)) return false;
  auto removed = files_->remove(options_.path / block.file);
  if (!removed && removed.error().code() != Errc::kNotFound) {
    log_.warn("cannot delete a block", {{"file", block.file}, {"error", removed.error().message()}});
    return false;
  }
  catalog_->remove(block.file);
  if (active != nullptr) active_.erase(block.header.identity.component);
  return true;
}

}  // namespace agent::store
