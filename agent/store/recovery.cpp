#include "agent/store/recovery.hpp"

#include "agent/store/block_folder.hpp"
#include "agent/store/block_name.hpp"

#include <algorithm>

namespace agent::store {
namespace {

class Recovery {
 public:
  Recovery(FileSystem& files, std::filesystem::path folder, RecoveryMode mode, Logger& log)
      : files_(files), folder_(std::move(folder)), mode_(mode), log_(log) {}

  Result<Recovered> run() {
    auto names = files_.list(folder_);
    if (!names) return std::move(names).error();
    std::sort(names->begin(), names->end());
    for (const auto& name : *names) {
      if (!is_block_name(name)) continue;
      auto contents = open_block(files_, folder_ / name);
      if (contents) {
        take(name, *contents);
      } else {
        refuse(name, contents.error());
      }
    }
    if (has_removed_) {
      if (auto synced = files_.sync_folder(folder_); !synced)
        log_.warn("cannot sync the store's folder", {{"error", synced.error().message()}});
    }
    return std::move(found_);
  }

 private:
  void take(const std::string& name, BlockContents& contents) {
    found_.next_sequence = std::max(found_.next_sequence, contents.header.first_sequence + contents.index.entries.size());
    if (contents.state == BlockState::kDamaged) {
      log_.warn("a block is damaged; what lies before the damage can be read",
                {{"file", name}, {"offset", contents.end}, {"damage", contents.damage}, {"snapshots", contents.index.entries.size()}});
    }
    if (contents.state == BlockState::kOpen && contents.index.entries.empty()) return discard(name, "it has no snapshot");
    if (contents.state == BlockState::kOpen && mode_ == RecoveryMode::kMend) mend(name, contents);
    found_.blocks.push_back(summary_of(name, contents));
  }

  void mend(const std::string& name, BlockContents& contents) {
    const std::uint64_t torn = contents.file_bytes - contents.end;
    auto sealed = seal_block(files_, folder_ / name, contents);
    if (!sealed) {
      log_.warn("cannot seal a block of an earlier run", {{"file", name}, {"error", sealed.error().message()}});
    } else if (torn > 0) {
      log_.warn("cut a torn write from a block", {{"file", name}, {"bytes", torn}, {"snapshots", contents.index.entries.size()}});
    }
  }

  void refuse(const std::string& name, const Error& error) {
    if (error.cause() == kNeverWritten) return discard(name, error.message());
    if (error.code() == Errc::kNotFound) return;
    log_.warn("a file of the store is left alone", {{"file", name}, {"reason", error.message()}});
    found_.skipped.push_back(Damage{folder_ / name, 0, error.message()});
  }

  /// What a crash left of a block that was being made: nothing in it was acknowledged.
  void discard(const std::string& name, const std::string& why) {
    if (mode_ != RecoveryMode::kMend) return;
    auto removed = files_.remove(folder_ / name);
    has_removed_ = has_removed_ || removed;
    log_.info("deleted the beginning of a block that a crash cut short",
              {{"file", name}, {"reason", removed ? why : removed.error().message()}});
  }

  FileSystem& files_;
  std::filesystem::path folder_;
  RecoveryMode mode_;
  Logger& log_;
  Recovered found_;
  bool has_removed_ = false;
};

}  // namespace

Result<Recovered> recover(FileSystem& files, const std::filesystem::path& folder, RecoveryMode mode, Logger& log) {
  return Recovery(files, folder, mode, log).run();
}

}  // namespace agent::store
