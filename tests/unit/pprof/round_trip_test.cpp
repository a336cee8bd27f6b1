// decode and encode against each other, on profiles of real components.
#include "agent/pprof/decode.hpp"
#include "agent/pprof/encode.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/unit/pprof/testdata_profiles.hpp"

#include <gtest/gtest.h>

namespace agent::pprof {
namespace {

using testing::canonical_dump;

TEST(RoundTrip, KeepsEveryRecordedProfile) {
  const auto paths = testing::testdata_profiles();
  ASSERT_GE(paths.size(), 100U);
  for (const auto& path : paths) {
    const Result<Profile> profile = decode(testing::file_content(path));
    ASSERT_TRUE(profile) << path << ": " << profile.error().message();
    const std::string plain = encode(*profile);
    const Result<Profile> again = decode(plain);
    ASSERT_TRUE(again) << path << ": " << again.error().message();
    EXPECT_EQ(canonical_dump(*profile), canonical_dump(*again)) << path;
    EXPECT_EQ(plain, encode(*again)) << path;
    const Result<Profile> from_gzip = decode(encode_gzip(*profile));
    ASSERT_TRUE(from_gzip) << path << ": " << from_gzip.error().message();
    EXPECT_EQ(encode(*from_gzip), plain) << path;
  }
}

}  // namespace
}  // namespace agent::pprof
