#include "agent/pprof/merge.hpp"

#include "agent/pprof/string_interner.hpp"

#include <gtest/gtest.h>

namespace agent::pprof {
namespace {

// A profile with one mapping, whose samples are written as {stack of function names, value}.
class ProfileBuilder {
 public:
  explicit ProfileBuilder(std::uint64_t start = 0x1000) {
    profile_.sample_types.push_back({strings_.intern("samples"), strings_.intern("count")});
    profile_.mappings.push_back({.start = start, .limit = start + 0x8000, .file = strings_.intern("/bin/app")});
  }
  ProfileBuilder& sample(const std::vector<std::string>& stack, std::int64_t value, const std::vector<Label>& labels = {}) {
    for (const std::string& name : stack) profile_.stack.push_back(location(name));
    profile_.stack_begin.push_back(static_cast<std::uint32_t>(profile_.stack.size()));
    profile_.values.push_back(value);
    profile_.labels.insert(profile_.labels.end(), labels.begin(), labels.end());
    profile_.label_begin.push_back(static_cast<std::uint32_t>(profile_.labels.size()));
    return *this;
  }
  StringId string(std::string_view text) { return strings_.intern(text); }
  Profile& get() { return profile_; }

 private:
  std::uint32_t location(const std::string& name) {
    const StringId id = strings_.intern(name);
    for (std::uint32_t i = 0; i < profile_.functions.size(); ++i) {
      if (profile_.functions[i].name == id) return i;
    }
    const auto index = static_cast<std::uint32_t>(profile_.functions.size());
    profile_.functions.push_back({.name = id, .system_name = id});
    profile_.lines.push_back({.function = index, .line = 10});
    // The address is the same in the mapping for the same name, wherever the mapping is.
    const std::uint64_t offset = std::uint64_t{static_cast<unsigned char>(name[0])} * 16;
    profile_.locations.push_back({.address = profile_.mappings[0].start + offset, .mapping = 0, .first_line = index, .line_count = 1});
    return index;
  }

