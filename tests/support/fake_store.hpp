// A store in memory: what a test puts into it, and failures on demand.
#pragma once

#include "agent/store/store.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tests {

class FakeStoreReader final : public agent::store::StoreReader {
 public:
  using Content = std::variant<agent::pprof::Profile, std::string>;

  void add(agent::model::Snapshot snapshot, Content content = std::string()) {
    const auto id = snapshot.id;
    snapshots_[id] = agent::store::StoredProfile{std::move(snapshot), std::move(content)};
  }

  [[nodiscard]] agent::Result<void> for_each(const agent::store::SnapshotQuery& query,
                                             const std::function<bool(const agent::model::Snapshot&)>& visit) const override {
    ++reads;
    if (failure && reads > fail_after_reads) return *failure;
    for (auto entry = snapshots_.rbegin(); entry != snapshots_.rend(); ++entry) {
      if (matches(query, entry->second.snapshot) && !visit(entry->second.snapshot)) break;
    }
    return {};
  }

  [[nodiscard]] agent::Result<std::vector<agent::store::Series>> series() const override {
    if (failure) return *failure;
    return all_series;
  }

  [[nodiscard]] agent::Result<agent::model::Snapshot> find(agent::model::SnapshotId id) const override {
    if (failure) return *failure;
    const auto found = snapshots_.find(id);
    if (found == snapshots_.end()) return agent::Error(agent::Errc::kNotFound, "no snapshot " + to_string(id));
    return found->second.snapshot;
  }

  [[nodiscard]] agent::Result<agent::store::StoredProfile> read(agent::model::SnapshotId id) const override {
    if (failure) return *failure;
    const auto found = snapshots_.find(id);
    if (found == snapshots_.end()) return agent::Error(agent::Errc::kNotFound, "no snapshot " + to_string(id));
    return found->second;
  }

  [[nodiscard]] agent::Result<agent::pprof::Profile> merge(const agent::store::SnapshotQuery& query) const override {
    const std::lock_guard lock(mutex_);
    merges.push_back(query);
    if (failure) return *failure;
    if (!merged) return agent::Error(agent::Errc::kNotFound, "no snapshot in this window");
    return *merged;
  }

  [[nodiscard]] agent::Result<agent::store::VerifyReport> verify() const override { return agent::store::VerifyReport{}; }
  [[nodiscard]] std::vector<agent::store::Damage> skipped() const override { return {}; }

  std::vector<agent::store::Series> all_series;
  std::optional<agent::pprof::Profile> merged;
  std::optional<agent::Error> failure;  ///< of every read
  int fail_after_reads = 0;             ///< so many calls of for_each succeed all the same
  mutable int reads = 0;
  mutable std::vector<agent::store::SnapshotQuery> merges;

 private:
  static bool matches(const agent::store::SnapshotQuery& query, const agent::model::Snapshot& snapshot) {
    const auto& info = snapshot.info;
    return (!query.component || *query.component == info.component) && (!query.type || *query.type == info.type) &&
           (!query.from || info.start >= *query.from) && (!query.to || info.start < *query.to) &&
           (!query.cause || *query.cause == info.cause) && (!query.before || snapshot.id < *query.before);
  }

  mutable std::mutex mutex_;
  std::map<agent::model::SnapshotId, agent::store::StoredProfile> snapshots_;
};

/// Appends go into its reader. Not thread-safe but for what one worker at a time does.
class FakeStore final : public agent::store::Store {
 public:
  [[nodiscard]] agent::Result<agent::model::Snapshot> append(const agent::model::SnapshotInfo& info,
                                                             const agent::pprof::Profile& profile) override {
    return keep(info, profile);
  }
  [[nodiscard]] agent::Result<agent::model::Snapshot> append_raw(const agent::model::SnapshotInfo& info, std::string_view bytes) override {
    return keep(info, std::string(bytes));
  }
  void maintain() override { ++maintained; }
  void reconfigure(const agent::store::StoreOptions& options) override { reconfigured.push_back(options); }
  [[nodiscard]] agent::Result<void> close() override {
    closed = true;
    return {};
  }
  [[nodiscard]] agent::store::StoreState state() const override { return current; }
  [[nodiscard]] const agent::store::StoreReader& reader() const override { return reads; }

  FakeStoreReader reads;
  agent::store::StoreState current;
  int maintained = 0;
  bool closed = false;
  std::vector<agent::store::StoreOptions> reconfigured;

 private:
  agent::Result<agent::model::Snapshot> keep(const agent::model::SnapshotInfo& info, FakeStoreReader::Content content) {
    agent::model::Snapshot snapshot;
    snapshot.id = agent::model::make_snapshot_id(info.start, ++unique_);
    snapshot.info = info;
    reads.add(snapshot, std::move(content));
    return snapshot;
  }

  std::uint32_t unique_ = 0;
};

}  // namespace tests
