// The files of config/ are what users start from: each loads, and kprofd.yaml is the truth about every key.
#include "agent/base/file.hpp"
#include "agent/config/plan.hpp"
#include "tests/unit/config/config_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <vector>

namespace agent::config {
namespace {

const std::filesystem::path kFolder = KPROFD_SOURCE_DIR "/config";

std::string read(const std::string& name) {
  auto text = read_file(kFolder / name, 1U << 20U);
  EXPECT_TRUE(text) << name;
  return text ? *text : "";
}

/// The keys of a map, as the message about an unknown one lists them.
std::vector<std::string> known_keys(const std::string& yaml_with_unknown_key) {
  const std::string problems = problems_of(yaml_with_unknown_key);
  const auto at = problems.find("; known: ");
  EXPECT_NE(at, std::string::npos) << problems;
  std::istringstream list(problems.substr(at + 9, problems.find('\n', at) - at - 9));
  std::vector<std::string> keys;
  for (std::string key; list >> key;) keys.push_back(key.substr(0, key.find(',')));
  return keys;
}

/// kprofd.yaml with every setting that is only shown in a comment made real. Only lines that look like YAML are touched.
std::string uncommented(const std::string& text) {
  std::istringstream lines(text);
  std::string out;
  bool is_target = false;
  for (std::string line; std::getline(lines, line);) {
    is_target = is_target || line == "# targets:";
    if (line == "targets: []") continue;
    if (is_target && line.starts_with("# ")) line.erase(0, 2);
    if (line == "#") line.clear();
    if (line.starts_with("  # liveTargets:")) line.erase(2, 2);
    out += line + "\n";
  }
  return out;
}

TEST(ReadyMadeConfigurations, AllLoad) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const auto loaded = load(entry.path(), fake_environment({{"NODE_NAME", "node1"}}));
    for (const auto& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
    ++count;
  }
  EXPECT_GE(count, 5);
}

TEST(KprofdYaml, HoldsTheDefaults) {
  auto config = parse(read("kprofd.yaml"), "kprofd.yaml", fake_environment()).config;
  ASSERT_TRUE(config);
  EXPECT_EQ(plan_for(config->scrape, {}), plan_for(ScrapeConfig{}, {}));
  config->scrape.profiles.clear();  // it writes out which are on
  EXPECT_EQ(*config, Config{});
}

TEST(KprofdYaml, LoadsWithItsCommentedSettings) {
  const auto loaded = parse(uncommented(read("kprofd.yaml")), "kprofd.yaml", fake_environment());
  for (const auto& problem : loaded.problems) ADD_FAILURE() << to_string(problem);
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->targets.size(), 2U);
  EXPECT_EQ(loaded.config->listen.live_targets, true);
}

TEST(KprofdYaml, NamesEveryKey) {
  const std::string text = uncommented(read("kprofd.yaml"));
  for (const char* section : {"", "log", "listen", "listen.tls", "store", "scrape", "scrape.profiles", "discovery", "targets"}) {
    std::string yaml = "zzzzzz: 1";
    std::string path = section;
    if (path == "targets") {
      yaml = "targets: [{component: kubelet, " + yaml + "}]";
    } else {
      while (!path.empty()) {
        const auto dot = path.rfind('.');
        yaml = path.substr(dot + 1) + ": {" + yaml + "}";
        path.resize(dot == std::string::npos ? 0 : dot);
      }
    }
    for (const auto& key : known_keys(yaml)) EXPECT_NE(text.find(key + ":"), std::string::npos) << section << " " << key;
  }
}

TEST(MinimalYaml, IsOneLineATarget) {
  const auto config = parse(read("minimal.yaml"), "minimal.yaml", fake_environment()).config;
  ASSERT_TRUE(config);
  ASSERT_EQ(config->targets.size(), 2U);
  EXPECT_EQ(config->targets[0].component, "kubelet");
}

}  // namespace
}  // namespace agent::config
