#include "agent/store/verify.hpp"

#include "agent/store/block_file.hpp"
#include "agent/store/block_folder.hpp"
#include "agent/store/block_name.hpp"
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/frame.hpp"

#include <algorithm>
#include <deque>
#include <optional>

namespace agent::store {
namespace {

constexpr std::size_t kMaxDamage = 1000;

bool same(const model::Snapshot& a, const model::Snapshot& b) {
  return a.id == b.id && a.info.type == b.info.type && a.info.start == b.info.start && a.info.duration == b.info.duration &&
         a.info.cause == b.info.cause && a.info.capture_id == b.info.capture_id && a.info.fetched_bytes == b.info.fetched_bytes &&
         a.stored_bytes == b.stored_bytes && a.samples == b.samples;
}

/// Checks one block. A class, because everything it finds goes into one report.
class BlockVerifier {
 public:
  BlockVerifier(const File& file, std::filesystem::path path, VerifyReport& report)
      : file_(file), path_(std::move(path)), report_(report) {}

  /// Errors: what keeps it from being read, kIo.
  Result<void> run() {
    auto size = file_.size();
    if (!size) return std::move(size).error();
    auto contents = read_block(file_);
    if (!contents) return unreadable(std::move(contents).error(), *size);
    ++report_.blocks;
    ++report_.records;  // the header
    report_.bytes += *size;
    decoder_.emplace(contents->header.identity);
    if (auto walked = walk(*contents); !walked) return walked;
    decode_all();
    count(*contents);
    if (contents->state == BlockState::kSealed) compare(*contents);
    if (contents->state == BlockState::kDamaged && is_intact_) found(contents->end, contents->damage);
    return {};
  }

 private:
  void found(std::uint64_t offset, std::string what) {
    if (!first_damage_) first_damage_ = offset;
    if (report_.damage.size() < kMaxDamage) report_.damage.push_back(Damage{path_, offset, std::move(what)});
  }

  void note(std::uint64_t offset, std::string what) {
    if (report_.notes.size() < kMaxDamage) report_.notes.push_back(Damage{path_, offset, std::move(what)});
  }

  void note_torn_tail(const BlockContents& contents) {
    note(contents.end, "not sealed; " + std::to_string(contents.file_bytes - contents.end) + " bytes torn tail");
  }

  Result<void> unreadable(Error error, std::uint64_t size) {
    if (size == 0) return note(0, "empty: a block that is being made, or that a crash cut short"), Result<void>();
    // A newer version's is left alone, but nobody can say that it is sound.
    if (error.code() != Errc::kCorrupt && error.code() != Errc::kUnsupported) return error;
    ++report_.blocks;
    found(0, error.message());
    return {};
  }

  Result<void> walk(const BlockContents& contents) {
    const bool is_sealed = contents.state == BlockState::kSealed;
    FrameScanner scanner(file_, contents.data_begin, is_sealed ? contents.end : contents.file_bytes);
    for (;;) {
      const std::uint64_t offset = scanner.offset();
      auto frame = scanner.next();
      if (frame && !*frame) break;
      // Of an unsealed block: walk_frames says the same.
      if (frame && (*frame)->type == FrameType::kIndex) return look_behind_index(contents, scanner.offset());
      if (frame) {
        ++report_.records;
        take(**frame);
        continue;
      }
      if (frame.error().code() != Errc::kCorrupt) return std::move(frame).error();
      auto more = scanner.resynchronise();
      if (!more) return std::move(more).error();
      // The end of an unsealed block may be a write that is under way or was cut: nothing there was acknowledged.
      if (*more || is_sealed) found(offset, frame.error().message());
      if (*more || is_sealed) is_intact_ = false;
      if (!*more) break;
    }
    if (is_sealed) ++report_.records;  // the index, which read_block checked
    if (contents.state == BlockState::kOpen && is_intact_ && contents.file_bytes > contents.end) {
      note_torn_tail(contents);
    }
    return {};
  }

