#include "agent/cli/kprofctl_app.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;
using model::ProfileType;

const WallTime kNow = from_unix_nanos(1'795'498'588'000'000'000);

/// The request of a command line, or the text that ends it.
std::variant<Request, std::string> read(const std::vector<std::string>& words) {
  const auto parsed = parse_command_line(words);
  if (const auto* end = std::get_if<ParseEnd>(&parsed)) return end->text;
  auto request = make_request(std::get<CommandLine>(parsed), kNow);
  if (!request) return request.error().message();
  return *std::move(request);
}

template <class T>
T request(const std::vector<std::string>& words) {
  const auto result = read(words);
  if (const auto* text = std::get_if<std::string>(&result)) {
    ADD_FAILURE() << *text;
    return {};
  }
  return std::get<T>(std::get<Request>(result));
}

std::string refusal(const std::vector<std::string>& words) {
  const auto result = read(words);
  const auto* text = std::get_if<std::string>(&result);
  return text == nullptr ? "accepted" : *text;
}

TEST(CommandLine, ReadsFilters) {
  const auto list = request<ListRequest>({"snapshots", "-c", "kubelet,etcd", "--component", "crio", "-t", "heap", "--type=cpu", "--from",
                                          "-15m", "--to", "2026-11-24T05:36:00Z", "--cause", "manual", "--limit", "0", "-o", "yaml"});
  EXPECT_EQ(list.kind, ListKind::kSnapshots);
  EXPECT_EQ(list.filter.components, (std::vector<std::string>{"kubelet", "etcd", "crio"}));
  EXPECT_EQ(list.filter.types, (std::vector<ProfileType>{ProfileType::kHeap, ProfileType::kCpu}));
  EXPECT_EQ(list.filter.from, kNow - 15min);
  EXPECT_EQ(list.filter.to, kNow - 28s);
  EXPECT_EQ(list.filter.cause, model::Cause::kManual);
  EXPECT_EQ(list.limit, 0U);
  EXPECT_EQ(list.format, OutputFormat::kYaml);
}

TEST(CommandLine, TheSourceMayStandBeforeOrBehindTheCommand) {
  for (const auto& words : {std::vector<std::string>{"--store", "/s", "series"}, {"series", "--store", "/s"}, {"series", "--store=/s"}}) {
    const auto parsed = parse_command_line(words);
    ASSERT_TRUE(std::holds_alternative<CommandLine>(parsed)) << std::get<ParseEnd>(parsed).text;
    EXPECT_EQ(std::get<CommandLine>(parsed).source.store, "/s");
  }
  EXPECT_NE(refusal({"series", "--store", "/s", "--server", "http://x"}).find("either --server URL or --store DIR"), std::string::npos);
}

TEST(CommandLine, TheVersionIsACommandAndAnOption) {
  EXPECT_EQ(request<VersionRequest>({"version"}).format, OutputFormat::kTable);
  EXPECT_EQ(request<VersionRequest>({"--version"}).format, OutputFormat::kTable);
  EXPECT_EQ(request<VersionRequest>({"--store", "/s", "--version"}).format, OutputFormat::kTable);
}

TEST(CommandLine, PullTakesAFolderOrAnArchive) {
  EXPECT_EQ(request<PullOptions>({"pull", "--out", "d"}).folder, "d");
  EXPECT_EQ(request<PullOptions>({"pull", "--archive", "a.tar.gz"}).archive, "a.tar.gz");
  EXPECT_NE(refusal({"pull"}).find("--out DIR"), std::string::npos);
  EXPECT_NE(refusal({"pull", "--out", "d", "--archive", "a"}).find("either"), std::string::npos);
}

TEST(CommandLine, MergeTakesOneSeries) {
  EXPECT_EQ(request<MergeOptions>({"merge", "-c", "etcd", "-t", "heap", "-o", "-"}).output, "-");
  EXPECT_NE(refusal({"merge", "-c", "etcd,crio", "-t", "heap", "-o", "f"}).find("exactly one"), std::string::npos);
  EXPECT_NE(refusal({"merge", "-c", "etcd", "-t", "trace", "-o", "f"}).find("cannot be merged"), std::string::npos);
  EXPECT_NE(refusal({"merge", "-t", "heap", "-o", "f"}).find("--component is required"), std::string::npos);
}

TEST(CommandLine, ImportNeedsAFolder) {
  const auto import = request<ImportOptions>({"--store", "/s", "import", "-c", "etcd", "a.pb.gz", "b.pb.gz", "--time", "mtime"});
  EXPECT_EQ(import.store, "/s");
  EXPECT_EQ(import.files.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ModificationTime>(import.defaults.time));
  EXPECT_NE(refusal({"import", "-c", "etcd", "a.pb.gz"}).find("give --store DIR"), std::string::npos);
  EXPECT_NE(refusal({"--store", "/s", "import", "-c", "etcd"}).find("files is required"), std::string::npos);
}

