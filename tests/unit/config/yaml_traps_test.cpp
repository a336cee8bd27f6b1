// What yaml-cpp 0.7 lets pass or gets wrong, and must not here.
#include "tests/unit/config/config_fixture.hpp"

#include <gtest/gtest.h>

namespace agent::config {
namespace {

TEST(YamlTraps, DuplicateKeyIsAProblem) {
  EXPECT_EQ(problems_of("nodeName: a\nnodeName: b\n"), "f:2:1: duplicate key \"nodeName\", first at line 1\n");
}

TEST(YamlTraps, SecondDocumentIsAProblemAndTheFirstIsStillChecked) {
  EXPECT_EQ(problems_of("log: {level: loud}\n---\nnodeName: b\n"),
            "f:1:14: log.level: expected one of debug, info, warn, error, got \"loud\"\n"
            "f:2:1: a second document starts here; a configuration is one document\n");
}

TEST(YamlTraps, DocumentMarkersAroundOneDocumentAreFine) {
  EXPECT_EQ(problems_of("%YAML 1.2\n---\nnodeName: a\n...\n"), "");
}

TEST(YamlTraps, AnchorsAndAliasesAreProblems) {
  EXPECT_EQ(problems_of("log: &l {level: info}\nlisten: *l\n"),
            "f:1:6: anchor \"&l\" is not supported; write the value out\n"
            "f:2:9: an alias (*name) is not supported; write the value out\n");
}

TEST(YamlTraps, NulBytesAreProblems) {
  EXPECT_EQ(problems_of("store:\n  path: \"/var/lib/a\\0b\"\n"),
            "f:2:9: store.path: expected text without a NUL byte, got \"/var/lib/a\\u0000b\"\n");
}

TEST(YamlTraps, MergeKeysAreProblems) {
  EXPECT_EQ(problems_of("log:\n  <<: {level: info}\n"),
            "f:2:3: log: unknown key \"<<\"; merge keys are not supported, write the values out\n");
}

TEST(YamlTraps, TagsAreProblems) {
  EXPECT_EQ(problems_of("nodeName: !!str 12\n"), "f:1:11: tag \"tag:yaml.org,2002:str\" is not supported; leave it out\n");
}

TEST(YamlTraps, AliasBombCostsNothing) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last;
    for (int j = 0; j < 8; ++j) bomb.append(", ").append(last);
    bomb += "]\n";
  }
  EXPECT_NE(problems_of(bomb).find("anchor"), std::string::npos);
}

TEST(YamlTraps, KeysMustBeWords) {
  EXPECT_EQ(problems_of("? [a]\n: 1\n"), "f:1:3: a key must be a word\n");
  EXPECT_EQ(problems_of("~: 1\n"), "f:1:1: a key must be a word\n");
}

TEST(YamlTraps, BooleansOfYaml11AreNotBooleans) {
  EXPECT_EQ(problems_of("discovery: {processes: yes}\n"), "f:1:24: discovery.processes: expected true or false, got \"yes\"\n");
  EXPECT_EQ(problems_of("discovery: {processes: \"true\"}\n"),
            "f:1:24: discovery.processes: expected true or false without quotes, got \"true\"\n");
}

TEST(YamlTraps, OctalsAndPaddedNumbersAreNotNumbers) {
  const std::string expected = "scrape.maxInFlight: expected a whole number from 1 to 64";
  EXPECT_EQ(problems_of("scrape: {maxInFlight: 010}\n"), "f:1:23: " + expected + ", got \"010\"\n");
  EXPECT_EQ(problems_of("scrape: {maxInFlight: '12 '}\n"), "f:1:23: " + expected + " without quotes, got \"12 \"\n");
  EXPECT_EQ(problems_of("scrape: {maxInFlight: 0x10}\n"), "f:1:23: " + expected + ", got \"0x10\"\n");
  EXPECT_EQ(problems_of("scrape: {maxInFlight: -1}\n"), "f:1:23: " + expected + ", got \"-1\"\n");
  EXPECT_EQ(problems_of("scrape: {maxInFlight: 1e1}\n"), "f:1:23: " + expected + ", got \"1e1\"\n");
}

