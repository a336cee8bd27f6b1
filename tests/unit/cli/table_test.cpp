#include "agent/cli/table.hpp"

#include "agent/cli/age.hpp"
#include "agent/cli/display_width.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;

std::string text_of(const Table& table) {
  std::ostringstream out;
  table.write(out);
  return out.str();
}

TEST(Table, AlignsColumnsThreeBlanksApartWithoutTrailingBlanks) {
  Table table({"COMPONENT", "TYPE", "AGE"});
  table.add({"etcd", "heap", "5m"});
  table.add({"kube-apiserver", "cpu"});
  EXPECT_EQ(text_of(table),
            "COMPONENT        TYPE   AGE\n"
            "etcd             heap   5m\n"
            "kube-apiserver   cpu\n");
}

TEST(Table, AlignsByWhatTheTerminalShows) {
  Table table({"NAME", "N"});
  table.add({"日本", "1"});      // two wide characters: four columns
  table.add({"e\u0301a", "2"});  // a combining accent takes none
  EXPECT_EQ(text_of(table), "NAME   N\n日本   1\ne\u0301a     2\n");
}

TEST(Table, LetsNothingSteerTheTerminal) {
  Table table({"PROBLEM"});
  table.add({"\x1b[2Jgone\nnext\xff\xc2\x9b"});
  EXPECT_EQ(text_of(table), "PROBLEM\n\uFFFD[2Jgone\uFFFDnext\uFFFD\uFFFD\n");
}

TEST(DisplayWidth, CountsBrokenUtf8ByteByByte) {
  EXPECT_EQ(display_width("\xe6\x97"), 2U);
  EXPECT_EQ(display_width("\xed\xa0\x80"), 3U);  // a surrogate
  EXPECT_EQ(display_width("\xf0\x9f\x98\x80"), 2U);
}

TEST(Age, IsWrittenAsKubectlDoes) {
  EXPECT_EQ(format_age(0s), "0s");
  EXPECT_EQ(format_age(-5s), "0s");
  EXPECT_EQ(format_age(119s), "119s");
  EXPECT_EQ(format_age(120s), "2m");
  EXPECT_EQ(format_age(200s), "3m20s");
  EXPECT_EQ(format_age(10min + 5s), "10m");
  EXPECT_EQ(format_age(2h + 59min), "179m");
  EXPECT_EQ(format_age(3h), "3h");
  EXPECT_EQ(format_age(7h + 5min), "7h5m");
  EXPECT_EQ(format_age(47h), "47h");
  EXPECT_EQ(format_age(48h), "2d");
  EXPECT_EQ(format_age(76h), "3d4h");
  EXPECT_EQ(format_age(24h * 30), "30d");
  EXPECT_EQ(format_age(24h * (3 * 365 + 10)), "3y10d");
  EXPECT_EQ(format_age(24h * 365 * 9), "9y");
}

TEST(Age, OfWhatIsStillToComeSaysIn) {
  const WallTime now = from_unix_nanos(1'000'000'000'000);
  EXPECT_EQ(age_of(now - 5s, now), "5s");
  EXPECT_EQ(age_of(now + 5s, now), "in 5s");
  EXPECT_EQ(age_of(now + 500ms, now), "0s");
}

}  // namespace
}  // namespace agent::cli