TEST(CommandLine, CaptureTakesSecondsWithAndWithoutAUnit) {
  EXPECT_EQ(request<CaptureOptions>({"capture", "--seconds", "10"}).request.seconds, 10s);
  EXPECT_EQ(request<CaptureOptions>({"capture", "--seconds", "1m"}).request.seconds, 60s);
  EXPECT_FALSE(request<CaptureOptions>({"capture", "--wait"}).request.seconds);
  EXPECT_NE(refusal({"capture", "--seconds", "soon"}).find("--seconds: expected a duration"), std::string::npos);
  EXPECT_NE(refusal({"capture", "--seconds", "0"}).find("whole seconds from 1 to 300"), std::string::npos);
}

TEST(CommandLine, ACaptureTakesWholeSeconds) {
  EXPECT_EQ(request<CaptureOptions>({"capture", "--seconds", "5m"}).request.seconds, 300s);
  EXPECT_EQ(request<CaptureOptions>({"capture", "--seconds", "1"}).request.seconds, 1s);
  for (const char* span : {"1.5", "500ms", "301", "1h"}) {
    EXPECT_NE(refusal({"capture", "--seconds", span}).find("whole seconds from 1 to 300"), std::string::npos) << span;
  }
}

TEST(CommandLine, MistakesSayWhatIsValid) {
  EXPECT_NE(refusal({"snapshots", "-t", "heep"}).find("--type: unknown profile type \"heep\"; known: cpu, heap"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "--from", "yesterday"}).find("--from: expected a time as RFC 3339"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "--from", "-1m", "--to", "-2m"}).find("--from: must be before --to"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "-o", "xml"}).find("expected table, json or yaml"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "--limit", "many"}).find("--limit"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "--limit", "-1"}).find("--limit: expected a whole number, 0 for all, got -1"), std::string::npos);
  EXPECT_NE(refusal({"snapshots", "--limit=-1"}).find("--limit: expected a whole number"), std::string::npos);
  EXPECT_NE(refusal({"completion", "tcsh"}).find("bash"), std::string::npos);
}

TEST(CommandLine, AComponentHasTheNameThatAConfigurationTakes) {
  for (const auto& name : {std::string("a/b"), std::string("../../x"), std::string("."), std::string(".."), std::string("a b"),
                           std::string("a\nb"), std::string("\x1b[31m"), std::string("\xff"), std::string(300, 'a')}) {
    EXPECT_NE(refusal({"snapshots", "-c", name}).find("expected 1 to 63 letters"), std::string::npos) << name;
    EXPECT_NE(refusal({"--store", "s", "import", "-c", name, "f"}).find("expected 1 to 63 letters"), std::string::npos) << name;
  }
}

TEST(CommandLine, AnUnknownCommandIsNamedWithTheNearest) {
  const auto text = [](const std::vector<std::string>& words) { return std::get<ParseEnd>(parse_command_line(words)).text; };
  EXPECT_EQ(text({"snapshot"}), "kprofctl: unknown command \"snapshot\", did you mean \"snapshots\"?; see kprofctl --help\n");
  EXPECT_EQ(text({"--store", "/s", "serie"}), "kprofctl: unknown command \"serie\", did you mean \"series\"?; see kprofctl --help\n");
  EXPECT_NE(text({"bogus"}).find("unknown command \"bogus\"; known: status, targets, series"), std::string::npos) << text({"bogus"});
}

TEST(CommandLine, AMistakeIsOneLineThatNamesTheHelp) {
  for (const auto& words : {std::vector<std::string>{"serie"}, {"series", "--compnent", "x"}, {}, {"snapshots", "extra"}, {"--wat"}}) {
    const auto parsed = parse_command_line(words);
    ASSERT_TRUE(std::holds_alternative<ParseEnd>(parsed));
    const auto& end = std::get<ParseEnd>(parsed);
    EXPECT_EQ(end.code, ExitCode::kUsage);
    EXPECT_TRUE(end.text.starts_with("kprofctl: ")) << end.text;
    EXPECT_NE(end.text.find("--help\n"), std::string::npos) << end.text;
    EXPECT_EQ(std::count(end.text.begin(), end.text.end(), '\n'), 1) << end.text;
  }
}

TEST(CommandLine, EveryCommandHasHelpWithExamples) {
  for (const auto* command :
       {"status", "targets", "series", "snapshots", "pull", "merge", "import", "capture", "verify", "version", "completion"}) {
    const auto parsed = parse_command_line({command, "--help"});
    ASSERT_TRUE(std::holds_alternative<ParseEnd>(parsed)) << command;
    const auto& end = std::get<ParseEnd>(parsed);
    EXPECT_EQ(end.code, ExitCode::kOk);
    EXPECT_NE(end.text.find("Examples:\n  "), std::string::npos) << command;
  }
  const auto all = std::get<ParseEnd>(parse_command_line({"--help"}));
  EXPECT_NE(all.text.find(exit_code_help()), std::string::npos);
}

}  // namespace
}  // namespace agent::cli
