#include "agent/store/block_writer.hpp"

#include "agent/store/block_name.hpp"
#include "agent/store/decoded_block.hpp"
#include "agent/store/frame.hpp"

#include <utility>

namespace agent::store {
namespace {

constexpr std::uint32_t kNameAttempts = 16;

/// Bytes in memory as a file, to decode what is not on disk.
class MemoryFile final : public File {
 public:
  explicit MemoryFile(std::string bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
    return offset >= bytes_.size() ? 0 : bytes_.copy(to, size, offset);
  }
  Result<void> write_at(std::uint64_t, std::string_view) override { return Error(Errc::kUnsupported, "read-only"); }
  Result<void> sync() override { return Error(Errc::kUnsupported, "read-only"); }
  Result<void> truncate(std::uint64_t) override { return Error(Errc::kUnsupported, "read-only"); }
  Result<std::uint64_t> size() const override { return std::uint64_t{bytes_.size()}; }

 private:
  std::string bytes_;
};

}  // namespace

BlockWriter::BlockWriter(FileSystem& files, std::filesystem::path folder, BlockHeader header, WallTime start)
    : files_(files),
      folder_(std::move(folder)),
      header_(std::move(header)),
      start_(start),
      name_(block_name(header_.identity.component, start, static_cast<std::uint32_t>(header_.first_sequence))),
      encoder_(header_.identity),
      frames_(encode_block_start(header_)) {}

Result<model::Snapshot> BlockWriter::add(const model::SnapshotInfo& info, model::SnapshotId id, const Content& content) {
  const auto* profile = std::get_if<const pprof::Profile*>(&content);
  auto payload =
      profile != nullptr ? encoder_.encode(info, id, **profile) : encoder_.encode_raw(info, id, std::get<std::string_view>(content));
  if (!payload) return std::move(payload).error();
  const std::uint64_t offset = bytes();
  append_frame(frames_, FrameType::kSnapshot, *payload);
  model::Snapshot snapshot;
  snapshot.id = id;
  snapshot.info = info;
  snapshot.stored_bytes = bytes() - offset;
  snapshot.samples = profile != nullptr ? (*profile)->sample_count() : 0;
  held_.push_back(Held{snapshot, offset});
  return snapshot;
}

Result<void> BlockWriter::create() {
  auto file = files_.open(folder_ / name_, OpenMode::kCreate);
  for (std::uint32_t attempt = 1; !file && file.error().code() == Errc::kConflict && attempt < kNameAttempts; ++attempt) {
    // The number in a name only keeps names apart; a leftover or a block of a copied folder may have ours.
    name_ = block_name(header_.identity.component, start_, static_cast<std::uint32_t>(header_.first_sequence) + (attempt << 24U));
    file = files_.open(folder_ / name_, OpenMode::kCreate);
  }
  if (!file) return std::move(file).error();
  auto done = (*file)->write_at(0, frames_);
  if (done) done = (*file)->sync();
  if (done) done = files_.sync_folder(folder_);
  if (!done) {
    // Nothing of it was acknowledged. Should the removal fail, the next start finds an unsealed block with snapshots that nobody was told
    // of.
    file->reset();
    static_cast<void>(files_.remove(folder_ / name_));
    return done;
  }
  file_ = std::move(*file);
  return {};
}

Result<void> BlockWriter::write() {
  if (held_.empty()) return {};
  if (poisoned_) return Error(Errc::kInternal, "the block cannot take more");
  if (!file_) {
    if (auto created = create(); !created) return created;
  } else {
    auto written = file_->write_at(written_bytes_, frames_);
    if (written) {
      written = file_->sync();
      poisoned_ = !written;
    }
    if (!written) {
      // Readers and the next start would cut it, too.
      static_cast<void>(file_->truncate(written_bytes_));
      return written;
    }
  }
  written_bytes_ += frames_.size();
  frames_.clear();
  frames_.shrink_to_fit();
  return {};
}

void BlockWriter::commit() {
  for (const auto& held : held_) {
    add_entry(index_, held.snapshot, held.offset);
    summary_.add(index_.entries.back());
  }
  held_.clear();
}

Result<void> BlockWriter::seal() {
  poisoned_ = true;
  const std::string end = encode_block_end(index_, written_bytes_);
  auto done = file_->write_at(written_bytes_, end);
  if (done) done = file_->sync();
  if (!done) {
    static_cast<void>(file_->truncate(written_bytes_));
    return done;
  }
  written_bytes_ += end.size();
  return {};
}

std::vector<StoredProfile> BlockWriter::held_contents(std::size_t count) const {
  std::vector<StoredProfile> contents;
  if (count == 0) return contents;
  std::string bytes;
  if (file_) {
    auto written = read_exactly(*file_, 0, written_bytes_);
    if (!written) return contents;
    bytes = std::move(*written);
  }
  bytes += frames_;
  DecodedBlock block(std::make_unique<MemoryFile>(std::move(bytes)), header_.identity);
  BlockIndex index = index_;
  for (const auto& held : held_) add_entry(index, held.snapshot, held.offset);
  while (contents.size() < count) {
    auto content = block.read(index, index_.entries.size() + contents.size());
    if (!content) return contents;
    contents.push_back(StoredProfile{held_[contents.size()].snapshot, std::move(*content)});
  }
  return contents;
}

void BlockWriter::drop_held() {
  poisoned_ = true;
  held_.clear();
  frames_.clear();
  frames_.shrink_to_fit();
}

}  // namespace agent::store
