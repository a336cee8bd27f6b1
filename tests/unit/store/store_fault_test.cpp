// The store on a disk that refuses, tears and forgets.
#include "tests/support/sanitizer.hpp"
#include "tests/unit/store/store_harness.hpp"

#include <random>
#include <tuple>

namespace tests {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class StoreFaultTest : public StoreTest {
 protected:
  /// Rolls, seals and deletes blocks of two components; the faults of the test hit somewhere in it.
  void record_some() {
    for (int i = 1; i <= 7; ++i) {
      static_cast<void>(append(i % 2 == 0 ? "kubelet" : "etcd", i, 2));
      clock_.advance(seconds(1));
    }
    clock_.advance(seconds(40));
    store_->maintain();
  }
  /// Acknowledged snapshots that retention may have deleted since are none of the property's business.
  void forget_deleted() {
    const auto ids = listed();
    const auto oldest = ids.empty() ? model::SnapshotId{~0ULL} : ids.back();
    std::erase_if(acknowledged_, [&](const auto& a) { return a.first < oldest; });
  }
};

/// After any single fault and a restart, every acknowledged snapshot reads back equal, and no damage is found.
class EveryFaultTest : public StoreFaultTest, public ::testing::WithParamInterface<std::tuple<FaultKind, CrashKeeps>> {};

TEST_P(EveryFaultTest, LosesNothingAcknowledged) {
  const auto [kind, keeps] = GetParam();
  options_.max_block_span = seconds(3);
  open();
  record_some();
  const std::uint64_t operations = files_->operations();
  ASSERT_GT(operations, 20U);
  ASSERT_EQ(acknowledged_.size(), 7U);
  // With a sanitizer every third operation, from another one on for each kind of fault.
  const std::uint64_t first = tests::kIsSanitized ? 1 + static_cast<std::uint64_t>(kind) : 1;
  for (std::uint64_t n = first; n <= operations + 4 && !HasFatalFailure(); n += tests::kIsSanitized ? 3 : 1) {
    SCOPED_TRACE("operation " + std::to_string(n));
    store_.reset();
    files_ = std::make_shared<MemoryFileSystem>();
    acknowledged_.clear();
    clock_ = ManualClock();
    open();
    files_->fault_at(n, kind);
    record_some();
    crash(keeps);
    open();
    expect_all_there();
    expect_clean();
    EXPECT_TRUE(store_->reader().skipped().empty());
    // And it goes on.
    ASSERT_TRUE(append("etcd", 100));
    expect_all_there();
  }
}

INSTANTIATE_TEST_SUITE_P(Faults, EveryFaultTest,
                         ::testing::Combine(::testing::Values(FaultKind::kRefuse, FaultKind::kTear, FaultKind::kPowerCut),
                                            ::testing::Values(CrashKeeps::kNothing, CrashKeeps::kHalf, CrashKeeps::kAll)));

TEST_F(StoreFaultTest, SurvivesFaultsWhileRecovering) {
  options_.max_block_span = seconds(3);
  for (std::uint64_t n = 1; n <= 20 && !HasFatalFailure(); ++n) {
    SCOPED_TRACE("operation " + std::to_string(n));
    store_.reset();
    files_ = std::make_shared<MemoryFileSystem>();
    acknowledged_.clear();
    open();
    record_some();
    crash(CrashKeeps::kHalf);
    files_->fault_at(n, FaultKind::kPowerCut);
    store_.reset();
    static_cast<void>(store::FolderStore::open(files_, options_, clock_, log_));
    files_->crash(CrashKeeps::kHalf);
    open();
    expect_all_there();
    expect_clean();
  }
}

TEST_F(StoreFaultTest, HoldsSnapshotsWhileTheDiskIsFullAndWritesThemInOrder) {
  open();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append("kubelet", i));
  files_->refuse_all("no_space");
  for (int i = 4; i <= 9; ++i) {
    const auto refused = append("kubelet", i);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::kUnavailable);
  }
  auto state = store_->state();
  EXPECT_FALSE(state.writable);
  EXPECT_NE(state.reason.find("no space"), std::string::npos);
  EXPECT_EQ(state.pending_snapshots, 6U);
  EXPECT_GT(state.pending_bytes, 0U);
  EXPECT_EQ(state.snapshots, 3U);
  EXPECT_EQ(log_.count("the store cannot write"), 1);

  files_->refuse_all("");
  store_->maintain();  // not yet time to ask again
  EXPECT_FALSE(store_->state().writable);
  clock_.advance(seconds(31));
  store_->maintain();
  state = store_->state();
  EXPECT_TRUE(state.writable);
  EXPECT_EQ(state.reason, "");
  EXPECT_EQ(state.pending_snapshots, 0U);
  EXPECT_EQ(state.dropped_snapshots, 0U);
  EXPECT_EQ(state.snapshots, 9U);
  EXPECT_EQ(log_.count("the store writes again"), 1);
  for (const auto id : listed()) ASSERT_TRUE(store_->reader().read(id));
  EXPECT_EQ(block_names().size(), 1U);
  reopen();
  EXPECT_EQ(listed().size(), 9U);
  expect_clean();
}

