// A file system in memory for the store's tests, with the two faces of a real one: what programs see, and what survives a power cut.
//
// Each operation that changes something has a number, from 1. One of them can be made to fail, to do half its work and fail, or to be the
// last one before the power goes. A failed sync loses what it was to store even if a later one succeeds, as on Linux.
#pragma once

#include "agent/store/file_system.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tests {

enum class FaultKind {
  kRefuse,    ///< an error, and nothing happened
  kTear,      ///< an error, and half of it happened (of a write; the others are refused)
  kPowerCut,  ///< as kTear, and every operation after it fails until crash()
};

/// What a crash leaves of bytes that were written but not synced.
enum class CrashKeeps { kNothing, kHalf, kAll };

/// Thread-safe.
class MemoryFileSystem final : public agent::store::FileSystem {
 public:
  struct Inode {
    std::string seen;
    std::string durable;
    std::vector<std::pair<std::uint64_t, std::uint64_t>> dirty;  // offset and size of writes since the last sync
  };

  /// The n-th operation from now on (1: the next) has this fault.
  void fault_at(std::uint64_t n, FaultKind kind, std::string cause = "io") {
    const std::lock_guard lock(mutex_);
    fault_number_ = operations_ + n;
    fault_ = kind;
    cause_ = std::move(cause);
  }
  /// Every change is refused until it is called with "".
  void refuse_all(std::string cause) {
    const std::lock_guard lock(mutex_);
    refused_ = std::move(cause);
  }
  /// Only fdatasync of files is refused, until called with "".
  void refuse_syncs(std::string cause) {
    const std::lock_guard lock(mutex_);
    refused_syncs_ = std::move(cause);
  }
  void set_capacity(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    capacity_ = bytes;
  }
  [[nodiscard]] std::uint64_t operations() const {
    const std::lock_guard lock(mutex_);
    return operations_;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> names;
    for (const auto& [name, inode] : seen_) names.push_back(name);
    return names;
  }
  [[nodiscard]] std::string& content(const std::string& name) { return seen_.at(name)->seen; }
  void put(const std::string& name, std::string bytes) {
    auto inode = std::make_shared<Inode>();
    inode->seen = inode->durable = std::move(bytes);
    seen_[name] = durable_[name] = inode;
  }

  /// As rm -r of the folder by somebody else: open files and the lock stay with those who hold them.
  void delete_folder() {
    const std::lock_guard lock(mutex_);
    seen_.clear();
    durable_.clear();
    for (auto& [path, slot] : locked_) {
      if (auto held = slot.lock()) *held = false;
    }
    locked_.clear();
  }
  /// As rm by somebody else.
  void delete_file(const std::string& name) {
    const std::lock_guard lock(mutex_);
    seen_.erase(name);
    durable_.erase(name);
  }

  /// The power goes and comes back: what was not synced is gone, as far as `keeps` says, and the faults are over.
  void crash(CrashKeeps keeps) {
    const std::lock_guard lock(mutex_);
    if (keeps != CrashKeeps::kNothing) durable_ = seen_;
    for (auto& [name, inode] : durable_) {
      if (keeps != CrashKeeps::kNothing) store_dirty(*inode, keeps == CrashKeeps::kHalf ? 2 : 1);
      inode->seen = inode->durable;
      inode->dirty.clear();
    }
    seen_ = durable_;
    locked_.clear();
    fault_number_ = 0;
    has_power_ = true;
    refused_.clear();
    refused_syncs_.clear();
  }

  agent::Result<std::unique_ptr<agent::store::File>> open(const std::filesystem::path& path, agent::store::OpenMode mode) override {
    const std::lock_guard lock(mutex_);
    const std::string name = path.filename().string();
    if (mode == agent::store::OpenMode::kCreate) {
      if (auto fault = next(); fault) return *fault;
      if (seen_.contains(name)) return agent::Error(agent::Errc::kConflict, name + ": exists");
      seen_[name] = std::make_shared<Inode>();
    } else if (mode == agent::store::OpenMode::kModify && !refused_.empty()) {
      return agent::Error(agent::Errc::kIo, "refused", refused_);
    }
    const auto found = seen_.find(name);
    if (found == seen_.end()) return agent::Error(agent::Errc::kNotFound, name + ": no such file");
    return std::unique_ptr<agent::store::File>(std::make_unique<OpenFile>(*this, found->second));
  }
  agent::Result<std::vector<std::string>> list(const std::filesystem::path&) override { return names(); }
  agent::Result<void> create_folder(const std::filesystem::path&) override {
    const std::lock_guard lock(mutex_);
    return refused_.empty() ? agent::Result<void>() : agent::Error(agent::Errc::kIo, "refused", refused_);
  }
  agent::Result<void> remove(const std::filesystem::path& path) override {
    const std::lock_guard lock(mutex_);
    if (auto fault = next(); fault) return *fault;
    if (seen_.erase(path.filename().string()) == 0) return agent::Error(agent::Errc::kNotFound, "no such file");
    return {};
  }
  agent::Result<void> sync_folder(const std::filesystem::path&) override {
    const std::lock_guard lock(mutex_);
    if (auto fault = next(); fault) return *fault;
    durable_ = seen_;
    return {};
  }
  agent::Result<std::uint64_t> free_bytes(const std::filesystem::path&) override {
    const std::lock_guard lock(mutex_);
    return capacity_ - std::min(capacity_, used());
  }
  agent::Result<std::unique_ptr<agent::store::FileLock>> lock(const std::filesystem::path& path) override {
    const std::lock_guard guard(mutex_);
    if (!refused_.empty()) return agent::Error(agent::Errc::kIo, "refused", refused_);
    auto held = std::make_shared<bool>(true);
    auto& slot = locked_[path.string()];
    if (!slot.expired()) return agent::Error(agent::Errc::kConflict, "process 42 writes this store");
    slot = held;
    return std::unique_ptr<agent::store::FileLock>(std::make_unique<Lock>(std::move(held)));
  }

