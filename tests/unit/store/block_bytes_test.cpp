// Frames, the index and names: pure bytes.
#include "agent/store/block_index.hpp"
#include "agent/store/block_name.hpp"
#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/text_streams.hpp"
#include "agent/store/frame.hpp"
#include "agent/store/varint.hpp"
#include "tests/support/memory_file_system.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace agent::store {
namespace {

TEST(Varint, ReadsBackWhatItWrites) {
  for (const std::uint64_t value : {0ULL, 1ULL, 127ULL, 128ULL, 16383ULL, 16384ULL, ~0ULL}) {
    std::string bytes;
    append_varint(bytes, value);
    VarintReader in(bytes);
    EXPECT_EQ(in.varint(), value);
    EXPECT_FALSE(in.failed());
  }
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_EQ(unzigzag(zigzag(value)), value);
  }
}

TEST(Varint, RefusesWhatIsCutOrTooLong) {
  for (const std::string_view bytes :
       {std::string_view(""), std::string_view("\x80"), std::string_view("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff")}) {
    VarintReader in(bytes);
    static_cast<void>(in.varint());
    EXPECT_TRUE(in.failed());
  }
}

TEST(TextStreams, GivesBackAnyBytesAcrossRecords) {
  std::mt19937 random(5);
  TextStreams writer;
  TextPacker packer;
  TextStreams reader;
  TextPacker unpacker;
  for (int record = 0; record < 16; ++record) {
    std::vector<std::pair<std::string, TextKind>> texts;
    for (int i = 0; i < record * 4; ++i) {
      std::string text(random() % 3000, '\0');  // more than the history holds, in all
      for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() % 3 : 'a' + random() % 9);
      texts.emplace_back(text, static_cast<TextKind>(random() % kTextKinds));
      writer.put(text, texts.back().second);
    }
    const std::string section = packer.pack(writer.finish()) + "rest";
    std::string_view bytes = section;
    const auto content = unpacker.unpack(bytes, std::size_t{1} << 20U);
    ASSERT_TRUE(content && reader.open(*content));
    EXPECT_EQ(bytes, "rest");
    std::string text;
    for (const auto& [expected, kind] : texts) {
      ASSERT_TRUE(reader.take(kind, text));
      ASSERT_EQ(text, expected);
    }
    EXPECT_FALSE(reader.take(TextKind::kOther, text));
  }
}

TEST(BitCoder, GivesBackWhatItWrote) {
  std::mt19937_64 random(6);
  struct Step {
    std::uint64_t value;
    std::uint32_t how;  // 0: a bit, 1: flat, 2: below
    std::uint32_t scale;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<Step> steps;
    BitCoder writer;
    for (int i = 0; i < 300; ++i) {
      Step step{random(), static_cast<std::uint32_t>(random() % 3), 0};
      if (step.how == 0) {
        step.scale = round % 2 == 0 ? 24 : static_cast<std::uint32_t>(1 + random() % 65535);
        step.value = round % 4 == 0 ? 0 : step.value % 2;
        writer.code(step.value != 0, step.scale);
      } else if (step.how == 1) {
        step.scale = static_cast<std::uint32_t>(random() % 65);
        if (step.scale < 64) step.value &= (std::uint64_t{1} << step.scale) - 1;
        writer.code_flat(step.value, step.scale);
      } else {
        step.scale = static_cast<std::uint32_t>(1 + (random() >> (40 + random() % 23)));
        step.value = round % 3 == 0 ? step.scale - 1 : step.value % step.scale;
        writer.code_below(static_cast<std::uint32_t>(step.value), step.scale);
      }
      steps.push_back(step);
    }
    const std::string bytes = writer.finish();
    BitCoder reader(bytes);
    for (const Step& step : steps) {
      const std::uint64_t got = step.how == 0   ? (reader.code(false, step.scale) ? 1U : 0U)
                                : step.how == 1 ? reader.code_flat(0, step.scale)
                                                : reader.code_below(0, step.scale);
      ASSERT_EQ(got, step.value);
    }
    EXPECT_FALSE(reader.failed());
  }
}

TEST(Frame, SaysHowMuchItAdds) {
  for (const std::size_t size : {0U, 1U, 127U, 128U, 16383U, 16384U, 3'000'000U}) {
    std::string out;
    append_frame(out, FrameType::kSnapshot, std::string(size, 'x'));
    EXPECT_EQ(out.size(), size + framing_bytes(size));
  }
}

TEST(Frame, ScansWhatWasAppendedAndFindsItBehindDamage) {
  auto files = std::make_shared<tests::MemoryFileSystem>();
  std::string bytes;
  std::vector<std::uint64_t> offsets;
  for (std::size_t i = 0; i < 50; ++i) {
    offsets.push_back(bytes.size());
    append_frame(bytes, FrameType::kSnapshot, std::string(i * 3001, static_cast<char>('a' + i % 26)));
  }
  files->put("f", bytes);
  files->content("f")[offsets[20] + 40] ^= 1;
  const auto file = files->open("f", OpenMode::kRead);
  FrameScanner scanner(**file, 0, bytes.size());
  for (std::size_t i = 0; i < 20; ++i) {
    const auto frame = scanner.next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->offset, offsets[i]);
    EXPECT_EQ((*frame)->payload.size(), i * 3001);
  }
  ASSERT_FALSE(scanner.next());
  EXPECT_EQ(scanner.offset(), offsets[20]);
  ASSERT_TRUE(scanner.resynchronise().value());
  EXPECT_EQ(scanner.offset(), offsets[21]);
  for (std::size_t i = 21; i < 50; ++i) ASSERT_TRUE(scanner.next());
  EXPECT_FALSE(scanner.next()->has_value());
}