TEST(YamlTraps, NullIsNotTheWordNull) {
  EXPECT_EQ(problems_of("nodeName: null\n"), "f:1:1: nodeName: expected text, got nothing\n");
  EXPECT_EQ(problems_of("nodeName:\nlog:\n"), "f:1:1: nodeName: expected text, got nothing\n");
  EXPECT_EQ(parse("nodeName: 'null'", "f", fake_environment()).config->node_name, "null");
}

TEST(YamlTraps, EmptySectionsAndFilesAreTheDefaults) {
  for (const char* text : {"", "# nothing\n", "---\n", "log:\nlisten:\n  tls:\nstore: ~\nscrape: {}\ndiscovery:\ntargets:\n"}) {
    const auto loaded = parse(text, "f", fake_environment());
    ASSERT_TRUE(loaded.config) << text;
    EXPECT_EQ(*loaded.config, Config{}) << text;
  }
}

TEST(YamlTraps, ScalarWhereKeysBelongIsAProblem) {
  EXPECT_EQ(problems_of("log: info\n"), "f:1:6: log: expected keys and values, got a value\n");
  EXPECT_EQ(problems_of("log: [info]\n"), "f:1:6: log: expected keys and values, got a list\n");
  EXPECT_EQ(problems_of("nodeName: {a: b}\n"), "f:1:11: nodeName: expected text, got a map\n");
  EXPECT_EQ(problems_of("- a\n"), "f:1:1: expected keys and values, got a list\n");
  EXPECT_EQ(problems_of("hello\n"), "f:1:1: expected keys and values, got a value\n");
}

TEST(YamlTraps, WrongSyntaxSaysWhere) {
  EXPECT_EQ(problems_of("log:\n  level: info\n format: text\n"), "f:3:2: this is not YAML: end of map not found\n");
  EXPECT_EQ(problems_of("log: {level: info\n"), "f:2:1: this is not YAML: end of map flow not found\n");
}

TEST(YamlTraps, MoreThan32LevelsAreRefused) {
  const auto nested = [](int levels) {
    std::string text = "targets: ";
    for (int i = 1; i < levels; ++i) text += "[";
    for (int i = 1; i < levels; ++i) text += "]";
    return text;
  };
  EXPECT_EQ(problems_of(nested(33)), "f:1:41: more than 32 levels\n");
  EXPECT_EQ(problems_of(nested(32)).find("levels"), std::string::npos);
  EXPECT_NE(problems_of(nested(5000)).find("more than 32 levels"), std::string::npos);
}

TEST(YamlTraps, MoreThan10000NodesAreRefused) {
  std::string text = "targets:\n";
  for (int i = 0; i < 10'000; ++i) text += "- x\n";
  EXPECT_EQ(problems_of(text), "f:9999:3: more than 10000 values and keys\n");
}

TEST(YamlTraps, MoreThan1MiBIsRefused) {
  EXPECT_EQ(problems_of(std::string((1U << 20U) + 1, '#')), "f: larger than 1MiB\n");
  EXPECT_EQ(problems_of(std::string(1U << 20U, '#')), "");
}

TEST(YamlTraps, NulIsRefused) {
  EXPECT_EQ(problems_of(std::string_view("log: \0", 6)), "f: byte 5 is NUL; a configuration is text in UTF-8\n");
}

TEST(YamlTraps, ProblemsAreBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "key" + std::to_string(i) + ": 1\n";
  const auto loaded = parse(text, "f", fake_environment());
  EXPECT_EQ(loaded.problems.size(), 201U);
  EXPECT_EQ(loaded.problems.back().message, "more than 200 mistakes; the rest is not shown");
}

TEST(YamlTraps, WhatIsQuotedBackIsEscapedAndCut) {
  EXPECT_EQ(problems_of("log: {level: \"\\e[31m\"}\n"),
            "f:1:14: log.level: expected one of debug, info, warn, error, got \"\\u001b[31m\"\n");
  const std::string shown = problems_of("log: {level: " + std::string(3000, 'x') + "}\n");
  EXPECT_LT(shown.size(), 300U);
  EXPECT_NE(shown.find("xxx...\""), std::string::npos);
}

}  // namespace
}  // namespace agent::config
