// Readers beside a writer on a real disk: in the process that writes, and by a folder of their own as `kprofctl --store` has it, while
// blocks are sealed and deleted under them. Meant for the thread sanitizer as well.
// links: store
#include "agent/store/store.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace agent;

pprof::Profile tiny_profile(std::uint32_t seed) {
  pprof::Profile profile;
  profile.sample_types = {{profile.strings.append("goroutine"), profile.strings.append("count")}};
  profile.functions.push_back({.name = profile.strings.append("main.f" + std::to_string(seed % 50))});
  profile.lines.push_back({.function = 0, .line = seed, .column = 0});
  profile.locations.push_back({.address = 16ULL * seed, .first_line = 0, .line_count = 1});
  profile.stack = {0};
  profile.stack_begin = {0, 1};
  profile.values = {seed};
  profile.label_begin = {0, 0};
  return profile;
}

/// Everything that is listed can be read, but for what retention deleted meanwhile.
void read_all(const store::StoreReader& reader, std::atomic<std::uint64_t>& read) {
  std::vector<model::Snapshot> listed;
  const auto done = reader.for_each({}, [&](const model::Snapshot& snapshot) {
    listed.push_back(snapshot);
    return listed.size() < 30;
  });
  ASSERT_TRUE(done) << done.error().message();
  for (const auto& snapshot : listed) {
    const auto stored = reader.read(snapshot.id);
    if (!stored) {
      ASSERT_EQ(stored.error().code(), Errc::kNotFound) << stored.error().message();
      continue;
    }
    ASSERT_EQ(std::get<pprof::Profile>(stored->content).values,
              std::vector<std::int64_t>{static_cast<std::int64_t>(snapshot.info.fetched_bytes)});
    ++read;
  }
  const auto series = reader.series();
  ASSERT_TRUE(series);
  const auto merged = reader.merge({.component = "a", .type = model::ProfileType::kGoroutine});
  if (!merged) {
    ASSERT_EQ(merged.error().code(), Errc::kNotFound) << merged.error().message();
  }
  const auto report = reader.verify();
  ASSERT_TRUE(report) << report.error().message();
  for (const auto& damage : report->damage) ADD_FAILURE() << damage.file << "@" << damage.offset << ": " << damage.what;
}

TEST(StoreConcurrency, ReadersSeeWholeSnapshotsWhileBlocksComeAndGo) {
  const tests::TempDir folder;
  const SystemClock clock;
  tests::FakeLogger log;
  store::StoreOptions options;
  options.path = folder.path();
  options.min_free_bytes = 0;
  options.max_bytes = 12'000;
  options.max_block_span = std::chrono::seconds(20);
  auto opened = store::Store::open(options, clock, log);
  ASSERT_TRUE(opened) << opened.error().message();
  auto& store = **opened;

  std::atomic<bool> is_done{false};
  std::atomic<std::uint64_t> read{0};
  std::thread inside([&] {
    while (!is_done) read_all(store.reader(), read);
  });
  std::thread outside([&] {
    auto reader = store::StoreReader::open(folder.path());
    ASSERT_TRUE(reader);
    while (!is_done) read_all(**reader, read);
  });
  std::thread observer([&] {
    while (!is_done) {
      EXPECT_TRUE(store.state().writable);
      store.maintain();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  const auto start = clock.wall_now();
  for (std::uint32_t i = 1; i <= 600; ++i) {
    model::SnapshotInfo info{.component = i % 2 == 0 ? "a" : "b",
                             .type = model::ProfileType::kGoroutine,
                             .start = start + std::chrono::seconds(i),
                             .process = {},
                             .component_version = "",
                             .capture_id = "",
                             .fetched_bytes = i};
    ASSERT_TRUE(store.append(info, tiny_profile(i)));
  }
  is_done = true;
  inside.join();
  outside.join();
  observer.join();
  EXPECT_GT(read, 0U);
  EXPECT_LT(store.state().snapshots, 600U);  // blocks did go
  EXPECT_LE(store.state().bytes, options.max_bytes + 2'000);
}

}  // namespace
