// What BlockEncoder takes comes back from BlockDecoder, whatever it is and in whatever order it is asked for.
#include "agent/pprof/merge.hpp"
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/encoding/block_encoder.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/profile_samples.hpp"
#include "tests/support/random_profile.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace agent::store {
namespace {

using model::ProfileType;
using pprof::Profile;
using tests::canonical_dump;

constexpr std::uint64_t kIdStep = 0x123456789abcd;
const BlockIdentity kIdentity{"etcd", {17, from_unix_nanos(1700000000000000000)}, "3.4.23"};

model::SnapshotInfo info_of(ProfileType type, std::int64_t start_nanos) {
  return {kIdentity.component,
          type,
          from_unix_nanos(start_nanos),
          Duration(0),
          model::Cause::kSchedule,
          kIdentity.process,
          kIdentity.component_version,
          "",
          1000};
}

struct Block {
  std::vector<std::string> payloads;

  void add(BlockEncoder& encoder, ProfileType type, const Profile& profile) {
    const auto start = 1700000000000000000 + static_cast<std::int64_t>(payloads.size()) * 1000000007;
    const auto info = info_of(type, start);
    auto payload = encoder.encode(info, model::make_snapshot_id(info.start, static_cast<std::uint32_t>(payloads.size())), profile);
    ASSERT_TRUE(payload) << payload.error().message();
    payloads.push_back(std::move(*payload));
  }
  [[nodiscard]] BlockDecoder decoder() const {
    BlockDecoder decoder(kIdentity);
    for (const std::string& payload : payloads) EXPECT_TRUE(decoder.add(payload, 8));
    return decoder;
  }
};

std::string dump_of(BlockDecoder& decoder, std::size_t index) {
  auto content = decoder.read(index);
  if (!content) return content.error().message();
  return canonical_dump(std::get<Profile>(*content));
}

TEST(BlockCoding, RecordedProfilesComeBackWhole) {
  for (const auto& folder : std::filesystem::directory_iterator(KPROFD_SOURCE_DIR "/tests/testdata/profiles")) {
    if (!folder.is_directory()) continue;
    const auto recorded = tests::recorded_profiles(folder.path());
    BlockEncoder encoder(kIdentity);
    Block block;
    std::size_t files = 0;
    std::size_t stored = 0;
    for (const auto& r : recorded) {
      ASSERT_NO_FATAL_FAILURE(block.add(encoder, r.type, r.profile));
      files += r.file_bytes;
      stored += block.payloads.back().size();
    }
    auto decoder = block.decoder();
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      EXPECT_TRUE(dump_of(decoder, i) == canonical_dump(recorded[i].profile)) << folder.path() << " " << recorded[i].name;
    }
    // Four rounds only: the dictionary is most of it.
    EXPECT_GT(files, 10 * stored) << folder.path();
  }
}

TEST(BlockCoding, OddProfilesComeBackWhole) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    tests::RandomProfiles random(seed);
    BlockEncoder encoder(kIdentity);
    Block block;
    std::vector<Profile> profiles;
    for (int i = 0; i < 12; ++i) {
      profiles.push_back(random.next());
      if (i % 4 == 3) profiles.back() = profiles[static_cast<std::size_t>(i) - 2];
      ASSERT_NO_FATAL_FAILURE(block.add(encoder, i % 2 == 0 ? ProfileType::kHeap : ProfileType::kAllocs, profiles.back()));
    }
    auto decoder = block.decoder();
    for (std::size_t i = profiles.size(); i-- > 0;)
      ASSERT_EQ(dump_of(decoder, i), canonical_dump(profiles[i])) << "seed " << seed << " profile " << i;
  }
}

Profile counting_profile(std::int64_t n) {
  Profile p;
  const auto type = p.strings.append("goroutine");
  const auto unit = p.strings.append("count");
  const auto name = p.strings.append("main.f" + std::to_string(n % 7));
  p.sample_types.push_back({type, unit});
  p.functions.push_back({name, name, unit, 0});
  p.lines.push_back({0, n % 5, 0});
  p.locations.push_back({static_cast<std::uint64_t>(n % 11), pprof::kNone, 0, 1, false});
  p.stack = {0};
  p.stack_begin = {0, 1};
  p.label_begin = {0, 0};
  p.values = {n * n};
  p.time_nanos = n;
  return p;
}

TEST(BlockCoding, SnapshotsAreReadInAnyOrderAcrossKeys) {
  BlockEncoder encoder(kIdentity);
  Block block;
  constexpr std::size_t kCount = 500;  // several key intervals
  for (std::size_t i = 0; i < kCount; ++i)
    ASSERT_NO_FATAL_FAILURE(block.add(encoder, ProfileType::kGoroutine, counting_profile(static_cast<std::int64_t>(i))));
  auto decoder = block.decoder();
  for (const std::size_t index : {499U, 0U, 130U, 129U, 127U, 128U, 300U, 256U, 255U, 498U, 1U, 499U}) {
    EXPECT_EQ(dump_of(decoder, index), canonical_dump(counting_profile(static_cast<std::int64_t>(index)))) << index;
  }
}

