#include "agent/pprof/decode.hpp"

#include "agent/pprof/encode.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/proto_message.hpp"
#include "tests/unit/pprof/odd_profiles.hpp"
#include "tests/unit/pprof/testdata_profiles.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace agent::pprof {
namespace {

using tests::canonical_dump;
using tests::ProtoMessage;

std::string odd(const std::string& name) {
  for (const tests::OddProfile& one : tests::odd_profiles()) {
    if (one.name == name) return one.bytes;
  }
  ADD_FAILURE() << "no odd profile " << name;
  return {};
}

std::string message_for(const std::string& name) {
  const Result<Profile> profile = decode(odd(name));
  return profile ? "accepted" : profile.error().message();
}

TEST(Decode, AcceptsAndRefusesOddProfilesForTheRightReason) {
  std::set<std::string> names;
  for (const tests::OddProfile& one : tests::odd_profiles()) {
    EXPECT_TRUE(names.insert(one.name).second) << one.name << " is there twice";
    const Result<Profile> profile = decode(one.bytes);
    EXPECT_EQ(profile ? "" : profile.error().cause(), one.cause) << one.name << ": " << (profile ? "accepted" : profile.error().message());
  }
  EXPECT_GE(names.size(), 150U);
}

TEST(Decode, SaysWhatGoSays) {
  EXPECT_EQ(message_for("empty"), "parsing profile: empty input file");
  EXPECT_EQ(message_for("concatenated"), "parsing profile: concatenated profiles detected");
  EXPECT_TRUE(message_for("html").starts_with("parsing profile: unrecognized profile format"));
  EXPECT_EQ(message_for("no_sample_types"), "malformed profile: missing sample type information");
  EXPECT_EQ(message_for("too_many_values"), "malformed profile: mismatch: sample has 2 values vs. 1 types");
  EXPECT_EQ(message_for("unknown_location"), "malformed profile: sample has nil location");
  EXPECT_EQ(message_for("mapping_id_zero"), "malformed profile: found mapping with reserved ID=0");
  EXPECT_EQ(message_for("mapping_twice"), "malformed profile: multiple mappings with same id: 1");
  EXPECT_EQ(message_for("function_id_zero"), "malformed profile: found function with reserved ID=0");
  EXPECT_EQ(message_for("function_twice"), "malformed profile: multiple functions with same id: 1");
  EXPECT_EQ(message_for("location_id_zero"), "malformed profile: found location with reserved id=0");
  EXPECT_EQ(message_for("ids_huge_twice"), "malformed profile: multiple locations with same id: 1099511627776");
  EXPECT_EQ(message_for("line_without_function"), "malformed profile: location id: 1 has a line with nil function");
  EXPECT_EQ(message_for("sample_of_location_zero"), "malformed profile: found location with reserved id=0");
}

TEST(Decode, ReadsEveryField) {
  const Result<Profile> decoded = decode(odd("header_full"));
  ASSERT_TRUE(decoded) << decoded.error().message();
  const Profile& profile = *decoded;
  EXPECT_EQ(profile.string(profile.drop_frames), "main.f");
  EXPECT_EQ(profile.string(profile.keep_frames), "main.go");
  EXPECT_EQ(profile.time_nanos, 1'600'000'000'000'000'000);
  EXPECT_EQ(profile.duration_nanos, 5'000'000'000);
  EXPECT_EQ(profile.string(profile.period_type.type), "samples");
  EXPECT_EQ(profile.string(profile.period_type.unit), "count");
  EXPECT_EQ(profile.period, 524288);
  ASSERT_EQ(profile.comments.size(), 1U);
  EXPECT_EQ(profile.string(profile.comments[0]), "/bin/app");
  EXPECT_EQ(profile.string(profile.default_sample_type), "samples");
  ASSERT_EQ(profile.mappings.size(), 1U);
  EXPECT_EQ(profile.mappings[0].start, 0x1000U);
  EXPECT_EQ(profile.mappings[0].limit, 0x9000U);
  EXPECT_EQ(profile.string(profile.mappings[0].file), "/bin/app");
  ASSERT_EQ(profile.locations.size(), 1U);
  EXPECT_EQ(profile.locations[0].address, 0x1234U);
  EXPECT_EQ(profile.locations[0].mapping, 0U);
  ASSERT_EQ(profile.lines_of(profile.locations[0]).size(), 1U);
  EXPECT_EQ(profile.lines[0], (Line{.function = 0, .line = 42, .column = 0}));
  ASSERT_EQ(profile.functions.size(), 1U);
  EXPECT_EQ(profile.string(profile.functions[0].name), "main.f");
  ASSERT_EQ(profile.sample_count(), 1U);
  EXPECT_EQ(profile.stack_of(0)[0], 0U);
  EXPECT_EQ(profile.values_of(0)[0], 5);
}

TEST(Decode, KeepsWhatGo119DoesNotKnow) {
  const Result<Profile> column = decode(odd("column"));
  ASSERT_TRUE(column);
  EXPECT_EQ(column->lines[0].column, 7);
  const Result<Profile> doc_url = decode(odd("doc_url"));
  ASSERT_TRUE(doc_url);
  EXPECT_EQ(doc_url->string(doc_url->doc_url), "/bin/app");
  EXPECT_EQ(decode(odd("doc_url_out_of_range"))->doc_url, 0U);
}

TEST(Decode, DropsLabelsThatSayNothingAndNumbersOfStringLabels) {
  EXPECT_TRUE(decode(odd("label_key_only"))->labels.empty());
  const Result<Profile> both = decode(odd("label_string_and_number"));
  ASSERT_EQ(both->labels.size(), 1U);
  EXPECT_EQ(both->labels[0], (Label{.key = 6, .str = 7, .num = 0, .num_unit = 0}));
}

TEST(Decode, HoldsEachLimit) {
  const std::string bytes = odd("label_units_padded");
  const std::pair<const char*, std::size_t DecodeLimits::*> limits[] = {
      {"samples", &DecodeLimits::max_samples},
      {"stack entries", &DecodeLimits::max_stack_entries},
      {"labels", &DecodeLimits::max_labels},
      {"sample types", &DecodeLimits::max_sample_types},
      {"mappings", &DecodeLimits::max_mappings},
      {"locations", &DecodeLimits::max_locations},
      {"lines", &DecodeLimits::max_lines},
      {"functions", &DecodeLimits::max_functions},
      {"strings", &DecodeLimits::max_strings},
      {"bytes of strings", &DecodeLimits::max_string_bytes},
      {"in memory", &DecodeLimits::max_profile_bytes},
      {"more than the limit", &DecodeLimits::max_decompressed_bytes},
  };
  for (const auto& [what, limit] : limits) {
    DecodeLimits tight;
    tight.*limit = 0;
    const Result<Profile> profile = decode(bytes, tight);
    ASSERT_FALSE(profile) << what;
    EXPECT_EQ(profile.error().cause(), "profile_too_large") << what;
    EXPECT_EQ(profile.error().code(), Errc::kTooLarge) << what;
    EXPECT_NE(profile.error().message().find(what), std::string::npos) << profile.error().message();
  }
}

TEST(Decode, RefusesAGzipBombByTheLimit) {
  const std::string bomb = codec::gzip(std::string(8 << 20, '\0'));
  DecodeLimits limits;
  limits.max_decompressed_bytes = 1 << 20;
  EXPECT_EQ(decode(bomb, limits).error().cause(), "gzip_bomb");
  limits.max_compressed_bytes = 1000;
  EXPECT_EQ(decode(bomb, limits).error().cause(), "profile_too_large");
}

TEST(Decode, CountsMemoryBeforeTakingIt) {
  // Two bytes of file become the 4 bytes of a string's end; a limit on the file alone would let a profile grow.
  ProtoMessage many;
  for (int i = 0; i < 100'000; ++i) many.bytes(6, "");
  DecodeLimits limits;
  limits.max_profile_bytes = 300'000;
  const Result<Profile> profile = decode(many.str(), limits);
  ASSERT_FALSE(profile);
  EXPECT_EQ(profile.error().cause(), "profile_too_large");
}

TEST(Decode, SurvivesEveryCutAndEveryFlippedBitOfASmallProfile) {
  const std::string whole = odd("header_full");
  for (std::size_t size = 0; size < whole.size(); ++size) static_cast<void>(decode(whole.substr(0, size)));
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const Result<Profile> profile = decode(flipped);
    if (!profile) continue;
    const Result<Profile> again = decode(encode(*profile));
    ASSERT_TRUE(again) << bit;
    EXPECT_EQ(canonical_dump(*profile), canonical_dump(*again)) << bit;
  }
}

}  // namespace
}  // namespace agent::pprof