BlockIndex random_index(std::uint32_t count, std::mt19937_64& random) {
  BlockIndex index;
  std::uint32_t end = 100;
  for (std::uint32_t i = 0; i < count; ++i) {
    model::Snapshot snapshot;
    snapshot.info.type = model::kAllProfileTypes[random() % model::kAllProfileTypes.size()];
    snapshot.info.cause = static_cast<model::Cause>(random() % 3);
    snapshot.info.start = from_unix_nanos(static_cast<std::int64_t>(random() % 4'000'000'000'000'000'000ULL));
    snapshot.info.duration = Duration(static_cast<std::int64_t>(random()));
    if (random() % 4 == 0) snapshot.info.capture_id = "capture-" + std::to_string(random() % 5);
    snapshot.info.fetched_bytes = random();
    snapshot.samples = random() % 100'000;
    snapshot.stored_bytes = 1 + random() % 10'000;
    snapshot.id = model::make_snapshot_id(snapshot.info.start, static_cast<std::uint32_t>(random() % (1U << 22U)));
    add_entry(index, snapshot, end);
    EXPECT_EQ(id_of(index.entries.back()), snapshot.id);
    EXPECT_EQ(snapshot_of({}, index, index.entries.back()).info.capture_id, snapshot.info.capture_id);
    end += static_cast<std::uint32_t>(snapshot.stored_bytes);
  }
  return index;
}

TEST(BlockIndex, DecodesToWhatWasEncoded) {
  std::mt19937_64 random(1);
  for (const std::uint32_t count : {0U, 1U, 2U, 1000U, static_cast<std::uint32_t>(kMaxBlockSnapshots)}) {
    const auto index = random_index(count, random);
    const auto decoded = decode_index(encode_index(index));
    ASSERT_TRUE(decoded) << decoded.error().message();
    EXPECT_EQ(*decoded, index);
  }
}

TEST(BlockIndex, RefusesMoreThanABlockMayHold) {
  std::mt19937_64 random(2);
  EXPECT_FALSE(decode_index(encode_index(random_index(kMaxBlockSnapshots + 1, random))));
}

TEST(BlockIndex, IsSmallForARegularSchedule) {
  // Six types every ten seconds, with the jitter of real starts and sizes.
  std::mt19937_64 random(3);
  BlockIndex index;
  std::uint64_t end = 100;
  for (std::uint32_t i = 0; i < 6000; ++i) {
    model::Snapshot snapshot;
    snapshot.info.type = model::kAllProfileTypes[i % 6];
    snapshot.info.start =
        from_unix_nanos(1'790'000'000'000'000'000 + std::int64_t{i} * 1'666'000'000 + static_cast<std::int64_t>(random() % 2'000'000));
    snapshot.info.fetched_bytes = 50'000 * (1 + i % 6) + random() % 1000;
    snapshot.samples = 1000 + random() % 20;
    snapshot.stored_bytes = 400 + random() % 200;
    snapshot.id = model::make_snapshot_id(snapshot.info.start, i * 6);
    add_entry(index, snapshot, end);
    end += snapshot.stored_bytes;
  }
  const double bytes_each = static_cast<double>(encode_index(index).size()) / 6000;
  RecordProperty("bytes_each", std::to_string(bytes_each));
  EXPECT_LT(bytes_each, 9.0);
}

TEST(BlockIndex, NeverCrashesOnDamage) {
  std::mt19937_64 random(4);
  const auto good = encode_index(random_index(100, random));
  for (int i = 0; i < 2000; ++i) {
    auto bad = good;
    bad[random() % bad.size()] = static_cast<char>(random());
    if (i % 3 == 0) bad.resize(random() % bad.size());
    static_cast<void>(decode_index(bad));
  }
}

TEST(BlockName, SortsByTimeAndTellsTheComponent) {
  const auto at = [](std::int64_t seconds) { return from_unix_nanos(seconds * 1'000'000'000); };
  EXPECT_EQ(block_name("kube-apiserver", at(1'790'000'000), 0xabc), "kube-apiserver-1790000000000-00000abc.kpb");
  EXPECT_LT(block_name("a", at(999), 9), block_name("a", at(1'000'000'000), 1));
  EXPECT_EQ(block_name("../x y", at(0), 0), "%2E.%2Fx%20y-0000000000000-00000000.kpb");
  EXPECT_LE(block_name(std::string(255, '\xff'), at(0), 0).size(), 255U);
  EXPECT_TRUE(is_block_name(block_name("a", at(0), 0)));
  EXPECT_FALSE(is_block_name(".kpb"));
  EXPECT_FALSE(is_block_name("lock"));
}

}  // namespace
}  // namespace agent::store
