#include "agent/model/snapshot.hpp"

#include <gtest/gtest.h>

namespace agent::model {
namespace {

constexpr WallTime kStart = from_unix_nanos(1'795'498'588'123'456'789);

TEST(SnapshotId, SaysWhenItsSnapshotStarted) {
  const auto id = make_snapshot_id(kStart, 7);
  EXPECT_EQ(time_of(id), std::chrono::floor<std::chrono::milliseconds>(kStart));
}

TEST(SnapshotId, SortsByTimeThenByItsUniquePart) {
  const auto id = make_snapshot_id(kStart, 7);
  EXPECT_LT(id, make_snapshot_id(kStart, 8));
  EXPECT_LT(make_snapshot_id(kStart, (1U << 22U) - 1), make_snapshot_id(kStart + std::chrono::milliseconds(1), 0));
}

TEST(SnapshotId, KeepsOnlyTheBitsItHasRoomFor) {
  EXPECT_EQ(make_snapshot_id(kStart, 1U << 22U), make_snapshot_id(kStart, 0));
  EXPECT_EQ(time_of(make_snapshot_id(WallTime(std::chrono::seconds(-5)), 0)), WallTime{});
}

TEST(SnapshotId, IsWrittenAs16HexDigitsAndReadBack) {
  for (const auto id : {SnapshotId{0}, SnapshotId{0xab}, make_snapshot_id(kStart, 12345), SnapshotId{~0ULL}}) {
    const auto text = to_string(id);
    EXPECT_EQ(text.size(), 16U);
    EXPECT_EQ(*parse_snapshot_id(text), id);
  }
  EXPECT_EQ(to_string(SnapshotId{0xab}), "00000000000000ab");
}

TEST(SnapshotId, RefusesWhatIsNot16HexDigits) {
  for (const char* text : {"", "ab", "00000000000000ag", "-000000000000001", "0x000000000000ab", "00000000000000ab0", " 0000000000000ab"}) {
    const auto id = parse_snapshot_id(text);
    ASSERT_FALSE(id) << text;
    EXPECT_EQ(id.error().code(), Errc::kInvalidArgument);
  }
}

}  // namespace
}  // namespace agent::model
