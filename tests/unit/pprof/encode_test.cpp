#include "agent/pprof/encode.hpp"

#include "agent/pprof/decode.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/unit/pprof/odd_profiles.hpp"
#include "tests/unit/pprof/testdata_profiles.hpp"

#include <gtest/gtest.h>

namespace agent::pprof {
namespace {

using tests::canonical_dump;

void expect_round_trip(const std::string& name, const std::string& bytes) {
  const Result<Profile> profile = decode(bytes);
  ASSERT_TRUE(profile) << name << ": " << profile.error().message();
  const std::string plain = encode(*profile);
  const Result<Profile> again = decode(plain);
  ASSERT_TRUE(again) << name << ": " << again.error().message();
  EXPECT_EQ(canonical_dump(*profile), canonical_dump(*again)) << name;
  EXPECT_EQ(plain, encode(*again)) << name;
  const Result<Profile> from_gzip = decode(encode_gzip(*profile));
  ASSERT_TRUE(from_gzip) << name << ": " << from_gzip.error().message();
  EXPECT_EQ(encode(*from_gzip), plain) << name;
}

TEST(Encode, KeepsEveryRecordedProfile) {
  const auto paths = tests::testdata_profiles();
  ASSERT_GE(paths.size(), 100U);
  for (const auto& path : paths) expect_round_trip(path, tests::file_content(path));
}

TEST(Encode, KeepsEveryOddProfileThatIsOne) {
  for (const tests::OddProfile& one : tests::odd_profiles()) {
    if (one.cause.empty()) expect_round_trip(one.name, one.bytes);
  }
}

TEST(Encode, KeepsAStringLabelThatIsEmpty) {
  Profile profile;
  const StringId type = profile.strings.append("samples");
  const StringId key = profile.strings.append("key");
  profile.sample_types.push_back({type, 0});
  profile.values.push_back(3);
  profile.stack_begin.push_back(0);
  profile.labels.push_back({.key = key, .str = 0, .num = 0, .num_unit = 0});
  profile.label_begin.push_back(1);
  const Result<Profile> again = decode(encode(profile));
  ASSERT_TRUE(again) << again.error().message();
  EXPECT_EQ(canonical_dump(profile), canonical_dump(*again));
  EXPECT_EQ(again->labels.size(), 1U);
}

TEST(Encode, GivesTheSmallestProfileForNothing) {
  const std::string bytes = encode(Profile{});
  EXPECT_EQ(bytes, std::string("\x32\x00", 2));  // string_table[0] = ""
  EXPECT_TRUE(decode(bytes));
}

}  // namespace
}  // namespace agent::pprof
