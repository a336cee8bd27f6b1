// The store on a disk that works: what goes in comes out, found by time, in blocks cut as they should be.
#include "tests/unit/store/store_harness.hpp"

namespace tests {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class FolderStoreTest : public StoreTest {};

TEST_F(FolderStoreTest, ReadsBackWhatWasAppended) {
  open();
  for (int i = 1; i <= 20; ++i) ASSERT_TRUE(append("kubelet", i));
  expect_all_there();
  expect_clean();
  EXPECT_EQ(block_names().size(), 1U);
}

TEST_F(FolderStoreTest, KeepsAllMetadata) {
  open();
  auto info = info_at("etcd", seconds(3), model::ProfileType::kCpu);
  info.duration = seconds(10);
  info.cause = model::Cause::kIncident;
  info.capture_id = "incident-7";
  const auto appended = store_->append(info, small_profile(1));
  ASSERT_TRUE(appended);
  for (const bool is_sealed : {false, true}) {
    if (is_sealed) reopen();
    const auto found = store_->reader().find(appended->id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->info.component, "etcd");
    EXPECT_EQ(found->info.type, model::ProfileType::kCpu);
    EXPECT_EQ(found->info.start, info.start);
    EXPECT_EQ(found->info.duration, info.duration);
    EXPECT_EQ(found->info.cause, info.cause);
    EXPECT_EQ(found->info.process, info.process);
    EXPECT_EQ(found->info.component_version, "v1.2.3");
    EXPECT_EQ(found->info.capture_id, "incident-7");
    EXPECT_EQ(found->info.fetched_bytes, 12345U);
    EXPECT_EQ(found->stored_bytes, appended->stored_bytes);
    EXPECT_EQ(found->samples, 8U);
  }
}

TEST_F(FolderStoreTest, KeepsRawBytesAsTheyCame) {
  open();
  const std::string trace = std::string("go 1.22 trace\0\0\0\x80", 17);
  const auto snapshot = store_->append_raw(info_at("etcd", seconds(1), model::ProfileType::kTrace), trace);
  ASSERT_TRUE(snapshot);
  const auto stored = store_->reader().read(snapshot->id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(std::get<std::string>(stored->content), trace);
}

TEST_F(FolderStoreTest, RefusesWhatItCannotName) {
  open();
  EXPECT_EQ(store_->append(info_at("", seconds(1)), small_profile(1)).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(store_->append(info_at(std::string(256, 'x'), seconds(1)), small_profile(1)).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(store_->append(info_at("a", -hours(24 * 365 * 80)), small_profile(1)).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(store_->append(info_at("a", seconds(1), model::ProfileType::kTrace), small_profile(1)).error().code(), Errc::kInvalidArgument);
  EXPECT_TRUE(block_names().empty());
}

TEST_F(FolderStoreTest, NamesFilesSafelyWhateverTheComponentIsCalled) {
  open();
  for (const std::string component : {"../etc/passwd", ".hidden", "a b\n%", "\xff\xfe"}) {
    const auto snapshot = store_->append(info_at(component, seconds(1)), small_profile(1));
    ASSERT_TRUE(snapshot) << component;
    EXPECT_EQ(store_->reader().find(snapshot->id)->info.component, component);
  }
  for (const auto& name : block_names()) {
    EXPECT_EQ(name.find('/'), std::string::npos);
    EXPECT_NE(name.front(), '.');
  }
}

TEST_F(FolderStoreTest, GivesEachSnapshotItsOwnIdAlsoAtTheSameTimeAndAfterARestart) {
  open();
  std::set<model::SnapshotId> ids;
  for (int round = 0; round < 3; ++round) {
    for (const std::string component : {"a", "b"}) {
      for (int i = 0; i < 5; ++i) {
        const auto snapshot = store_->append(info_at(component, seconds(1)), small_profile(i));
        ASSERT_TRUE(snapshot);
        EXPECT_TRUE(ids.insert(snapshot->id).second);
      }
    }
    reopen();
  }
  EXPECT_EQ(listed().size(), 30U);
}

TEST_F(FolderStoreTest, BeginsABlockForANewProcessAndAnotherVersion) {
  open();
  auto info = info_at("kubelet", seconds(1));
  ASSERT_TRUE(store_->append(info, small_profile(1)));
  info.process.pid = 8;
  ASSERT_TRUE(store_->append(info, small_profile(2)));
  info.component_version = "v1.2.4";
  ASSERT_TRUE(store_->append(info, small_profile(3)));
  EXPECT_EQ(block_names().size(), 3U);
}

TEST_F(FolderStoreTest, BeginsABlockPastItsSpanAndItsSize) {
  options_.max_block_span = seconds(100);
  open();
  for (const int at : {0, 99, 100, 150, 300}) ASSERT_TRUE(append("kubelet", at));
  EXPECT_EQ(block_names().size(), 3U);
  options_.max_block_bytes = 1;
  store_->reconfigure(options_);
  for (const int at : {301, 302}) ASSERT_TRUE(append("kubelet", at));
  EXPECT_EQ(block_names().size(), 5U);
  expect_all_there();
  expect_clean();
}

TEST_F(FolderStoreTest, SealsABlockPastItsSpanWithoutAnAppend) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  const auto before = files_->content(block_names().front()).size();
  clock_.advance(options_.max_block_span);
  store_->maintain();
  EXPECT_GT(files_->content(block_names().front()).size(), before);
  expect_all_there();
}

TEST_F(FolderStoreTest, ListsNewestFirstOverBlocksThatOverlap) {
  options_.max_block_span = seconds(20);
  open();
  for (int i = 0; i < 60; ++i) ASSERT_TRUE(append(i % 3 == 0 ? "a" : "b", i));
  const auto ids = listed();
  ASSERT_EQ(ids.size(), 60U);
  EXPECT_TRUE(std::is_sorted(ids.rbegin(), ids.rend()));
  // A page begins below the last id of the one before.
  EXPECT_EQ(listed({.before = ids[9]}), std::vector(ids.begin() + 10, ids.end()));
  EXPECT_EQ(listed({.component = "a"}).size(), 20U);
  EXPECT_EQ(listed({.type = model::ProfileType::kCpu}).size(), 0U);
  EXPECT_EQ(listed({.from = ManualClock::start() + seconds(10), .to = ManualClock::start() + seconds(15)}).size(), 5U);
}

TEST_F(FolderStoreTest, StopsListingWhenTheVisitorHasEnough) {
  open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(append("a", i));
  int visits = 0;
  ASSERT_TRUE(store_->reader().for_each({}, [&](const model::Snapshot&) { return ++visits < 2; }));
  EXPECT_EQ(visits, 2);
}

TEST_F(FolderStoreTest, TakesAnImportOfThePastInOrder) {
  open();
  for (int i = 0; i < 10; ++i) {
    const auto snapshot = store_->append(info_at("old", -hours(24 * 30) + seconds(10) * i), small_profile(i));
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(model::time_of(snapshot->id), ManualClock::start() - hours(24 * 30) + seconds(10) * i);
  }
  EXPECT_EQ(block_names().size(), 1U);
}

TEST_F(FolderStoreTest, SumsUpSeries) {
  open();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append("b", i));
  ASSERT_TRUE(append("a", 9));
  ASSERT_TRUE(store_->append_raw(info_at("b", seconds(5), model::ProfileType::kTrace), "x"));
  const auto series = store_->reader().series();
  ASSERT_TRUE(series);
  ASSERT_EQ(series->size(), 3U);
  EXPECT_EQ((*series)[0].component, "a");
  EXPECT_EQ((*series)[1].component, "b");
  EXPECT_EQ((*series)[1].snapshots, 3U);
  EXPECT_EQ((*series)[1].first, ManualClock::start() + seconds(1));
  EXPECT_EQ((*series)[1].last, ManualClock::start() + seconds(3));
  EXPECT_EQ((*series)[1].fetched_bytes, 3U * 12345U);
  EXPECT_EQ((*series)[2].type, model::ProfileType::kTrace);
}

TEST_F(FolderStoreTest, MergesOverBlocks) {
  options_.max_block_span = seconds(2);
  open();
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(append("a", i, 1));
  ASSERT_GT(block_names().size(), 2U);
  const auto sum = store_->reader().merge({.component = "a", .type = model::ProfileType::kHeap});
  ASSERT_TRUE(sum) << sum.error().message();
  EXPECT_EQ(sum->values, (std::vector<std::int64_t>{15'005}));
  EXPECT_EQ(store_->reader().merge({.component = "a"}).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(store_->reader().merge({.component = "a", .type = model::ProfileType::kTrace}).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(store_->reader().merge({.component = "z", .type = model::ProfileType::kHeap}).error().code(), Errc::kNotFound);
}

TEST_F(FolderStoreTest, SaysWhatItHolds) {
  open();
  EXPECT_EQ(store_->state().oldest, WallTime{});
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append("a", i));
  const auto state = store_->state();
  EXPECT_TRUE(state.writable);
  EXPECT_EQ(state.snapshots, 3U);
  EXPECT_EQ(state.blocks, 1U);
  EXPECT_EQ(state.bytes, files_->content(block_names().front()).size());
  EXPECT_EQ(state.oldest, ManualClock::start() + seconds(1));
}

TEST_F(FolderStoreTest, HasOneWriter) {
  open();
  const auto second = store::FolderStore::open(files_, options_, clock_, log_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Errc::kConflict);
  EXPECT_NE(second.error().message().find("42"), std::string::npos);
}

TEST_F(FolderStoreTest, RefusesAppendsWhenClosed) {
  open();
  ASSERT_TRUE(append("a", 1));
  ASSERT_TRUE(store_->close());
  EXPECT_EQ(append("a", 2).error().code(), Errc::kCancelled);
  expect_all_there();
}

TEST_F(FolderStoreTest, UnknownIdIsNotFound) {
  open();
  ASSERT_TRUE(append("a", 1));
  EXPECT_EQ(store_->reader().read(model::SnapshotId{1}).error().code(), Errc::kNotFound);
  EXPECT_EQ(store_->reader().find(model::make_snapshot_id(ManualClock::start() + seconds(1), 77)).error().code(), Errc::kNotFound);
}

}  // namespace
}  // namespace tests