  Profile profile_;
  StringInterner strings_{profile_.strings};
};

Result<Profile> merge_of(std::initializer_list<const Profile*> profiles) {
  return merge({profiles.begin(), profiles.size()});
}

std::vector<std::string> names_of(const Profile& profile, std::size_t sample) {
  std::vector<std::string> names;
  for (const std::uint32_t location : profile.stack_of(sample)) {
    for (const Line& line : profile.lines_of(profile.locations[location])) {
      names.emplace_back(profile.string(profile.functions[line.function].name));
    }
  }
  return names;
}

TEST(Merge, AddsEqualStacksAndKeepsTheOrderOfFirstUse) {
  ProfileBuilder a;
  a.sample({"x", "main"}, 1).sample({"y", "main"}, 2);
  ProfileBuilder b;
  b.sample({"z", "main"}, 30).sample({"x", "main"}, 10);
  const Result<Profile> merged = merge_of({&a.get(), &b.get()});
  ASSERT_TRUE(merged) << merged.error().message();
  ASSERT_EQ(merged->sample_count(), 3U);
  EXPECT_EQ(names_of(*merged, 0), (std::vector<std::string>{"x", "main"}));
  EXPECT_EQ(names_of(*merged, 1), (std::vector<std::string>{"y", "main"}));
  EXPECT_EQ(names_of(*merged, 2), (std::vector<std::string>{"z", "main"}));
  EXPECT_EQ(merged->values, (std::vector<std::int64_t>{11, 2, 30}));
  EXPECT_EQ(merged->locations.size(), 4U);
}

TEST(Merge, FindsTheSameFrameInAProgramLoadedElsewhere) {
  ProfileBuilder here(0x10000);
  here.sample({"x"}, 1);
  ProfileBuilder there(0x7f0000000000);
  there.sample({"x"}, 2);
  const Result<Profile> merged = merge_of({&here.get(), &there.get()});
  ASSERT_EQ(merged->sample_count(), 1U);
  EXPECT_EQ(merged->values[0], 3);
  ASSERT_EQ(merged->mappings.size(), 1U);
  EXPECT_EQ(merged->locations[0].address, here.get().locations[0].address);
}

TEST(Merge, TellsMappingsApartByBuildIdElseFile) {
  ProfileBuilder a;
  a.sample({"x"}, 1);
  ProfileBuilder other_file;
  other_file.get().mappings[0].file = other_file.string("/bin/other");
  other_file.sample({"x"}, 2);
  EXPECT_EQ(merge_of({&a.get(), &other_file.get()})->sample_count(), 2U);
  a.get().mappings[0].build_id = a.string("abc");
  other_file.get().mappings[0].build_id = other_file.string("abc");
  EXPECT_EQ(merge_of({&a.get(), &other_file.get()})->sample_count(), 1U);
}

TEST(Merge, LeavesOutZerosAndWhatOnlyTheyUsed) {
  ProfileBuilder a;
  a.sample({"zero"}, 0).sample({"x"}, 5);
  ProfileBuilder b;
  b.sample({"x"}, -5).sample({"y"}, 1);
  const Result<Profile> merged = merge_of({&a.get(), &b.get()});
  ASSERT_EQ(merged->sample_count(), 1U);
  EXPECT_EQ(names_of(*merged, 0), (std::vector<std::string>{"y"}));
  EXPECT_EQ(merged->functions.size(), 1U);
  EXPECT_EQ(merged->locations.size(), 1U);
  for (StringId id = 0; id < merged->strings.size(); ++id) EXPECT_NE(merged->string(id), "x");
}

TEST(Merge, WrapsSumsAround) {
  ProfileBuilder a;
  a.sample({"x"}, std::numeric_limits<std::int64_t>::max()).sample({"x"}, 1);
  EXPECT_EQ(merge_of({&a.get()})->values[0], std::numeric_limits<std::int64_t>::min());
}

TEST(Merge, ComparesLabelsByKeyWhateverTheirOrder) {
  ProfileBuilder a;
  const auto number = [&](std::string_view key, std::int64_t value) { return Label{.key = a.string(key), .num = value}; };
  const auto text = [&](std::string_view key, std::string_view value) { return Label{.key = a.string(key), .str = a.string(value)}; };
  a.sample({"x"}, 1, {number("bytes", 8), text("b", "1"), text("a", "2")});
  a.sample({"x"}, 2, {text("a", "2"), text("b", "1"), number("bytes", 8)});
  a.sample({"x"}, 4, {text("a", "2"), text("a", "1")});
  a.sample({"x"}, 8, {text("a", "1"), text("a", "2")});  // another order of one key's values is another sample
  a.sample({"x"}, 16, {number("bytes", 9)});
  const Result<Profile> merged = merge_of({&a.get()});
  EXPECT_EQ(merged->values, (std::vector<std::int64_t>{3, 4, 8, 16}));
  const auto labels = merged->labels_of(0);
  ASSERT_EQ(labels.size(), 3U);
  EXPECT_EQ(merged->string(labels[0].key), "a");
  EXPECT_EQ(merged->string(labels[1].key), "b");
  EXPECT_EQ(merged->string(labels[2].key), "bytes");
}

TEST(Merge, CombinesHeaders) {
  ProfileBuilder a;
  ProfileBuilder b;
  ProfileBuilder c;
  a.get().time_nanos = 50;
  b.get().time_nanos = 20;
  c.get().time_nanos = 70;
  a.get().duration_nanos = b.get().duration_nanos = c.get().duration_nanos = 10;
  a.get().period = 5;
  b.get().period = 9;
  a.get().comments = {a.string("one")};
  b.get().comments = {b.string("two"), b.string("one")};
  b.get().default_sample_type = b.string("samples");
  c.get().doc_url = c.string("https://example.org");
  a.get().drop_frames = a.string("first");
  b.get().drop_frames = b.string("second");
  const Result<Profile> merged = merge_of({&a.get(), &b.get(), &c.get()});
  EXPECT_EQ(merged->time_nanos, 20);
  EXPECT_EQ(merged->duration_nanos, 30);
  EXPECT_EQ(merged->period, 9);
  ASSERT_EQ(merged->comments.size(), 2U);
  EXPECT_EQ(merged->string(merged->comments[0]), "one");
  EXPECT_EQ(merged->string(merged->comments[1]), "two");
  EXPECT_EQ(merged->string(merged->default_sample_type), "samples");
  EXPECT_EQ(merged->string(merged->doc_url), "https://example.org");
  EXPECT_EQ(merged->string(merged->drop_frames), "first");
  // A later profile without a time takes it away, as in pprof.
  c.get().time_nanos = 0;
  EXPECT_EQ(merge_of({&a.get(), &b.get(), &c.get()})->time_nanos, 0);
}

TEST(Merge, PutsTheMainBinaryFirstEvenIfNothingUsesIt) {
  ProfileBuilder a;
  EXPECT_EQ(merge_of({&a.get()})->mappings.size(), 1U);
}

TEST(Merge, RefusesProfilesOfDifferentTypesInPprofsWords) {
  const auto message = [](const Profile& a, const Profile& b) {
    const Result<Profile> merged = merge_of({&a, &b});
    EXPECT_FALSE(merged);
    EXPECT_EQ(merged.error().cause(), "incompatible_profiles");
    return merged.error().message();
  };
  ProfileBuilder samples;
  ProfileBuilder space;
  space.get().sample_types[0] = {space.string("space"), space.string("bytes")};
  EXPECT_EQ(message(samples.get(), space.get()), "sample types: incompatible types: {samples count 0 0} {space bytes 0 0}");
  ProfileBuilder two;
  two.get().sample_types.push_back(two.get().sample_types[0]);
  EXPECT_EQ(message(samples.get(), two.get()), "inconsistent samples type count: 1 != 2");
  ProfileBuilder cpu;
  cpu.get().period_type = {cpu.string("cpu"), cpu.string("nanoseconds")};
  EXPECT_EQ(message(cpu.get(), samples.get()), "period type: incompatible types: {cpu nanoseconds 0 0} {  0 0}");
  EXPECT_EQ(merge({}).error().cause(), "no_profiles");
}

TEST(StringInterner, GivesEachTextOneId) {
  StringTable table;
  StringInterner interner(table);
  EXPECT_EQ(interner.intern(""), 0U);
  const StringId a = interner.intern("a");
  EXPECT_EQ(interner.intern("a"), a);
  for (int i = 0; i < 10'000; ++i) interner.intern("string " + std::to_string(i));
  EXPECT_EQ(table.size(), 10'002U);
  EXPECT_EQ(interner.intern("a"), a);
  StringInterner later(table);
  EXPECT_EQ(later.intern("string 77"), interner.intern("string 77"));
  EXPECT_EQ(table.size(), 10'002U);
}

}  // namespace
}  // namespace agent::pprof
