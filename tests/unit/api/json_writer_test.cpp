#include "agent/api/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>

namespace agent::api {
namespace {

TEST(JsonWriter, SeparatesMembersAndElements) {
  JsonWriter json;
  json.begin_object().member("a", 1).key("b").begin_array().value("x").value(true).begin_object().end_object().end_array().member("c", "y");
  json.end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":["x",true,{}],"c":"y"})");
}

TEST(JsonWriter, WritesNumbersSoThatTheyReadBackTheSame) {
  JsonWriter json;
  json.begin_array()
      .value(0.25)
      .value(0.1)
      .value(1e300)
      .value(5.0)
      .value(std::numeric_limits<std::uint64_t>::max())
      .value(std::numeric_limits<std::int64_t>::min())
      .end_array();
  EXPECT_EQ(json.take(), "[0.25,0.1,1e+300,5,18446744073709551615,-9223372036854775808]");
}

TEST(JsonWriter, WritesNullForWhatIsAbsentOrNoNumber) {
  JsonWriter json;
  json.begin_array()
      .value(std::optional<std::string>())
      .value(std::numeric_limits<double>::quiet_NaN())
      .value(std::numeric_limits<double>::infinity())
      .value(std::optional<std::string>("x"))
      .end_array();
  EXPECT_EQ(json.take(), R"([null,null,null,"x"])");
}

TEST(JsonWriter, EscapesKeysAndTexts) {
  JsonWriter json;
  json.begin_object().member("a\"b", std::string("line\nbreak \xff")).end_object();
  EXPECT_EQ(json.take(), "{\"a\\\"b\":\"line\\nbreak \xEF\xBF\xBD\"}");
}

TEST(JsonWriter, GoesOnWhereTakeLeftOff) {
  JsonWriter json;
  json.begin_array().value(1);
  EXPECT_EQ(json.take(), "[1");
  EXPECT_EQ(json.size(), 0U);
  json.value(2).end_array();
  EXPECT_EQ(json.take(), ",2]");
}

}  // namespace
}  // namespace agent::api
