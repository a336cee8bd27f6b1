#include "agent/cli/completion.hpp"

#include "agent/cli/kprofctl_app.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/test_console.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

using model::ProfileType;

/// What the shell is told, without the descriptions.
std::vector<std::string> told(const std::vector<std::string>& words, SourceOptions* asked = nullptr) {
  tests::TestConsole terminal;
  const auto find_source = [&](const SourceOptions& options) -> Result<std::unique_ptr<Source>> {
    if (asked != nullptr) *asked = options;
    auto source = std::make_unique<tests::FakeSource>();
    source->all_series = {{"etcd", ProfileType::kCpu, 1, {}, {}, 0, 0},
                          {"kubelet", ProfileType::kCpu, 1, {}, {}, 0, 0},
                          {"kubelet", ProfileType::kHeap, 1, {}, {}, 0, 0}};
    return std::unique_ptr<Source>(std::move(source));
  };
  complete(words, find_source, terminal.console);
  std::istringstream lines(terminal.out.str());
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);) out.push_back(line.substr(0, line.find('\t')));
  return out;
}

using Words = std::vector<std::string>;

TEST(Completion, OffersCommands) {
  EXPECT_EQ(told({"s"}), (Words{"words", "status", "series", "snapshots"}));
  EXPECT_EQ(told({"--store", "/s", "ver"}), (Words{"words", "verify", "version"}));
}

TEST(Completion, OffersOptionsOfTheCommandAndOfAll) {
  EXPECT_EQ(told({"snapshots", "--c"}), (Words{"words", "--component", "--cause", "--ca-file", "--cert"}));
  EXPECT_EQ(told({"series", "--fr"}), (Words{"words"}));
}

TEST(Completion, OffersValues) {
  EXPECT_EQ(told({"snapshots", "--type", "go"}), (Words{"words", "goroutine", "goroutine-debug2"}));
  EXPECT_EQ(told({"snapshots", "-t", "h"}), (Words{"words", "heap"}));
  EXPECT_EQ(told({"snapshots", "--type=h"}), (Words{"words", "--type=heap"}));
  EXPECT_EQ(told({"snapshots", "--type", "heap,c"}), (Words{"words", "heap,cpu"}));
  EXPECT_EQ(told({"snapshots", "-o", ""}), (Words{"words", "table", "json", "yaml"}));
  EXPECT_EQ(told({"completion", ""}), (Words{"words", "bash", "zsh", "fish"}));
}

TEST(Completion, OffersComponentsThatTheSourceHas) {
  SourceOptions asked;
  EXPECT_EQ(told({"--server=http://node1:9912", "merge", "-c", ""}, &asked), (Words{"words", "etcd", "kubelet"}));
  EXPECT_EQ(asked.server, "http://node1:9912");
  EXPECT_EQ(told({"merge", "--store", "/s", "--component", "k"}, &asked), (Words{"words", "kubelet"}));
  EXPECT_EQ(asked.store, "/s");
}

TEST(Completion, LeavesFilesAndFoldersToTheShell) {
  EXPECT_EQ(told({"pull", "--out", "x"}), (Words{"folders"}));
  EXPECT_EQ(told({"merge", "--out", "x"}), (Words{"files"}));
  EXPECT_EQ(told({"--store", ""}), (Words{"folders"}));
  EXPECT_EQ(told({"import", "a.pb.gz", "b"}), (Words{"files"}));
  EXPECT_EQ(told({"capture", "--reason", "x"}), (Words{"words"}));
}

TEST(Completion, HasAScriptForEachShell) {
  for (const auto* shell : {"bash", "zsh", "fish"}) {
    tests::TestConsole terminal;
    ASSERT_TRUE(print_completion_script(shell, terminal.console));
    EXPECT_NE(terminal.out.str().find("__complete"), std::string::npos) << shell;
  }
}

}  // namespace
}  // namespace agent::cli
