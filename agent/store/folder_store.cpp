#include "agent/store/folder_store.hpp"

#include "agent/base/memory.hpp"
#include "agent/store/encoding/encoder_limits.hpp"
#include "agent/store/recovery.hpp"

#include <algorithm>
#include <utility>

namespace agent::store {
namespace {

constexpr std::size_t kMaxComponentBytes = 255;
constexpr std::size_t kMaxActive = 64;
constexpr std::uint32_t kUniqueMask = (1U << 22U) - 1;
constexpr std::string_view kLockName = "lock";
/// What is held is cut into pieces, so that dropping the oldest drops a part.
constexpr std::uint64_t kPiecesOfMemory = 8;
/// Many small blocks rather than few that fill the limit: retention deletes whole ones.
constexpr std::uint64_t kBlocksOfLimit = 8;
/// A profile that takes more to encode waits for the reader, and reads wait for it. Those of Go programs are below.
constexpr std::size_t kLargeBytes = 4U << 20U;
constexpr std::uint64_t kMinBlockBytes = 64U << 10U;

bool is_of_the_disk(const Error& error) {
  return error.cause() == "no_space" || error.cause() == "read_only" || error.cause() == "io";
}

Result<void> check(const model::SnapshotInfo& info) {
  if (info.component.empty() || info.component.size() > kMaxComponentBytes) {
    return Error(Errc::kInvalidArgument, "a component's name has 1 to 255 bytes");
  }
  if (model::time_of(model::make_snapshot_id(info.start, 0)) != std::chrono::floor<std::chrono::milliseconds>(info.start)) {
    return Error(Errc::kInvalidArgument, "a snapshot starts between the years 1970 and 2109, not at " + format_time(info.start));
  }
  return {};
}

Error waits(const std::string& reason) {
  return Error(Errc::kUnavailable, "the snapshot waits in memory: " + reason, std::string(model::kWaitsForDisk));
}

}  // namespace

FolderStore::FolderStore(std::shared_ptr<FileSystem> files, StoreOptions options, const Clock& clock, Logger& log)
    : files_(std::move(files)),
      clock_(clock),
      log_(log),
      catalog_(std::make_shared<StoreCatalog>(files_, options.path)),
      reader_(std::make_unique<BlockReader>(files_, options.path, catalog_, DecoderLimits::for_agent())),
      options_(std::move(options)) {}

Result<std::unique_ptr<FolderStore>> FolderStore::open(std::shared_ptr<FileSystem> files, StoreOptions options, const Clock& clock,
                                                       Logger& log) {
  std::unique_ptr<FolderStore> store(new FolderStore(std::move(files), std::move(options), clock, log));
  const std::lock_guard lock(store->mutex_);
  if (auto prepared = store->prepare(); !prepared) {
    if (!is_of_the_disk(prepared.error())) return std::move(prepared).error();
    store->health_.failed(prepared.error(), clock.now());
    log.warn("the store cannot write; snapshots wait in memory", {{"reason", prepared.error().message()}});
    store->look_only();
  }
  store->apply_limits();
  store->publish();
  return store;
}

FolderStore::~FolderStore() {
  if (auto closed = close(); !closed) log_.warn("the store did not close cleanly", {{"error", closed.error().message()}});
}

Result<void> FolderStore::prepare() {
  if (lock_) return {};
  if (auto made = files_->create_folder(options_.path); !made) return made;
  auto lock = files_->lock(options_.path / kLockName);
  if (!lock) return std::move(lock).error();
  auto found = recover(*files_, options_.path, RecoveryMode::kMend, log_);
  if (!found) return std::move(found).error();
  next_sequence_ = std::max(next_sequence_, found->next_sequence);
  catalog_->reset(std::move(found->blocks), std::move(found->skipped));
  lock_ = std::move(*lock);
  for (const auto& damage : reader_->damaged()) told_damage_.insert(damage.file.filename().string());  // recovery said it
  return {};
}

void FolderStore::look_only() {
  auto found = recover(*files_, options_.path, RecoveryMode::kLook, log_);
  if (!found) return;
  next_sequence_ = found->next_sequence;
  catalog_->reset(std::move(found->blocks), std::move(found->skipped));
}

Result<model::Snapshot> FolderStore::append(const model::SnapshotInfo& info, const pprof::Profile& profile) {
  if (!model::is_pprof(info.type)) {
    return Error(Errc::kInvalidArgument, std::string(model::to_string(info.type)) + " is not a pprof profile; use append_raw");
  }
  const std::lock_guard lock(mutex_);
  return append_content(info, Content(&profile));
}

Result<model::Snapshot> FolderStore::append_raw(const model::SnapshotInfo& info, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  return append_content(info, Content(bytes));
}

Result<model::Snapshot> FolderStore::append_content(const model::SnapshotInfo& info, const Content& content) {
  if (is_closed_) return Error(Errc::kCancelled, "the store is closed");
  if (auto checked = check(info); !checked) return std::move(checked).error();
  check_in_place();
  auto snapshot = encode_in_budget(info, content);
  if (!snapshot) return snapshot;
  const Latest latest{active_.at(info.component).writer.get(), content};
  static_cast<void>(try_flush(&latest));
  // Beyond this point the snapshot is on disk, or held, or dropped and counted.
  const auto& written = active_.at(info.component).writer->index().entries;
  const bool is_written = !written.empty() && id_of(written.back()) == snapshot->id;
  close_past_open_bytes();
  drop_past_memory();
  tell_loss();
  const bool is_too_much = options_.max_bytes > 0 && catalog_->totals().bytes > options_.max_bytes;
  if (is_too_much || clock_.now() >= limits_due_) apply_limits();
  publish();
  if (!is_written) return waits(low_space_.empty() ? health_.reason() : low_space_);
  return snapshot;
}

Result<model::Snapshot> FolderStore::encode_in_budget(const model::SnapshotInfo& info, const Content& content) {
  const auto* const* profile = std::get_if<const pprof::Profile*>(&content);
  if (profile == nullptr) return encode(info, content);
  const std::size_t bytes = encoding_bytes(**profile);
  close_past_open_bytes(bytes, info.component);
  std::unique_lock<std::mutex> no_reading;
  if (bytes > kLargeBytes) no_reading = reader_->make_room();
  return encode(info, content);
}

Result<model::Snapshot> FolderStore::encode(const model::SnapshotInfo& info, const Content& content) {
  const auto id = model::make_snapshot_id(info.start, static_cast<std::uint32_t>(next_sequence_) & kUniqueMask);
  BlockWriter& writer = writer_for(info);
  auto snapshot = writer.add(info, id, content);
  if (!snapshot && snapshot.error().code() == Errc::kTooLarge && snapshot.error().cause() != "profile_too_large" &&
      writer.snapshots() > 0) {
    // The dictionary is full; it begins anew with the next block.
    retire(std::move(active_.at(info.component).writer));
    active_.erase(info.component);
    snapshot = writer_for(info).add(info, id, content);
  }
  if (snapshot) {
    ++next_sequence_;
    Active& active = active_.at(info.component);
    active.encoder_bytes = active.writer->encoder_bytes();
  } else if (active_.at(info.component).writer->snapshots() == 0) {
    active_.erase(info.component);
  }
  return snapshot;
}

void FolderStore::close_past_open_bytes(std::size_t more, const std::string& component) {
  std::size_t total = more;
  for (auto& [name, active] : active_) total += active.encoder_bytes;
  while (total > EncoderLimits::kOpenBytes) {
    auto idle = active_.end();
    for (auto it = active_.begin(); it != active_.end(); ++it) {
      if (it->first != component && (idle == active_.end() || it->second.used < idle->second.used)) idle = it;
    }
    if (idle == active_.end()) return;
    total -= idle->second.encoder_bytes;
    retire(std::move(idle->second.writer));
    active_.erase(idle);
  }
}

std::uint64_t FolderStore::block_limit() const {
  std::uint64_t limit = std::min(options_.max_block_bytes, kMaxBlockBytes / 2);
  if (options_.max_bytes > 0) limit = std::min(limit, std::max(options_.max_bytes / kBlocksOfLimit, kMinBlockBytes));
  return limit;
}

bool FolderStore::takes(const BlockWriter& writer, const model::SnapshotInfo& info) const {
  const auto distance = info.start < writer.start() ? writer.start() - info.start : info.start - writer.start();
  return writer.header().identity == identity_of(info) && distance < options_.max_block_span && writer.bytes() < block_limit() &&
         writer.snapshots() < kMaxBlockSnapshots && writer.held_bytes() <= options_.max_memory_bytes / kPiecesOfMemory;
}

BlockWriter& FolderStore::writer_for(const model::SnapshotInfo& info) {
  const auto now = clock_.now();
  auto active = active_.find(info.component);
  if (active != active_.end() && !takes(*active->second.writer, info)) {
    retire(std::move(active->second.writer));
    active_.erase(active);
    active = active_.end();
  }
  if (active == active_.end()) {
    if (active_.size() >= kMaxActive) {
      const auto idle = std::min_element(active_.begin(), active_.end(), [](auto& a, auto& b) { return a.second.used < b.second.used; });
      retire(std::move(idle->second.writer));
      active_.erase(idle);
    }
    active = active_.emplace(info.component, Active{make_writer(identity_of(info), info.start), now, now}).first;
  }
  active->second.used = now;
  return *active->second.writer;
}

FolderStore::WriterPtr FolderStore::make_writer(const BlockIdentity& identity, WallTime start) {
  return std::make_unique<BlockWriter>(*files_, options_.path, BlockHeader{identity, next_sequence_}, start);
}

void FolderStore::maintain() {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return;
  check_in_place();
  check_listed();
  retire_past_span();
  apply_limits();
  if (held() > 0 || !health_.is_good()) static_cast<void>(try_flush(nullptr));
  drop_past_memory();
  tell_loss();
  reader_->forget_when_idle();
  release_free_memory();
  tell_damage();
  publish();
}

void FolderStore::reconfigure(const StoreOptions& options) {
  const std::lock_guard lock(mutex_);
  auto path = std::move(options_.path);
  options_ = options;
  options_.path = std::move(path);
}

Result<void> FolderStore::close() {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return {};
  check_in_place();
  is_closed_ = true;
  Result<void> flushed = held() > 0 ? flush(nullptr) : Result<void>();
  const std::uint64_t lost = held();
  for (auto& [component, active] : active_) retire(std::move(active.writer));
  active_.clear();
  dropped_ += lost;
  while (!waiting_.empty()) {
    drop(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  lock_.reset();
  publish();
  if (flushed || lost == 0) return flushed;
  return Error(flushed.error())
      .context(lost == 1 ? "1 snapshot that waited for the disk is lost"
                         : std::to_string(lost) + " snapshots that waited for the disk are lost");
}

StoreState FolderStore::state() const {
  const auto totals = catalog_->totals();
  const auto damaged = reader_->damaged().size();
  const std::lock_guard lock(state_mutex_);
  StoreState state = state_;
  state.damaged_blocks = damaged;
  state.bytes = totals.bytes;
  state.blocks = totals.blocks;
  state.snapshots = totals.snapshots;
  state.oldest = totals.oldest;
  return state;
}

void FolderStore::publish() {
  StoreState state;
  state.reason = low_space_.empty() ? health_.reason() : low_space_;
  state.writable = state.reason.empty();
  state.pending_snapshots = held();
  state.pending_bytes = held_bytes();
  state.dropped_snapshots = dropped_;
  state.deleted_blocks = deleted_blocks_;
  const std::lock_guard lock(state_mutex_);
  state_ = std::move(state);
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, const Clock& clock, Logger& log) {
  auto store = FolderStore::open(make_file_system(), std::move(options), clock, log);
  if (!store) return std::move(store).error();
  return std::unique_ptr<Store>(std::move(*store));
}

}  // namespace agent::store