  /// A crash while sealing leaves a whole index and the beginning of its trailer; everything else was changed afterwards.
  Result<void> look_behind_index(const BlockContents& contents, std::uint64_t end) {
    const std::uint64_t left = contents.file_bytes - end;
    const std::string expected = encode_block_end(contents.index, contents.end);
    const std::uint64_t known = std::min<std::uint64_t>(left, kTrailerBytes);
    auto bytes = read_exactly(file_, end, known);
    if (!bytes) return std::move(bytes).error();
    if (left < kTrailerBytes && expected.substr(expected.size() - kTrailerBytes).starts_with(*bytes)) {
      note_torn_tail(contents);
    } else {
      found(end, left > kTrailerBytes ? "bytes stand behind the end of the block" : "the trailer is damaged");
    }
    return {};
  }

  void take(const Frame& frame) {
    if (frame.type != FrameType::kSnapshot) return found(frame.offset, "a second header");
    // A record can only be read after all those before it.
    if (!is_intact_) return;
    const auto& payload = payloads_.emplace_back(frame.payload);
    offsets_.push_back(frame.offset);
    if (auto added = decoder_->add(payload, frame.bytes - payload.size()); !added) {
      found(frame.offset, added.error().message());
      is_intact_ = false;
      payloads_.pop_back();
      offsets_.pop_back();
    }
  }

  void decode_all() {
    for (std::size_t i = 0; i < payloads_.size(); ++i) {
      auto content = decoder_->read(i);
      if (content) continue;
      ++undecodable_;
      found(offsets_[i], "snapshot " + model::to_string(decoder_->snapshots()[i].id) + ": " + content.error().message());
    }
  }

  /// What a reader of the block gets, and what it says that it does not get.
  void count(const BlockContents& contents) {
    const std::size_t listed = contents.index.entries.size();
    const std::size_t readable = std::min(payloads_.size(), listed);
    const std::uint64_t behind = contents.state == BlockState::kDamaged ? contents.lost : is_intact_ ? 0 : listed - readable;
    report_.snapshots += readable - std::min<std::uint64_t>(readable, undecodable_);
    report_.unreadable += behind + undecodable_;
    if (behind == 0) return;
    const std::uint64_t offset = first_damage_.value_or(contents.end);
    found(offset, unreadable_behind(behind, offset));
  }

  void compare(const BlockContents& contents) {
    const auto& entries = contents.index.entries;
    if (is_intact_ && entries.size() != payloads_.size()) {
      found(contents.end,
            "the index names " + std::to_string(entries.size()) + " snapshots, there are " + std::to_string(payloads_.size()));
    }
    for (std::size_t i = 0; i < std::min(entries.size(), payloads_.size()); ++i) {
      const bool fits = entries[i].offset == offsets_[i] &&
                        same(snapshot_of(contents.header.identity, contents.index, entries[i]), decoder_->snapshots()[i]);
      if (!fits) found(offsets_[i], "the index says something else of snapshot " + model::to_string(decoder_->snapshots()[i].id));
    }
  }

  const File& file_;
  std::filesystem::path path_;
  VerifyReport& report_;
  std::deque<std::string> payloads_;
  std::vector<std::uint64_t> offsets_;
  std::optional<BlockDecoder> decoder_;
  std::optional<std::uint64_t> first_damage_;
  std::uint64_t undecodable_ = 0;
  bool is_intact_ = true;
};

/// Why a file with a block's name could not be opened or read; the report names the file.
std::string unopened(const Error& error, const std::filesystem::path& path) {
  const std::string name = path.string() + ": ";
  const auto at = error.message().find(name);
  return "cannot be read: " + (at == std::string::npos ? error.message() : error.message().substr(at + name.size()));
}

}  // namespace

Result<VerifyReport> verify_folder(FileSystem& files, const std::filesystem::path& folder) {
  auto names = files.list(folder);
  if (!names) return std::move(names).error();
  std::sort(names->begin(), names->end());
  VerifyReport report;
  for (const auto& name : *names) {
    if (!is_block_name(name)) continue;
    const auto path = folder / name;
    auto file = files.open(path, OpenMode::kRead);
    if (!file && file.error().code() == Errc::kNotFound) continue;  // retention was faster
    const Result<void> verified = file ? BlockVerifier(**file, path, report).run() : Result<void>(std::move(file).error());
    // One that cannot be read says nothing of the others.
    if (!verified && report.damage.size() < kMaxDamage) report.damage.push_back(Damage{path, 0, unopened(verified.error(), path)});
  }
  return report;
}

}  // namespace agent::store
