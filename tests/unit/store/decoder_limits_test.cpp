// A decoder refuses by name what takes more memory than it was given, and reads all that a store of ours writes.
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/encoding/block_encoder.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/large_profile.hpp"
#include "tests/unit/store/store_harness.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <variant>

namespace tests {
namespace {

struct DecoderLimits : ::testing::Test {
  store::DecoderLimits limits;

  /// Two records of the same stacks and one of others, decoded within `limits`.
  Result<std::variant<pprof::Profile, std::string>> read(std::size_t index) {
    const auto identity = store::identity_of(info_at("etcd", Duration(0)));
    store::BlockEncoder encoder(identity);
    store::BlockDecoder decoder(identity, limits);
    std::vector<std::string> payloads;
    int number = 0;
    for (const int samples : {8, 8, 200}) {
      const auto info = info_at("etcd", std::chrono::seconds(++number));
      payloads.push_back(encoder.encode(info, model::make_snapshot_id(info.start, 1), small_profile(number, samples)).value());
    }
    for (const auto& payload : payloads) EXPECT_TRUE(decoder.add(payload, 0));
    if (index < payloads.size()) return decoder.read(index);
    const std::array<std::size_t, 3> all{0, 1, 2};
    auto merged = decoder.merge(all);
    if (!merged) return std::move(merged).error();
    return std::variant<pprof::Profile, std::string>(std::move(*merged));
  }
  void expect_refused(std::size_t index, const std::string& cause) {
    const auto refused = read(index);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::kTooLarge) << refused.error().message();
    EXPECT_EQ(refused.error().cause(), cause);
    EXPECT_NE(refused.error().message().find("kprofctl --store DIR"), std::string::npos) << refused.error().message();
  }
};

constexpr std::size_t kMerge = 3;

TEST_F(DecoderLimits, RefuseTheRecordThatDoesNotFitAndReadThoseBefore) {
  for (std::size_t store::DecoderLimits::*const limit :
       {&store::DecoderLimits::samples, &store::DecoderLimits::functions, &store::DecoderLimits::locations, &store::DecoderLimits::lines,
        &store::DecoderLimits::nodes}) {
    limits = {};
    limits.*limit = 100;
    EXPECT_TRUE(read(1));
    expect_refused(2, "block_too_large");
  }
  limits = {};
  limits.text_bytes = 200;
  EXPECT_TRUE(read(1));
  expect_refused(2, "block_too_large");
  limits = {};
  limits.model_bytes = 1;
  EXPECT_TRUE(read(0)) << "nothing was learnt before it";
  expect_refused(1, "block_too_large");
}

TEST_F(DecoderLimits, RefuseAMergeWhoseStacksAreTooManyBeforeItIsMade) {
  limits.merged_stack_entries = 100;
  expect_refused(kMerge, "merge_too_large");
  limits.merged_stack_entries = 1000;
  EXPECT_TRUE(read(kMerge));
}

TEST_F(DecoderLimits, OfTheAgentTakeTheLargestProfileThatAStoreTakes) {
  const auto profile = large_profile(1, static_cast<std::uint32_t>(store::EncoderLimits::kProfileNodes / 10), 10, 32'000);
  const auto info = info_at("etcd", Duration(0));
  store::BlockEncoder encoder(store::identity_of(info));
  const auto payload = encoder.encode(info, model::make_snapshot_id(info.start, 1), profile);
  ASSERT_TRUE(payload) << payload.error().message();
  store::BlockDecoder decoder(store::identity_of(info), store::DecoderLimits::for_agent());
  ASSERT_TRUE(decoder.add(*payload, 0));
  const auto read = decoder.read(0);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(std::get<pprof::Profile>(*read).sample_count(), profile.sample_count());
}

}  // namespace
}  // namespace tests
