// A store of thousands of blocks and 300,000 snapshots opens and lists quickly, and its memory is that of summaries.
// links: store
#include "agent/store/block_file.hpp"
#include "agent/store/block_name.hpp"
#include "agent/store/frame.hpp"
#include "agent/store/store.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace {

using namespace agent;

constexpr std::uint32_t kBlocks = 3000;
constexpr std::uint32_t kSnapshots = 100;  // of each block
/// The release build takes a second at most; what is asked for here holds for a sanitizer build on a busy machine, and catches what is not
/// linear or reads the records.
constexpr Duration kPatience = std::chrono::seconds(15);
const WallTime kStart = from_unix_nanos(1'790'000'000'000'000'000);

/// A sealed block whose records are never looked at: opening and listing read the index.
std::string make_block(std::uint32_t number) {
  const store::BlockIdentity identity{"component-" + std::to_string(number % 6), {.pid = number, .start_time = kStart}, "v1.30.1"};
  std::string file = store::encode_block_start({identity, std::uint64_t{number} * kSnapshots});
  store::BlockIndex index;
  for (std::uint32_t i = 0; i < kSnapshots; ++i) {
    const std::uint64_t offset = file.size();
    store::append_frame(file, store::FrameType::kSnapshot, std::string(40, static_cast<char>(i)));
    model::Snapshot snapshot;
    snapshot.info.type = model::kAllProfileTypes[i % 6];
    snapshot.info.start = kStart + std::chrono::seconds(10) * (number / 6 * kSnapshots + i);
    snapshot.info.fetched_bytes = 50'000 + i;
    snapshot.id = model::make_snapshot_id(snapshot.info.start, number * kSnapshots + i);
    snapshot.stored_bytes = file.size() - offset;
    store::add_entry(index, snapshot, offset);
  }
  return file + store::encode_block_end(index, file.size());
}

TEST(StoreScale, OpensThreeHundredThousandSnapshotsAndListsADay) {
  const tests::TempDir folder;
  for (std::uint32_t number = 0; number < kBlocks; ++number) {
    const auto start = kStart + std::chrono::seconds(10) * (number / 6 * kSnapshots);
    std::ofstream(folder / store::block_name("component-" + std::to_string(number % 6), start, number), std::ios::binary)
        << make_block(number);
  }
  const SystemClock clock;
  tests::FakeLogger log;
  store::StoreOptions options;
  options.path = folder.path();
  options.max_bytes = options.min_free_bytes = 0;
  options.max_age = Duration(0);
  const auto before = clock.now();
  auto store = store::Store::open(options, clock, log);
  const auto opened = clock.now() - before;
  ASSERT_TRUE(store) << store.error().message();
  EXPECT_EQ((*store)->state().snapshots, kBlocks * kSnapshots);
  RecordProperty("open_ms", static_cast<int>(opened / std::chrono::milliseconds(1)));
  EXPECT_LT(opened, kPatience);

  const auto list_before = clock.now();
  int listed = 0;
  ASSERT_TRUE((*store)->reader().for_each({.from = kStart + std::chrono::hours(24), .to = kStart + std::chrono::hours(48)},
                                          [&](const model::Snapshot&) { return ++listed, true; }));
  const auto took = clock.now() - list_before;
  RecordProperty("list_day_ms", static_cast<int>(took / std::chrono::milliseconds(1)));
  EXPECT_EQ(listed, 6 * 8640);
  EXPECT_LT(took, kPatience);
}

}  // namespace
