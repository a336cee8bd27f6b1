// The encoders of a store stay within their bounds, whatever profiles it gets.
#include "agent/store/encoding/encoder_limits.hpp"
#include "tests/support/large_profile.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/unit/store/store_harness.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

namespace tests {
namespace {

constexpr std::size_t kMiB = 1U << 20U;

std::size_t heap_bytes() {
  const auto info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

class StoreMemory : public StoreTest {};

TEST_F(StoreMemory, HoldsEncodersOfManyComponentsWithinItsBound) {
  if (kIsSanitized) GTEST_SKIP() << "a sanitizer has its own heap";
  open();
  const auto profile = large_profile(1, 4000, 8, 4000);
  const std::size_t before = heap_bytes();
  for (std::uint32_t i = 0; i < 10; ++i) {
    auto snapshot = store_->append(info_at("component" + std::to_string(i), std::chrono::seconds(i)), profile);
    ASSERT_TRUE(snapshot) << snapshot.error().message();
    clock_.advance(std::chrono::seconds(1));
    // The files of this test are in memory, as written and as synced, each in a string that has up to twice its bytes.
    EXPECT_LE(heap_bytes() - before, store::EncoderLimits::kOpenBytes + 4 * store_->state().bytes + 2 * kMiB) << i;
  }
}

TEST_F(StoreMemory, RefusesAProfileThatNoBlockTakesAndKeepsTheBlockOpen) {
  open();
  ASSERT_TRUE(append("kubelet", 1));
  const auto too_many = large_profile(1, 10, 4, static_cast<std::uint32_t>(store::EncoderLimits::kProfile.max_locations) + 1);
  const auto refused = store_->append(info_at("kubelet", std::chrono::seconds(2)), too_many);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::kTooLarge);
  EXPECT_EQ(refused.error().cause(), "profile_too_large");
  EXPECT_NE(refused.error().message().find("32769 locations, more than the 32768"), std::string::npos) << refused.error().message();
  const auto parts = large_profile(1, 20'000, 10, 1000);
  const auto refused_too = store_->append(info_at("kubelet", std::chrono::seconds(2)), parts);
  ASSERT_FALSE(refused_too);
  EXPECT_EQ(refused_too.error().cause(), "profile_too_large");
  ASSERT_TRUE(append("kubelet", 3));
  EXPECT_EQ(block_names().size(), 1U);
  expect_all_there();
}

TEST_F(StoreMemory, TakesStacksThatShareTheirFramesHoweverMany) {
  auto profile = large_profile(1, 1, 100, 1000);
  const std::vector<std::uint32_t> stack = profile.stack;
  while (profile.stack.size() < store::EncoderLimits::kProfileNodes + 100) {
    profile.stack.insert(profile.stack.end(), stack.begin(), stack.end());
    profile.stack_begin.push_back(static_cast<std::uint32_t>(profile.stack.size()));
    profile.values.push_back(1);
    profile.label_begin.push_back(0);
  }
  EXPECT_TRUE(store::check_profile_size(profile));
}

}  // namespace
}  // namespace tests