 private:
  class Lock final : public agent::store::FileLock {
   public:
    explicit Lock(std::shared_ptr<bool> held) : held_(std::move(held)) {}
    bool is_in_place() const override { return *held_; }

   private:
    std::shared_ptr<bool> held_;
  };

  class OpenFile final : public agent::store::File {
   public:
    OpenFile(MemoryFileSystem& system, std::shared_ptr<Inode> inode) : system_(system), inode_(std::move(inode)) {}

    agent::Result<std::size_t> read_at(std::uint64_t offset, char* to, std::size_t size) const override {
      const std::lock_guard lock(system_.mutex_);
      return offset >= inode_->seen.size() ? 0 : inode_->seen.copy(to, size, offset);
    }
    agent::Result<void> write_at(std::uint64_t offset, std::string_view bytes) override {
      const std::lock_guard lock(system_.mutex_);
      const auto fault = system_.next();
      if (fault && system_.fault_ == FaultKind::kRefuse) return *fault;
      if (fault && !system_.was_single_) return *fault;
      if (fault) bytes = bytes.substr(0, bytes.size() / 2);
      const std::uint64_t room = system_.capacity_ - std::min(system_.capacity_, system_.used());
      const std::uint64_t growth = offset + bytes.size() > inode_->seen.size() ? offset + bytes.size() - inode_->seen.size() : 0;
      const bool is_full = growth > room;
      if (is_full) bytes = bytes.substr(0, bytes.size() - std::min<std::uint64_t>(bytes.size(), growth - room));
      if (inode_->seen.size() < offset + bytes.size()) inode_->seen.resize(offset + bytes.size());
      inode_->seen.replace(offset, bytes.size(), bytes);
      inode_->dirty.emplace_back(offset, bytes.size());
      if (fault) return *fault;
      return is_full ? agent::Result<void>(agent::Error(agent::Errc::kIo, "no space left on device", "no_space")) : agent::Result<void>();
    }
    agent::Result<void> sync() override {
      const std::lock_guard lock(system_.mutex_);
      auto fault = system_.next();
      if (!fault && !system_.refused_syncs_.empty()) fault = agent::Error(agent::Errc::kIo, "input/output error", system_.refused_syncs_);
      if (!fault) store_dirty(*inode_, 1);
      if (!fault || system_.has_power_) inode_->dirty.clear();  // after an error the pages are clean, and lost
      return fault ? agent::Result<void>(*fault) : agent::Result<void>();
    }
    agent::Result<void> truncate(std::uint64_t size) override {
      const std::lock_guard lock(system_.mutex_);
      if (auto fault = system_.next(); fault) return *fault;
      inode_->seen.resize(size);
      inode_->durable.resize(std::min<std::uint64_t>(size, inode_->durable.size()));
      return {};
    }
    agent::Result<std::uint64_t> size() const override {
      const std::lock_guard lock(system_.mutex_);
      return std::uint64_t{inode_->seen.size()};
    }
    bool is_linked() const override {
      const std::lock_guard lock(system_.mutex_);
      return std::any_of(system_.seen_.begin(), system_.seen_.end(), [this](const auto& entry) { return entry.second == inode_; });
    }

   private:
    MemoryFileSystem& system_;
    std::shared_ptr<Inode> inode_;
  };

  static void store_dirty(Inode& inode, std::uint64_t divisor) {
    for (const auto& [offset, size] : inode.dirty) {
      if (offset >= inode.seen.size()) continue;
      const std::string_view part = std::string_view(inode.seen).substr(offset, size / divisor);
      if (inode.durable.size() < offset + part.size()) inode.durable.resize(offset + part.size());
      inode.durable.replace(offset, part.size(), part);
    }
  }

  std::optional<agent::Error> next() {
    ++operations_;
    was_single_ = operations_ == fault_number_;
    if (was_single_ && fault_ == FaultKind::kPowerCut) has_power_ = false;
    if (was_single_) return agent::Error(agent::Errc::kIo, "input/output error", cause_);
    if (!has_power_) return agent::Error(agent::Errc::kIo, "no power", "io");
    if (!refused_.empty()) return agent::Error(agent::Errc::kIo, refused_ == "no_space" ? "no space left on device" : "refused", refused_);
    return std::nullopt;
  }

  [[nodiscard]] std::uint64_t used() const {
    std::uint64_t bytes = 0;
    for (const auto& [name, inode] : seen_) bytes += inode->seen.size();
    return bytes;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Inode>> seen_;
  std::map<std::string, std::shared_ptr<Inode>> durable_;
  std::map<std::string, std::weak_ptr<bool>> locked_;
  std::uint64_t operations_ = 0;
  std::uint64_t fault_number_ = 0;
  FaultKind fault_ = FaultKind::kRefuse;
  std::string cause_;
  std::string refused_;
  std::string refused_syncs_;
  std::uint64_t capacity_ = 1ULL << 40U;
  bool has_power_ = true;
  bool was_single_ = false;
};

}  // namespace tests
