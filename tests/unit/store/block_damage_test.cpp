// Damaged payloads: an error or some profile, never a crash, a hang or much memory. The sanitizers watch.
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/encoding/block_encoder.hpp"
#include "tests/support/profile_samples.hpp"
#include "tests/support/random_profile.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace agent::store {
namespace {

std::vector<std::string> some_block(std::uint32_t seed) {
  tests::RandomProfiles random(seed);
  BlockEncoder encoder({});
  std::vector<std::string> payloads;
  for (int i = 0; i < 6; ++i) {
    model::SnapshotInfo info;
    info.type = i % 3 == 0 ? model::ProfileType::kGoroutine : model::ProfileType::kHeap;
    auto payload = encoder.encode(info, model::SnapshotId{static_cast<std::uint64_t>(i)}, random.next());
    EXPECT_TRUE(payload);
    payloads.push_back(*payload);
  }
  return payloads;
}

void read_all(const std::vector<std::string>& payloads) {
  BlockDecoder decoder({});
  std::vector<std::size_t> added;
  for (const std::string& payload : payloads) {
    if (auto result = decoder.add(payload, 0); !result) {
      EXPECT_EQ(result.error().code(), Errc::kCorrupt);
    } else {
      added.push_back(added.size());
    }
  }
  for (const std::size_t i : added) {
    if (auto content = decoder.read(i); !content) {
      EXPECT_EQ(content.error().code(), Errc::kCorrupt);
    }
  }
  if (!added.empty()) static_cast<void>(decoder.merge(added));
}

TEST(BlockDamage, ChangedBytesAreSurvived) {
  std::mt19937 random(7);
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    auto payloads = some_block(seed);
    for (int i = 0; i < 1 + static_cast<int>(seed % 4); ++i) {
      std::string& payload = payloads[random() % payloads.size()];
      payload[random() % payload.size()] = static_cast<char>(random());
    }
    read_all(payloads);
  }
}

TEST(BlockDamage, CutPayloadsAreSurvived) {
  auto payloads = some_block(3);
  for (std::size_t size = 0; size < payloads[1].size(); size += 3) {
    auto cut = payloads;
    cut[1].resize(size);
    read_all(cut);
  }
}

TEST(BlockDamage, AHeadThatPromisesMoreIsRefused) {
  const auto recorded = tests::recorded_profiles(KPROFD_SOURCE_DIR "/tests/testdata/profiles/etcd");
  BlockEncoder encoder({});
  std::vector<std::string> payloads;
  for (const auto& r : recorded) {
    model::SnapshotInfo info;
    info.type = r.type;
    auto payload = encoder.encode(info, {}, r.profile);
    ASSERT_TRUE(payload);
    payloads.push_back(*payload);
  }
  payloads[0].resize(40);  // a head that promises more
  BlockDecoder decoder({});
  auto added = decoder.add(payloads[0], 0);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code(), Errc::kCorrupt);
}

TEST(BlockDamage, NoiseIsRefused) {
  std::mt19937 random(11);
  for (int i = 0; i < 300; ++i) {
    std::string noise(random() % 200, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    read_all({noise, noise});
  }
}

}  // namespace
}  // namespace agent::store