TEST_F(StoreFaultTest, RecordsWhenADiskThatWasFullHasRoomAgain) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->set_capacity(files_->content(block_names().front()).size() + 5);  // the next write is cut short
  ASSERT_FALSE(append("kubelet", 2));
  ASSERT_FALSE(append("etcd", 3));
  expect_all_there();
  files_->set_capacity(1U << 30U);
  clock_.advance(seconds(2));
  ASSERT_TRUE(append("kubelet", 4));
  EXPECT_EQ(listed().size(), 4U);
  expect_clean();
}

TEST_F(StoreFaultTest, DropsTheOldestPastItsMemoryAndCountsThem) {
  options_.max_memory_bytes = 40'000;
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->refuse_all("io");
  for (int i = 2; i <= 201; ++i) static_cast<void>(append("kubelet", i));
  const auto state = store_->state();
  EXPECT_LE(state.pending_bytes, options_.max_memory_bytes);
  EXPECT_GT(state.pending_snapshots, 5U);
  EXPECT_EQ(state.pending_snapshots + state.dropped_snapshots, 200U);
  EXPECT_GE(log_.count("snapshots that waited for the disk are lost"), 1);
  EXPECT_LE(log_.count("snapshots that waited for the disk are lost"), 1 + 200 / 60) << "once a minute";
  files_->refuse_all("");
  clock_.advance(seconds(61));
  store_->maintain();
  EXPECT_EQ(log_.count("lostSinceStart=" + std::to_string(state.dropped_snapshots)), 1) << "the last ones too";
  const auto ids = listed();
  EXPECT_EQ(ids.size(), 1U + state.pending_snapshots);
  // What is left is the newest, without a gap.
  for (std::size_t i = 0; i + 1 < ids.size(); ++i) {
    EXPECT_EQ(model::time_of(ids[i]), ManualClock::start() + seconds(201 - static_cast<int>(i)));
  }
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, NeverTrustsAFileAfterAFailedSync) {
  open();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append("kubelet", i));
  files_->refuse_syncs("io");
  ASSERT_FALSE(append("kubelet", 4));
  ASSERT_FALSE(append("kubelet", 5));
  files_->refuse_syncs("");
  clock_.advance(seconds(2));
  ASSERT_TRUE(append("kubelet", 6));
  EXPECT_EQ(block_names().size(), 2U);
  EXPECT_EQ(listed().size(), 6U);
  expect_all_there();
  crash(CrashKeeps::kNothing);
  open();
  EXPECT_EQ(listed().size(), 6U);
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, MovesWhatWaitedToANewBlockWhenTheSyncFailsToo) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->refuse_all("no_space");
  for (int i = 2; i <= 4; ++i) ASSERT_FALSE(append("kubelet", i));
  files_->refuse_all("");
  files_->refuse_syncs("io");
  clock_.advance(seconds(31));
  store_->maintain();
  EXPECT_EQ(store_->state().pending_snapshots, 3U);
  files_->refuse_syncs("");
  clock_.advance(seconds(31));
  store_->maintain();
  EXPECT_EQ(listed().size(), 4U);
  EXPECT_EQ(store_->state().dropped_snapshots, 0U);
  crash(CrashKeeps::kNothing);
  open();
  EXPECT_EQ(listed().size(), 4U);
  expect_clean();
}

