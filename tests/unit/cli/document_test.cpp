#include "agent/cli/document.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace agent::cli {
namespace {

std::string json(const Document& document) {
  std::ostringstream out;
  write_json(out, document);
  return out.str();
}

std::string yaml(const Document& document) {
  std::ostringstream out;
  write_yaml(out, document);
  return out.str();
}

Document sample() {
  return Document::Object{
      {"name", "kubelet"},
      {"up", true},
      {"pid", 812},
      {"ratio", 0.25},
      {"version", Document()},
      {"types", Document::Array{"heap", "cpu"}},
      {"none", Document::Array{}},
      {"items", Document::Array{Document::Object{{"id", 1}, {"list", Document::Array{1, 2}}}, Document::Object{{"id", 2}}}},
      {"process", Document::Object{{"startTime", "2026-11-20T09:00:01Z"}}}};
}

TEST(Document, IsIndentedJson) {
  EXPECT_EQ(json(Document::Object{{"a", Document::Array{1, "x"}}, {"b", Document::Object{}}, {"c", Document()}}),
            "{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"b\": {},\n  \"c\": null\n}\n");
}

TEST(Document, IsYamlInTheLayoutOfKubectl) {
  EXPECT_EQ(yaml(sample()), R"(name: kubelet
up: true
pid: 812
ratio: 0.25
version: null
types:
- heap
- cpu
none: []
items:
- id: 1
  list:
  - 1
  - 2
- id: 2
process:
  startTime: "2026-11-20T09:00:01Z"
)");
}

TEST(Document, YamlOfAListOfListsKeepsItsNesting) {
  EXPECT_EQ(yaml(Document::Array{Document::Array{1, 2}, Document::Array{}, Document::Array{Document::Object{{"a", 1}, {"b", 2}}}}),
            "- - 1\n  - 2\n- []\n- - a: 1\n    b: 2\n");
}

TEST(Document, YamlQuotesWhatAReaderWouldTakeForSomethingElse) {
  for (const auto* text :
       {"", "yes", "No", "null", "~", "12", "1e5", "0x1f", "2026-11-24", "a: b", "- x", "#", "a b", "tab\t", ".inf", "*x", "n"}) {
    const std::string written = yaml(Document(text));
    EXPECT_TRUE(written.starts_with('"') && written.ends_with("\"\n")) << text << " -> " << written;
  }
  for (const auto* text : {"kubelet", "kube-apiserver", "/var/lib/kprofd", "v1.20.2", "goroutine-debug2"}) {
    EXPECT_EQ(yaml(Document(text)), std::string(text) + "\n");
  }
}

TEST(Document, NumbersKeepTheirWholeRange) {
  EXPECT_EQ(json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615\n");
  EXPECT_EQ(json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808\n");
  EXPECT_EQ(json(10.0), "10\n");
  EXPECT_EQ(json(0.1), "0.1\n");
  EXPECT_EQ(json(std::nan("")), "null\n");
}

TEST(Document, FindsMembersOfObjectsOnly) {
  const Document document = sample();
  ASSERT_NE(document.find("pid"), nullptr);
  EXPECT_EQ(document.find("absent"), nullptr);
  EXPECT_EQ(Document("text").find("pid"), nullptr);
}

}  // namespace
}  // namespace agent::cli
