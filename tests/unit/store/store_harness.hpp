// What the tests of the store share: a clock moved by hand, a log that is kept, small profiles, and a store on a MemoryFileSystem.
#pragma once

#include "agent/base/clock.hpp"
#include "agent/base/log.hpp"
#include "agent/store/folder_source.hpp"
#include "agent/store/folder_store.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/memory_file_system.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tests {

namespace model = agent::model;
namespace pprof = agent::pprof;
namespace store = agent::store;
using agent::Duration;
using agent::Errc;
using agent::Result;
using agent::SteadyTime;
using agent::WallTime;

class ManualClock final : public agent::Clock {
 public:
  [[nodiscard]] SteadyTime now() const override { return SteadyTime(elapsed_); }
  [[nodiscard]] WallTime wall_now() const override { return start() + elapsed_; }
  void advance(Duration by) { elapsed_ += by; }
  static WallTime start() { return agent::from_unix_nanos(1'790'000'000'000'000'000); }

 private:
  Duration elapsed_{std::chrono::hours(1)};
};

class KeptLog final : public agent::Logger {
 public:
  void write(agent::LogLevel, std::string_view message, std::initializer_list<agent::LogField> fields) override {
    const std::lock_guard lock(mutex_);
    std::string line(message);
    for (const auto& field : fields) line += " " + field.key() + "=" + field.value();
    lines_.push_back(std::move(line));
  }
  void configure(agent::LogLevel, agent::LogFormat) override {}
  [[nodiscard]] int count(std::string_view part) const {
    const std::lock_guard lock(mutex_);
    int found = 0;
    for (const auto& line : lines_) found += line.find(part) != std::string::npos ? 1 : 0;
    return found;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// `samples` stacks of two frames each; the values depend on `seed`.
inline pprof::Profile small_profile(int seed, int samples = 8) {
  pprof::Profile profile;
  profile.sample_types = {{profile.strings.append("inuse_space"), profile.strings.append("bytes")}};
  profile.mappings.push_back({.start = 0x400000, .limit = 0x800000, .file = profile.strings.append("/bin/program"), .has_functions = true});
  const auto count = static_cast<std::uint32_t>(samples);
  for (std::uint32_t i = 0; i <= count; ++i) {
    profile.functions.push_back({.name = profile.strings.append("main.f" + std::to_string(i)), .start_line = 10});
    profile.lines.push_back({.function = i, .line = 12, .column = 0});
    profile.locations.push_back({.address = 0x400000 + 16ULL * i, .mapping = 0, .first_line = i, .line_count = 1});
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    profile.stack.insert(profile.stack.end(), {i, count});
    profile.stack_begin.push_back(static_cast<std::uint32_t>(profile.stack.size()));
    profile.values.push_back(1000LL * seed + i + 1);
    profile.label_begin.push_back(0);
  }
  profile.time_nanos = 1'790'000'000'000'000'000 + seed;
  return profile;
}

inline model::SnapshotInfo info_at(const std::string& component, Duration after_start,
                                   model::ProfileType type = model::ProfileType::kHeap) {
  model::SnapshotInfo info;
  info.component = component;
  info.type = type;
  info.start = ManualClock::start() + after_start;
  info.process = {.pid = 7, .start_time = ManualClock::start()};
  info.component_version = "v1.2.3";
  info.fetched_bytes = 12345;
  return info;
}

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    options_.path = "/store";
    options_.max_bytes = 0;
    options_.max_age = Duration(0);
    options_.min_free_bytes = 0;
  }

  void open() {
    auto store = store::FolderStore::open(files_, options_, clock_, log_);
    ASSERT_TRUE(store) << store.error().message();
    store_ = std::move(*store);
  }
  /// As after kill -9 or a power cut: nothing is closed.
  void crash(CrashKeeps keeps) {
    files_->fault_at(1, FaultKind::kPowerCut);
    store_.reset();
    files_->crash(keeps);
  }
  void reopen() {
    store_.reset();
    open();
  }

  /// Appends small_profile(seed) and remembers it when it is acknowledged.
  Result<model::Snapshot> append(const std::string& component, int seed, int samples = 8) {
    const auto profile = small_profile(seed, samples);
    auto snapshot = store_->append(info_at(component, std::chrono::seconds(seed)), profile);
    if (snapshot) acknowledged_[snapshot->id] = {seed, samples};
    return snapshot;
  }

  /// Every acknowledged snapshot reads back equal.
  void expect_all_there() {
    for (const auto& [id, made_of] : acknowledged_) {
      auto stored = store_->reader().read(id);
      ASSERT_TRUE(stored) << model::to_string(id) << ": " << stored.error().message();
      ASSERT_TRUE(std::holds_alternative<pprof::Profile>(stored->content));
      auto& expected = expected_[made_of];
      if (expected.empty()) expected = canonical_dump(small_profile(made_of.first, made_of.second));
      EXPECT_EQ(canonical_dump(std::get<pprof::Profile>(stored->content)), expected);
    }
  }
  void expect_clean() {
    auto report = store_->reader().verify();
    ASSERT_TRUE(report) << report.error().message();
    for (const auto& damage : report->damage) ADD_FAILURE() << damage.file << "@" << damage.offset << ": " << damage.what;
  }
  [[nodiscard]] std::vector<std::string> block_names() const {
    std::vector<std::string> names;
    for (auto& name : files_->names()) {
      if (name.ends_with(".kpb")) names.push_back(name);
    }
    return names;
  }
  [[nodiscard]] std::vector<model::SnapshotId> listed(const store::SnapshotQuery& query = {}) const {
    std::vector<model::SnapshotId> ids;
    auto done = store_->reader().for_each(query, [&](const model::Snapshot& s) { return ids.push_back(s.id), true; });
    EXPECT_TRUE(done);
    return ids;
  }

  std::shared_ptr<MemoryFileSystem> files_ = std::make_shared<MemoryFileSystem>();
  ManualClock clock_;
  KeptLog log_;
  store::StoreOptions options_;
  std::unique_ptr<store::FolderStore> store_;
  std::map<model::SnapshotId, std::pair<int, int>> acknowledged_;  // seed and samples of each
  std::map<std::pair<int, int>, std::string> expected_;
};

}  // namespace tests