TEST_F(StoreFaultTest, StartsOnAReadOnlyDiskAndRecordsWhenItIsWritable) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  crash(CrashKeeps::kNothing);
  files_->refuse_all("read_only");
  open();
  EXPECT_FALSE(store_->state().writable);
  expect_all_there();
  ASSERT_FALSE(append("kubelet", 2));
  files_->refuse_all("");
  clock_.advance(seconds(31));
  store_->maintain();
  EXPECT_TRUE(store_->state().writable);
  EXPECT_EQ(listed().size(), 2U);
  EXPECT_EQ(store::FolderStore::open(files_, options_, clock_, log_).error().code(), Errc::kConflict);
  expect_clean();
}

TEST_F(StoreFaultTest, SaysOnCloseWhatIsLost) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->refuse_all("io");
  ASSERT_FALSE(append("kubelet", 2));
  const auto closed = store_->close();
  ASSERT_FALSE(closed);
  EXPECT_TRUE(closed.error().message().starts_with("1 snapshot that waited for the disk is lost: ")) << closed.error().message();
  EXPECT_EQ(closed.error().message().find("lost", closed.error().message().find("lost") + 1), std::string::npos);
  EXPECT_EQ(store_->state().dropped_snapshots, 1U);
}

TEST_F(StoreFaultTest, DeletesOldBlocksWhenTheDiskIsFull) {
  options_.max_block_span = seconds(2);
  options_.min_free_bytes = 1000;
  open();
  for (int i = 1; i <= 20; ++i) ASSERT_TRUE(append("kubelet", i));
  std::uint64_t used = 0;
  for (const auto& name : block_names()) used += files_->content(name).size();
  files_->set_capacity(used + 100);
  clock_.advance(seconds(6));
  const auto snapshot = append("kubelet", 21);
  ASSERT_TRUE(snapshot) << snapshot.error().message();
  forget_deleted();
  EXPECT_LT(acknowledged_.size(), 21U);
  EXPECT_GT(acknowledged_.size(), 5U);
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, StopsWritingWhenOthersFillTheDiskAndNothingIsLeftToDelete) {
  options_.min_free_bytes = 1U << 20U;
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->set_capacity(500'000);
  clock_.advance(seconds(6));
  store_->maintain();
  EXPECT_FALSE(store_->state().writable);
  EXPECT_NE(store_->state().reason.find("minFreeBytes"), std::string::npos);
  ASSERT_FALSE(append("kubelet", 2));
  files_->set_capacity(1U << 30U);
  ASSERT_TRUE(append("kubelet", 3));
  EXPECT_TRUE(store_->state().writable);
  EXPECT_EQ(listed().size(), 3U);
}

TEST_F(StoreFaultTest, DeletesNothingAtStartWhenThatWouldNotReachMinFreeBytes) {
  options_.max_block_span = seconds(2);
  open();
  for (int i = 1; i <= 20; ++i) ASSERT_TRUE(append("kubelet", i));
  const auto before = block_names();
  ASSERT_GT(before.size(), 5U);
  options_.min_free_bytes = 1U << 20U;
  files_->set_capacity(500'000);
  reopen();
  EXPECT_EQ(block_names(), before);
  EXPECT_FALSE(store_->state().writable);
  EXPECT_NE(store_->state().reason.find("no block is deleted"), std::string::npos) << store_->state().reason;
  EXPECT_EQ(store_->state().deleted_blocks, 0U);
  EXPECT_EQ(log_.count("no block is deleted"), 1);
  expect_all_there();
}

TEST_F(StoreFaultTest, BeginsAnewWhenItsFolderIsDeletedUnderIt) {
  open();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append(i == 2 ? "etcd" : "kubelet", i));
  files_->delete_folder();
  acknowledged_.clear();
  store_->maintain();
  EXPECT_FALSE(store_->state().writable);
  EXPECT_NE(store_->state().reason.find("deleted or replaced"), std::string::npos) << store_->state().reason;
  EXPECT_EQ(store_->state().blocks, 0U);
  EXPECT_TRUE(listed().empty());
  clock_.advance(seconds(5));
  store_->maintain();
  EXPECT_TRUE(store_->state().writable);
  ASSERT_TRUE(append("kubelet", 4));
  EXPECT_EQ(block_names().size(), 1U);
  EXPECT_EQ(log_.count("was deleted or replaced under"), 1);
  reopen();
  EXPECT_EQ(listed().size(), 1U);
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, AcknowledgesNothingInADeletedFolder) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->delete_folder();
  acknowledged_.clear();
  EXPECT_FALSE(append("kubelet", 2));
  EXPECT_EQ(store_->state().pending_snapshots, 1U);
  clock_.advance(seconds(2));
  ASSERT_TRUE(append("kubelet", 3));
  EXPECT_EQ(listed().size(), 2U);
  expect_clean();
}

