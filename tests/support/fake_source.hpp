// A Source that answers what a test put into it, and remembers what it was asked.
#pragma once

#include "agent/cli/source.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class FakeSource final : public agent::cli::Source {
 public:
  /// A snapshot with the content that file() gives for it.
  agent::model::SnapshotId add(const std::string& component, agent::model::ProfileType type, agent::WallTime start,
                               const std::string& content = "bytes") {
    agent::model::Snapshot snapshot;
    snapshot.id = agent::model::make_snapshot_id(start, static_cast<std::uint32_t>(snapshots.size() + 1));
    snapshot.info.component = component;
    snapshot.info.type = type;
    snapshot.info.start = start;
    snapshot.info.fetched_bytes = content.size();
    snapshot.stored_bytes = 3;
    snapshot.samples = 7;
    snapshots.push_back(snapshot);
    files[snapshot.id] = content;
    return snapshot.id;
  }

  [[nodiscard]] std::string name() const override { return "fake"; }
  [[nodiscard]] agent::Result<agent::cli::Document> status() override {
    return failure ? agent::Result<agent::cli::Document>(*failure) : agent_status;
  }
  [[nodiscard]] agent::Result<std::vector<agent::model::TargetStatus>> targets() override { return all_targets; }
  [[nodiscard]] agent::Result<std::vector<agent::store::Series>> series() override { return all_series; }

  [[nodiscard]] agent::Result<void> for_each(const agent::cli::Filter& filter, std::uint64_t most,
                                             const std::function<bool(const agent::model::Snapshot&)>& visit) override {
    asked_most = most;
    if (failure) return *failure;
    std::sort(snapshots.begin(), snapshots.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
    for (const auto& snapshot : snapshots) {
      if (matches(filter, snapshot.info) && !visit(snapshot)) break;
    }
    return {};
  }

  [[nodiscard]] agent::Result<std::string> file(agent::model::SnapshotId id) override {
    asked_files.push_back(id);
    if (const auto broken = broken_files.find(id); broken != broken_files.end()) return broken->second;
    return files.at(id);
  }

  [[nodiscard]] agent::Result<std::string> merge(const agent::cli::Filter& filter) override {
    asked_merge = filter;
    return merged;
  }

  [[nodiscard]] agent::Result<agent::model::Capture> start_capture(const agent::model::CaptureRequest& request) override {
    asked_capture = request;
    return next_capture();
  }
  [[nodiscard]] agent::Result<agent::model::Capture> capture(const std::string& /*id*/) override { return next_capture(); }
  [[nodiscard]] agent::Result<agent::store::VerifyReport> verify() override { return report; }
  [[nodiscard]] std::vector<agent::store::Damage> skipped() override { return damage; }

  agent::cli::Document agent_status;
  std::vector<agent::model::TargetStatus> all_targets;
  std::vector<agent::store::Series> all_series;
  std::vector<agent::model::Snapshot> snapshots;
  std::map<agent::model::SnapshotId, std::string> files;
  std::map<agent::model::SnapshotId, agent::Error> broken_files;
  agent::Result<std::string> merged = std::string("merged");
  std::vector<agent::model::Capture> captures;  ///< one answer after the other, the last one for ever
  agent::store::VerifyReport report;
  std::vector<agent::store::Damage> damage;  ///< of skipped()
  std::optional<agent::Error> failure;       ///< of status and for_each

  std::uint64_t asked_most = 0;
  std::vector<agent::model::SnapshotId> asked_files;
  agent::cli::Filter asked_merge;
  agent::model::CaptureRequest asked_capture;

 private:
  agent::model::Capture next_capture() {
    agent::model::Capture answer = captures.at(std::min(answered_, captures.size() - 1));
    ++answered_;
    return answer;
  }

  std::size_t answered_ = 0;
};

}  // namespace tests
