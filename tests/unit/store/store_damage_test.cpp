// Blocks that are not as they were written: damage is found and told, and what can be read is read.
#include "agent/store/block_folder.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/store/store_harness.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace tests {
namespace {

using std::chrono::seconds;

class StoreDamageTest : public StoreTest {
 protected:
  /// Ten snapshots in one block, sealed.
  void make_block() {
    open();
    for (int i = 1; i <= 10; ++i) ASSERT_TRUE(append("kubelet", i));
    store_.reset();
    name_ = block_names().front();
    auto contents = store::open_block(*files_, "/store/" + name_);
    ASSERT_TRUE(contents);
    ASSERT_EQ(contents->state, store::BlockState::kSealed);
    contents_ = *contents;
  }
  std::vector<store::Damage> verify() {
    auto reader = store::open_reader(files_, "/store");
    EXPECT_TRUE(reader);
    auto report = (*reader)->verify();
    EXPECT_TRUE(report);
    return report->damage;
  }
  void flip(std::uint64_t offset) {
    auto& byte = files_->content(name_)[offset];
    byte = static_cast<char>(byte ^ 0x10);
  }
  /// As it was before it was sealed.
  void unseal() { files_->content(name_).resize(contents_.end); }

  std::string name_;
  store::BlockContents contents_;
};

TEST_F(StoreDamageTest, FindsNoDamageInAGoodBlock) {
  make_block();
  EXPECT_TRUE(verify().empty());
  unseal();
  EXPECT_TRUE(verify().empty());
}

TEST_F(StoreDamageTest, FindsEverySingleFlippedByteOfASealedBlock) {
  make_block();
  const auto size = files_->content(name_).size();
  for (std::uint64_t offset = 0; offset < size; offset += offset < 300 || offset + 300 > size ? 1 : 37) {
    flip(offset);
    EXPECT_FALSE(verify().empty()) << offset;
    flip(offset);
  }
}

TEST_F(StoreDamageTest, GoesOnBehindADamagedRecord) {
  make_block();
  flip(contents_.index.entries[2].offset + 20);
  flip(contents_.index.entries[7].offset + 20);
  const auto damage = verify();
  ASSERT_GE(damage.size(), 3U);
  EXPECT_EQ(damage[0].offset, contents_.index.entries[2].offset);
  EXPECT_EQ(damage[1].offset, contents_.index.entries[7].offset);
  EXPECT_EQ(damage[0].file.filename().string(), name_);
}

TEST_F(StoreDamageTest, CountsWhatAReaderGetsAndWhatNot) {
  make_block();
  for (const std::size_t broken : {std::size_t{0}, std::size_t{5}, std::size_t{9}}) {
    const std::uint64_t offset = contents_.index.entries[broken].offset;
    flip(offset + 20);
    const auto report = (*store::open_reader(files_, "/store"))->verify();
    EXPECT_EQ(report->snapshots, broken);
    EXPECT_EQ(report->unreadable, 10 - broken);
    EXPECT_EQ(report->damage.back().offset, offset);
    EXPECT_EQ(report->damage.back().what, store::unreadable_behind(10 - broken, offset));
    flip(offset + 20);
  }
}

TEST_F(StoreDamageTest, VerifiesTheOthersWhenOneBlockCannotBeOpened) {
  const TempDir temp;
  store::StoreOptions options;
  options.path = temp.path();
  auto written = store::Store::open(options, clock_, log_);
  ASSERT_TRUE(written);
  model::SnapshotInfo info;
  info.component = "kubelet";
  info.type = model::ProfileType::kTrace;
  info.start = ManualClock::start();
  ASSERT_TRUE((*written)->append_raw(info, "trace"));
  ASSERT_TRUE((*written)->close());
  std::filesystem::create_symlink("/etc/hosts", temp / "a-0000000000000-00000000.kpb");
  std::filesystem::create_directory(temp / "b-0000000000000-00000000.kpb");
  ASSERT_EQ(::mkfifo((temp / "z-0000000000000-00000000.kpb").c_str(), 0600), 0);
  const auto report = (*store::StoreReader::open(temp.path()))->verify();
  ASSERT_TRUE(report) << report.error().message();
  EXPECT_EQ(report->blocks, 1U);
  EXPECT_EQ(report->snapshots, 1U);
  ASSERT_EQ(report->damage.size(), 3U);
  EXPECT_EQ(report->damage[0].file, temp / "a-0000000000000-00000000.kpb");
  EXPECT_EQ(report->damage[0].what, "cannot be read: Too many levels of symbolic links");
  EXPECT_EQ(report->damage[1].what, "cannot be read: not a regular file");
  EXPECT_EQ(report->damage[2].what, "cannot be read: not a regular file");
}

TEST_F(StoreDamageTest, KeepsADamagedUnsealedBlockAndReadsWhatLiesBefore) {
  make_block();
  unseal();
  flip(contents_.index.entries[5].offset + 20);
  const std::string before = files_->content(name_);
  open();
  EXPECT_EQ(files_->content(name_), before);
  EXPECT_EQ(listed().size(), 5U);
  EXPECT_EQ(log_.count("a block is damaged"), 1);
  for (const auto id : listed()) EXPECT_TRUE(store_->reader().read(id));
  EXPECT_FALSE(verify().empty());
  EXPECT_TRUE(append("kubelet", 20));
}

TEST_F(StoreDamageTest, KeepsABlockWithoutAReadableSnapshotAsLongAsItMayBeYoung) {
  make_block();
  unseal();
  flip(contents_.index.entries[0].offset + 20);
  options_.max_age = std::chrono::hours(2);
  open();
  EXPECT_TRUE(append("kubelet", 20)) << "so that it is not the newest block of its component";
  store_->maintain();
  EXPECT_EQ(block_names().size(), 2U);
  clock_.advance(std::chrono::hours(3));
  EXPECT_TRUE(append("kubelet", 3 * 3600 + 30));
  store_->maintain();
  const auto names = block_names();
  EXPECT_EQ(std::find(names.begin(), names.end(), name_), names.end()) << "it is as old as its name says";
}

TEST_F(StoreDamageTest, ReadsASealedBlockUpToTheDamage) {
  make_block();
  flip(contents_.index.entries[5].offset + 20);
  open();
  const auto ids = listed();
  ASSERT_EQ(ids.size(), 10U);
  EXPECT_TRUE(store_->reader().read(ids[9]));
  EXPECT_EQ(store_->reader().read(ids[0]).error().code(), Errc::kCorrupt);
}

TEST_F(StoreDamageTest, MergesWhatLiesBeforeTheDamageSealedOrNot) {
  make_block();
  const std::uint64_t offset = contents_.index.entries[5].offset;
  const std::string what = "5 snapshots behind damage at " + std::to_string(offset) + " cannot be read";
  const std::string good = files_->content(name_);
  const store::SnapshotQuery query{.component = "kubelet", .type = model::ProfileType::kHeap};
  for (const bool is_sealed : {true, false}) {
    SCOPED_TRACE(is_sealed);
    files_->content(name_) = good;
    flip(offset + 20);
    if (!is_sealed) unseal();
    auto reader = store::open_reader(files_, "/store");
    ASSERT_TRUE(reader);
    auto merged = (*reader)->merge(query);
    ASSERT_TRUE(merged) << merged.error().message();
    EXPECT_EQ(merged->values.front(), 1000 * (1 + 2 + 3 + 4 + 5) + 5);
    ASSERT_EQ((*reader)->skipped().size(), 1U);
    EXPECT_EQ((*reader)->skipped()[0].file.filename().string(), name_);
    EXPECT_EQ((*reader)->skipped()[0].what, what);

    open();
    EXPECT_TRUE(store_->reader().merge(query));
    EXPECT_EQ(store_->state().damaged_blocks, 1U);
    store_->maintain();
    store_->maintain();
    store_.reset();
  }
  EXPECT_EQ(log_.count("cannot be read"), 1);      // met in the sealed block
  EXPECT_EQ(log_.count("a block is damaged"), 1);  // found at the start in the other
}

TEST_F(StoreDamageTest, FindsBytesBehindASealedBlock) {
  make_block();
  const std::string good = files_->content(name_);
  for (const auto& tail : {std::string(1, 'x'), std::string(7, '\0'), std::string(5000, '\0'), std::string(5000, 'r')}) {
    files_->content(name_) = good + tail;
    EXPECT_FALSE(verify().empty()) << tail.size();
  }
}

TEST_F(StoreDamageTest, NotesATornTail) {
  make_block();
  const std::string good = files_->content(name_);
  for (const std::uint64_t size : {contents_.end - 5, contents_.end + 3, std::uint64_t{good.size()} - 3}) {
    files_->content(name_) = good.substr(0, size);
    auto report = (*store::open_reader(files_, "/store"))->verify();
    EXPECT_TRUE(report->damage.empty());
    ASSERT_EQ(report->notes.size(), 1U) << size;
    EXPECT_NE(report->notes[0].what.find("not sealed; "), std::string::npos);
    EXPECT_NE(report->notes[0].what.find(" bytes torn tail"), std::string::npos);
  }
}

TEST_F(StoreDamageTest, DoesWithoutADamagedIndex) {
  make_block();
  flip(contents_.end + 10);
  open();
  EXPECT_EQ(listed().size(), 10U);
  expect_all_there();
  EXPECT_EQ(verify().size(), 1U);
}

TEST_F(StoreDamageTest, CutsATornTail) {
  make_block();
  files_->content(name_).resize(contents_.end - 5);
  open();
  EXPECT_EQ(listed().size(), 9U);
  EXPECT_EQ(log_.count("cut a torn write"), 1);
  expect_clean();
}

TEST_F(StoreDamageTest, SealsOverAnIndexWithoutATrailer) {
  make_block();
  auto& bytes = files_->content(name_);
  bytes.resize(bytes.size() - 3);
  open();
  EXPECT_EQ(listed().size(), 10U);
  expect_all_there();
  expect_clean();
  EXPECT_EQ(store::open_block(*files_, "/store/" + name_)->state, store::BlockState::kSealed);
}

TEST_F(StoreDamageTest, LeavesAnUnknownVersionAlone) {
  make_block();
  files_->content(name_)[6] = 7;
  const std::string before = files_->content(name_);
  options_.max_bytes = 1;
  open();
  ASSERT_EQ(store_->reader().skipped().size(), 1U);
  EXPECT_EQ(store_->reader().skipped()[0].what, "unknown format version 7");
  EXPECT_TRUE(listed().empty());
  ASSERT_EQ(verify().size(), 1U);
  EXPECT_EQ(verify()[0].what, "unknown format version 7");
  static_cast<void>(append("kubelet", 30));
  store_->maintain();
  EXPECT_EQ(files_->content(name_), before);
}

TEST_F(StoreDamageTest, LeavesForeignFilesAlone) {
  files_->put("notes.txt", "mine");
  files_->put("holiday.kpb", "a picture of the sea, at least eight bytes");
  open();
  EXPECT_EQ(files_->content("holiday.kpb").size(), 42U);
  EXPECT_EQ(files_->content("notes.txt"), "mine");
  EXPECT_EQ(store_->reader().skipped().size(), 1U);
}

TEST_F(StoreDamageTest, DeletesBlocksThatNeverCameToBe) {
  make_block();
  const std::string good = files_->content(name_);
  files_->put("a-0000000000000-00000000.kpb", "");
  files_->put("b-0000000000000-00000000.kpb", good.substr(0, 5));
  files_->put("c-0000000000000-00000000.kpb", good.substr(0, 20));
  files_->put("d-0000000000000-00000000.kpb", good.substr(0, contents_.data_begin));
  files_->put("e-0000000000000-00000000.kpb", good.substr(0, contents_.data_begin + 9));
  files_->put("f-0000000000000-00000000.kpb", std::string(5000, '\0'));
  auto reader = store::open_reader(files_, "/store");
  ASSERT_TRUE(reader);
  EXPECT_TRUE((*reader)->skipped().empty());
  EXPECT_EQ((*reader)->verify()->notes.size(), 2U);  // the empty one, and the one with a torn first record
  open();
  EXPECT_EQ(block_names(), std::vector{name_});
  EXPECT_EQ(listed().size(), 10U);
}

TEST_F(StoreDamageTest, NeverCrashesOnRandomDamage) {
  make_block();
  const std::string good = files_->content(name_);
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    auto& bytes = files_->content(name_);
    bytes = good;
    for (int i = 0; i < 1 + round % 4; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (round % 3 == 0) bytes.resize(random() % bytes.size());
    auto reader = store::open_reader(files_, "/store");
    ASSERT_TRUE(reader);
    std::vector<model::SnapshotId> ids;
    ASSERT_TRUE((*reader)->for_each({}, [&](const model::Snapshot& s) { return ids.push_back(s.id), true; }));
    for (const auto id : ids) static_cast<void>((*reader)->read(id));
    ASSERT_TRUE((*reader)->verify());
  }
}

class FolderReaderTest : public StoreTest {};

TEST_F(FolderReaderTest, FollowsAWriter) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  auto reader = store::open_reader(files_, "/store");
  ASSERT_TRUE(reader);
  const auto count = [&] {
    int found = 0;
    EXPECT_TRUE((*reader)->for_each({}, [&](const model::Snapshot&) { return ++found, true; }));
    return found;
  };
  EXPECT_EQ(count(), 1);
  for (int i = 2; i <= 4; ++i) ASSERT_TRUE(append("kubelet", i));
  EXPECT_EQ(count(), 4);
  for (const auto& [id, made_of] : acknowledged_) EXPECT_TRUE((*reader)->read(id));
  ASSERT_TRUE(append("etcd", 5));
  EXPECT_EQ(count(), 5);
  ASSERT_TRUE(store_->close());
  EXPECT_EQ(count(), 5);
  ASSERT_TRUE(files_->remove("/store/" + block_names().front()));
  EXPECT_EQ(count(), 4);
}

TEST_F(FolderReaderTest, ReadsOnlyWholeFrames) {
  open();
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(append("kubelet", i));
  const std::string whole = files_->content(block_names().front());
  for (std::size_t size = 0; size < whole.size(); size += 13) {
    files_->content(block_names().front()) = whole.substr(0, size);
    auto reader = store::open_reader(files_, "/store");
    ASSERT_TRUE(reader);
    ASSERT_TRUE((*reader)->for_each({}, [&](const model::Snapshot& s) {
      EXPECT_TRUE((*reader)->read(s.id));
      return true;
    }));
    // A file shorter than its header is no block.
    const auto report = (*reader)->verify();
    EXPECT_EQ(report->damage.empty(), size == 0 || report->records > 0) << size;
  }
  files_->content(block_names().front()) = whole;
}

TEST_F(FolderReaderTest, NamesAMissingFolder) {
  const auto reader = store::StoreReader::open("/nonexistent/store");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code(), Errc::kNotFound);
}

}  // namespace
}  // namespace tests