TEST(BlockCoding, ListsMetadataWithoutReading) {
  BlockEncoder encoder(kIdentity);
  std::vector<std::string> payloads;
  std::vector<model::SnapshotInfo> infos;
  for (int i = 0; i < 6; ++i) {
    auto info = info_of(i % 2 == 0 ? ProfileType::kCpu : ProfileType::kTrace, 1700000000123456789 - i * 777);
    info.duration = std::chrono::seconds(i);
    info.cause = static_cast<model::Cause>(i % 3);
    info.capture_id = i < 3 ? "capture-1" : "";
    info.fetched_bytes = static_cast<std::uint64_t>(100000 - i);
    const model::SnapshotId id{static_cast<std::uint64_t>(i) * kIdStep};
    auto payload = i % 2 == 0 ? encoder.encode(info, id, counting_profile(i)) : encoder.encode_raw(info, id, "a trace");
    ASSERT_TRUE(payload);
    payloads.push_back(*payload);
    infos.push_back(info);
  }
  BlockDecoder decoder(kIdentity);
  for (const auto& payload : payloads) ASSERT_TRUE(decoder.add(payload, 5));
  ASSERT_EQ(decoder.snapshots().size(), 6U);
  for (std::size_t i = 0; i < 6; ++i) {
    const model::Snapshot& s = decoder.snapshots()[i];
    EXPECT_EQ(s.id.value, i * kIdStep);
    EXPECT_EQ(s.info.type, infos[i].type);
    EXPECT_EQ(s.info.start, infos[i].start);
    EXPECT_EQ(s.info.duration, infos[i].duration);
    EXPECT_EQ(s.info.cause, infos[i].cause);
    EXPECT_EQ(s.info.capture_id, infos[i].capture_id);
    EXPECT_EQ(s.info.fetched_bytes, infos[i].fetched_bytes);
    EXPECT_EQ(identity_of(s.info), kIdentity);
    EXPECT_EQ(s.samples, i % 2 == 0 ? 1U : 0U);
    EXPECT_EQ(s.stored_bytes, payloads[i].size() + 5);
  }
  auto raw = decoder.read(1);
  ASSERT_TRUE(raw);
  EXPECT_EQ(std::get<std::string>(*raw), "a trace");
}

TEST(BlockCoding, TheSameSnapshotsGiveTheSameBytes) {
  const auto encode = [] {
    BlockEncoder encoder(kIdentity);
    Block block;
    tests::RandomProfiles random(99);
    for (int i = 0; i < 5; ++i) block.add(encoder, ProfileType::kHeap, random.next());
    return block.payloads;
  };
  EXPECT_EQ(encode(), encode());
}

TEST(BlockCoding, MergesAsPprofDoes) {
  const auto recorded = tests::recorded_profiles(KPROFD_SOURCE_DIR "/tests/testdata/profiles/kubelet");
  BlockEncoder encoder(kIdentity);
  Block block;
  for (const auto& r : recorded) ASSERT_NO_FATAL_FAILURE(block.add(encoder, r.type, r.profile));
  auto decoder = block.decoder();
  for (const ProfileType type : {ProfileType::kHeap, ProfileType::kGoroutine, ProfileType::kCpu, ProfileType::kBlock}) {
    std::vector<const Profile*> profiles;
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < recorded.size(); ++i) {
      if (recorded[i].type != type) continue;
      profiles.push_back(&recorded[i].profile);
      indexes.push_back(i);
    }
    const auto expected = pprof::merge(profiles);
    const auto merged = decoder.merge(indexes);
    ASSERT_TRUE(expected && merged);
    EXPECT_TRUE(canonical_dump(*merged) == canonical_dump(*expected)) << model::to_string(type);
  }
}

TEST(BlockCoding, MergesOddProfilesAsPprofDoes) {
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    tests::RandomProfiles random(seed);
    BlockEncoder encoder(kIdentity);
    Block block;
    std::vector<Profile> profiles{random.next()};
    for (int i = 0; i < 3; ++i) {
      Profile other = profiles.front();
      for (auto& value : other.values) value = static_cast<std::int64_t>(static_cast<std::uint64_t>(value) * 3 + 1);
      other.time_nanos = i;
      if (i == 1) other.period = 4711;  // a channel of its own
      profiles.push_back(std::move(other));
    }
    std::vector<const Profile*> pointers;
    std::vector<std::size_t> indexes;
    for (std::size_t i = 0; i < profiles.size(); ++i) {
      ASSERT_NO_FATAL_FAILURE(block.add(encoder, ProfileType::kHeap, profiles[i]));
      pointers.push_back(&profiles[i]);
      indexes.push_back(i);
    }
    auto decoder = block.decoder();
    const auto expected = pprof::merge(pointers);
    const auto merged = decoder.merge(indexes);
    ASSERT_TRUE(expected && merged) << seed;
    EXPECT_EQ(canonical_dump(*merged), canonical_dump(*expected)) << seed;
  }
}

TEST(BlockCoding, RefusesWhatItCannotMerge) {
  BlockEncoder encoder(kIdentity);
  auto raw = encoder.encode_raw(info_of(ProfileType::kTrace, 1), {}, "trace");
  ASSERT_TRUE(raw);
  BlockDecoder decoder(kIdentity);
  ASSERT_TRUE(decoder.add(*raw, 0));
  const std::vector<std::size_t> none;
  const std::vector<std::size_t> first{0};
  EXPECT_EQ(decoder.merge(none).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(decoder.merge(first).error().code(), Errc::kInvalidArgument);
}

TEST(BlockCoding, RefusesAnotherProcessAndBrokenProfiles) {
  BlockEncoder encoder(kIdentity);
  auto other = info_of(ProfileType::kHeap, 1);
  other.process.pid = 18;
  EXPECT_EQ(encoder.encode(other, {}, {}).error().code(), Errc::kInvalidArgument);
  EXPECT_EQ(encoder.encode(info_of(ProfileType::kTrace, 1), {}, {}).error().code(), Errc::kInvalidArgument);
  Profile broken = counting_profile(1);
  broken.stack = {5};
  EXPECT_EQ(encoder.encode(info_of(ProfileType::kHeap, 1), {}, broken).error().code(), Errc::kInvalidArgument);
}

}  // namespace
}  // namespace agent::store
