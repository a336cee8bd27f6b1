#include "agent/store/retention.hpp"

#include <gtest/gtest.h>

namespace agent::store {
namespace {

using std::chrono::hours;
using Doomed = std::vector<std::size_t>;

const WallTime kNow = from_unix_nanos(1'790'000'000'000'000'000);
constexpr std::uint64_t kPlenty = 1ULL << 40U;

const std::vector<RetentionBlock> kBlocks{{"a", kNow - hours(9), 100},
                                          {"a", kNow - hours(1), 100},
                                          {"b", kNow - hours(8), 100},
                                          {"b", kNow - hours(7), 100},
                                          {"c", kNow - hours(20), 100}};

TEST(Retention, DeletesNothingWithinTheLimits) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {}, kNow, 0).doomed, Doomed());
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_bytes = 500, .max_age = hours(24), .min_free_bytes = 10}, kNow, 10).doomed, Doomed());
}

TEST(Retention, AgeSparesTheNewestBlockOfEachComponent) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_age = hours(2)}, kNow, kPlenty).doomed, (Doomed{0, 2}));
}

TEST(Retention, SparesTheNewestBlockOfEachSeries) {
  using model::ProfileType;
  const auto series = [](ProfileType type, WallTime last) {
    TypeSummary summary;
    summary.type = type;
    summary.last = last;
    return summary;
  };
  const auto old = kNow - hours(50);
  const auto recent = kNow - hours(1);
  const std::vector<RetentionBlock> blocks{{"a", old, 100, {series(ProfileType::kTrace, old), series(ProfileType::kHeap, old)}},
                                           {"a", old + hours(1), 100, {series(ProfileType::kHeap, old + hours(1))}},
                                           {"a", recent, 100, {series(ProfileType::kHeap, recent)}}};
  EXPECT_EQ(blocks_to_delete(blocks, {.max_age = hours(2)}, kNow, kPlenty).doomed, (Doomed{1}));
  EXPECT_EQ(blocks_to_delete(blocks, {.max_bytes = 1}, kNow, kPlenty).doomed, (Doomed{1, 0, 2}));
}

TEST(Retention, BytesTakeTheOldestFirstAndTheNewestOfAComponentLast) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_bytes = 400}, kNow, kPlenty).doomed, (Doomed{0}));
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_bytes = 250}, kNow, kPlenty).doomed, (Doomed{0, 2, 4}));
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_bytes = 1}, kNow, kPlenty).doomed, (Doomed{0, 2, 4, 3, 1}));
}

TEST(Retention, FreeSpaceStopsWhenEnoughIsFreed) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.min_free_bytes = 350}, kNow, 200).doomed, (Doomed{0, 2}));
}

TEST(Retention, FreeSpaceTakesNothingWhenThatWouldNotReachTheLimit) {
  const auto plan = blocks_to_delete(kBlocks, {.min_free_bytes = 10'000}, kNow, 200);
  EXPECT_EQ(plan.doomed, Doomed());
  EXPECT_FALSE(plan.reaches_min_free);
  EXPECT_EQ(plan.spare_bytes, 200U);
  // Age goes on all the same.
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_age = hours(9), .min_free_bytes = 10'000}, kNow + hours(1), 200).doomed, (Doomed{0}));
}

TEST(Retention, FreeSpaceSparesTheNewestBlockOfEachComponent) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.min_free_bytes = 400}, kNow, 200).doomed, (Doomed{0, 2}));
  EXPECT_EQ(blocks_to_delete(kBlocks, {.min_free_bytes = 401}, kNow, 200).doomed, Doomed());
}

TEST(Retention, LimitsAddUp) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_bytes = 250, .max_age = hours(2), .min_free_bytes = 1}, kNow, 0).doomed, (Doomed{0, 2, 4}));
}

TEST(Retention, ClockSetBackDeletesNothing) {
  EXPECT_EQ(blocks_to_delete(kBlocks, {.max_age = hours(2)}, kNow - hours(100), kPlenty).doomed, Doomed());
}

}  // namespace
}  // namespace agent::store
