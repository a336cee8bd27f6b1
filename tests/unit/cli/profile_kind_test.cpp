#include "agent/cli/profile_kind.hpp"

#include "agent/cli/snapshot_file_name.hpp"
#include "agent/pprof/decode.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

using model::ProfileType;
using Types = std::vector<ProfileType>;

pprof::Profile profile_of(std::initializer_list<std::string_view> sample_types, std::string_view shown = "", std::int64_t duration = 0) {
  pprof::Profile profile;
  for (const auto type : sample_types) profile.sample_types.push_back({profile.strings.append(type), 0});
  if (!shown.empty()) profile.default_sample_type = profile.strings.append(shown);
  profile.duration_nanos = duration;
  return profile;
}

TEST(ProfileKind, IsKnownBySampleTypes) {
  EXPECT_EQ(types_of_content(profile_of({"samples", "cpu"})), Types{ProfileType::kCpu});
  EXPECT_EQ(types_of_content(profile_of({"goroutine"})), Types{ProfileType::kGoroutine});
  EXPECT_EQ(types_of_content(profile_of({"threadcreate"})), Types{ProfileType::kThreadcreate});
  EXPECT_EQ(types_of_content(profile_of({"contentions", "delay"})), (Types{ProfileType::kBlock, ProfileType::kMutex}));
  EXPECT_EQ(types_of_content(profile_of({"objects", "space"})), Types{});
}

TEST(ProfileKind, TellsHeapFromAllocsByTheDefaultSampleType) {
  const std::initializer_list<std::string_view> heap{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"};
  EXPECT_EQ(types_of_content(profile_of(heap)), Types{ProfileType::kHeap});
  EXPECT_EQ(types_of_content(profile_of(heap, "inuse_space", 5)), Types{ProfileType::kHeap});
  EXPECT_EQ(types_of_content(profile_of(heap, "alloc_space")), Types{ProfileType::kAllocs});
  // A delta (?seconds=) has lost it: Go 1.19's allocs delta looks like a heap delta.
  EXPECT_EQ(types_of_content(profile_of(heap, "", 5)), (Types{ProfileType::kHeap, ProfileType::kAllocs}));
}

TEST(ProfileKind, OfRealProfilesIsWhatTheirNamesSay) {
  const std::filesystem::path folder = std::filesystem::path(KPROFD_SOURCE_DIR) / "tests/testdata/profiles";
  int seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".pb.gz")) continue;
    const auto profile = pprof::decode(tests::file_content(entry.path()));
    ASSERT_TRUE(profile) << name;
    const auto named = read_file_name(name).type;
    ASSERT_TRUE(named) << name;
    const auto decided = decide_type(std::nullopt, named, types_of_content(*profile));
    ASSERT_TRUE(decided) << entry.path() << decided.error().message();
    EXPECT_EQ(*decided, *named);
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

TEST(ProfileKind, RawTypesAreKnownByTheirFirstLine) {
  EXPECT_EQ(raw_type_of_content(std::string_view("go 1.19 trace\0\0\0...", 19)), ProfileType::kTrace);
  EXPECT_EQ(raw_type_of_content("goroutine 1 [chan receive, 5 minutes]:\nmain.main()\n"), ProfileType::kGoroutineDebug2);
  EXPECT_EQ(raw_type_of_content("goroutine profile: total 7\n"), std::nullopt);
  EXPECT_EQ(raw_type_of_content("\x1f\x8b"), std::nullopt);
  EXPECT_EQ(raw_type_of_content(""), std::nullopt);
}

TEST(ProfileKind, WhatIsGivenGoesBeforeTheNameAndTheNameBeforeTheContent) {
  const Types contention{ProfileType::kBlock, ProfileType::kMutex};
  EXPECT_EQ(*decide_type(ProfileType::kMutex, ProfileType::kBlock, contention), ProfileType::kMutex);
  EXPECT_EQ(*decide_type(std::nullopt, ProfileType::kBlock, contention), ProfileType::kBlock);
  EXPECT_EQ(*decide_type(std::nullopt, std::nullopt, {ProfileType::kCpu}), ProfileType::kCpu);
  EXPECT_EQ(*decide_type(ProfileType::kHeap, std::nullopt, {}), ProfileType::kHeap);
}

TEST(ProfileKind, AmbiguityIsAnErrorThatSaysHowToEndIt) {
  const auto contention = decide_type(std::nullopt, std::nullopt, {ProfileType::kBlock, ProfileType::kMutex});
  ASSERT_FALSE(contention);
  EXPECT_EQ(contention.error().message(),
            "it may be a block or a mutex profile, its content does not tell; give --type block or --type mutex, or name it like "
            "block-0001.pb.gz");
  EXPECT_FALSE(decide_type(std::nullopt, std::nullopt, {}));
}

TEST(ProfileKind, ContradictionIsAnError) {
  const auto named = decide_type(std::nullopt, ProfileType::kHeap, {ProfileType::kCpu});
  ASSERT_FALSE(named);
  EXPECT_EQ(named.error().message(), "the name says heap, but it holds a cpu profile; give --type cpu");
  EXPECT_FALSE(decide_type(ProfileType::kHeap, ProfileType::kCpu, {ProfileType::kCpu}));
}

TEST(SnapshotFileName, IsReadBack) {
  model::Snapshot snapshot;
  snapshot.info.component = "kube-apiserver";
  snapshot.info.start = from_unix_nanos(1'795'498'588'250'999'999);
  snapshot.id = model::make_snapshot_id(snapshot.info.start, 17);
  for (const auto type : model::kAllProfileTypes) {
    snapshot.info.type = type;
    const auto facts = read_file_name(snapshot_file_name(snapshot));
    EXPECT_EQ(facts.component, "kube-apiserver") << model::to_string(type);
    EXPECT_EQ(facts.type, type);
    EXPECT_EQ(facts.time, from_unix_nanos(1'795'498'588'250'000'000));
    EXPECT_EQ(facts.id, snapshot.id);
  }
}

TEST(SnapshotFileName, OfOthersTellsAtMostTheType) {
  EXPECT_EQ(read_file_name("heap-0001.pb.gz").type, ProfileType::kHeap);
  EXPECT_EQ(read_file_name("pprof.kubelet.samples.cpu.001.pb.gz").type, ProfileType::kCpu);
  EXPECT_EQ(read_file_name("my_goroutine_dump.pb.gz").type, ProfileType::kGoroutine);
  EXPECT_EQ(read_file_name("heap-and-cpu.pb.gz").type, std::nullopt);
  EXPECT_EQ(read_file_name("heapster.pb.gz").type, std::nullopt);
  EXPECT_EQ(read_file_name("").type, std::nullopt);
  EXPECT_EQ(read_file_name("heap-0001.pb.gz").component, std::nullopt);
  EXPECT_EQ(read_file_name("kubelet-heap-20261324T053628.250Z-6883038dd8000001.pb.gz").id, std::nullopt);  // month 13
}

}  // namespace
}  // namespace agent::cli