TEST_F(StoreFaultTest, KeepsWhatWaitsWhenTheFolderIsDeleted) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  files_->refuse_all("io");
  ASSERT_FALSE(append("kubelet", 2));
  files_->refuse_all("");
  files_->delete_folder();
  acknowledged_.clear();
  store_->maintain();
  clock_.advance(seconds(31));
  store_->maintain();
  EXPECT_EQ(store_->state().dropped_snapshots, 0U);
  EXPECT_EQ(listed().size(), 1U);
  ASSERT_TRUE(append("kubelet", 3));
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, BeginsANewBlockWhenTheOneItWritesIsDeleted) {
  options_.max_block_span = seconds(10);
  open();
  for (int i : {1, 2, 20, 21}) ASSERT_TRUE(append("kubelet", i));
  for (const auto& name : block_names()) files_->delete_file(name);
  acknowledged_.clear();
  ASSERT_TRUE(append("kubelet", 22));
  store_->maintain();
  EXPECT_EQ(store_->state().blocks, 1U);
  EXPECT_EQ(listed().size(), 1U);
  EXPECT_EQ(log_.count("a block was deleted"), 1);
  EXPECT_EQ(log_.count("blocks were deleted"), 1);
  expect_all_there();
  expect_clean();
}

TEST_F(StoreFaultTest, KeepsWithinItsBytes) {
  options_.max_bytes = 600'000;
  open();
  std::mt19937 random(1);
  for (int i = 1; i <= 500; ++i) {
    std::string noise(4000, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    ASSERT_TRUE(store_->append_raw(info_at("kubelet", seconds(i), model::ProfileType::kTrace), noise));
    EXPECT_LE(store_->state().bytes, options_.max_bytes + 5'000);
  }
  EXPECT_GT(store_->state().bytes, options_.max_bytes / 2);
  const auto ids = listed();
  EXPECT_GT(ids.size(), 50U);
  EXPECT_EQ(model::time_of(ids.front()), ManualClock::start() + seconds(500));
  expect_clean();
}

TEST_F(StoreFaultTest, ForgetsWhatIsTooOldButKeepsTheNewestBlockOfAComponent) {
  options_.max_block_span = seconds(2);
  options_.max_age = hours(1);
  open();
  for (int i = 1; i <= 9; ++i) ASSERT_TRUE(append("kubelet", i));
  clock_.advance(hours(2));
  store_->maintain();
  EXPECT_EQ(listed().size(), 1U);
  EXPECT_EQ(log_.count("deleted blocks past the limits"), 1);
  EXPECT_GT(store_->state().deleted_blocks, 2U);
}

}  // namespace
}  // namespace tests
