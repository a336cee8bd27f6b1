#include "agent/cli/capture.hpp"

#include "agent/cli/verify.hpp"
#include "tests/support/fake_source.hpp"
#include "tests/support/test_console.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;
using model::CaptureState;
using model::ProfileType;

model::Capture running() {
  model::Capture capture;
  capture.id = "c1";
  capture.items = {{"kubelet", ProfileType::kCpu, false, std::nullopt, ""},
                   {"kubelet", ProfileType::kHeap, true, model::SnapshotId{17}, ""}};
  return capture;
}

model::Capture finished(CaptureState state, const std::string& error) {
  model::Capture capture = running();
  capture.state = state;
  capture.items[0].done = true;
  capture.items[0].error = error;
  if (error.empty()) capture.items[0].snapshot = model::SnapshotId{18};
  return capture;
}

struct CaptureCommand : testing::Test {
  tests::TestConsole terminal;
  tests::FakeSource source;
  CaptureOptions options;
};

TEST_F(CaptureCommand, PrintsTheIdAndReturnsAtOnce) {
  source.captures = {running()};
  options.request.reason = "node is slow";
  ASSERT_EQ(*capture(source, options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(terminal.out.str(), "c1\n");
  EXPECT_EQ(source.asked_capture.reason, "node is slow");
  EXPECT_EQ(terminal.clock.passed, 0s);
}

TEST_F(CaptureCommand, WaitsUntilItIsDone) {
  source.captures = {running(), running(), finished(CaptureState::kSucceeded, "")};
  options.wait = Wait::kUntilDone;
  ASSERT_EQ(*capture(source, options, terminal.console), ExitCode::kOk);
  EXPECT_EQ(terminal.out.str(),
            "COMPONENT   TYPE   SNAPSHOT           PROBLEM\n"
            "kubelet     cpu    0000000000000012\n"
            "kubelet     heap   0000000000000011\n");
  EXPECT_EQ(terminal.err.str(), "Capture c1 succeeded.\n");
  EXPECT_GT(terminal.clock.passed, 0s);
}

TEST_F(CaptureCommand, FailsWhenAPartFailed) {
  options.wait = Wait::kUntilDone;
  for (const auto state : {CaptureState::kPartial, CaptureState::kFailed, CaptureState::kCancelled}) {
    tests::FakeSource other;
    other.captures = {finished(state, "busy: already in use")};
    EXPECT_EQ(*capture(other, options, terminal.console), ExitCode::kFailed) << to_string(state);
  }
  EXPECT_NE(terminal.out.str().find("busy: already in use"), std::string::npos);
}

TEST_F(CaptureCommand, IsADocumentToo) {
  source.captures = {finished(CaptureState::kPartial, "busy: already in use")};
  options.wait = Wait::kUntilDone;
  options.format = OutputFormat::kJson;
  ASSERT_EQ(*capture(source, options, terminal.console), ExitCode::kFailed);
  EXPECT_TRUE(terminal.out.str().starts_with("{\n  \"id\": \"c1\",\n  \"state\": \"partial\""));
  EXPECT_NE(terminal.out.str().find("\"error\": \"busy: already in use\""), std::string::npos);
}

TEST_F(CaptureCommand, VerifySaysWhereTheDamageIs) {
  source.report = {2, 100, 90, 4096, {{"/s/a.block", 17, "CRC differs"}}};
  EXPECT_EQ(*verify(source, OutputFormat::kTable, terminal.console), ExitCode::kFailed);
  EXPECT_EQ(terminal.out.str(), "/s/a.block:17: CRC differs\nfake: 2 blocks, 100 records, 90 snapshots, 4KiB: damage in 1 file\n");
}

TEST_F(CaptureCommand, VerifyCountsFilesAndWhatCannotBeRead) {
  source.report = {
      2, 100, 90, 4096, {{"/s/a.block", 17, "CRC differs"}, {"/s/a.block", 17, "10 snapshots behind it"}, {"/s/b.block", 0, "no"}}};
  source.report.unreadable = 10;
  EXPECT_EQ(*verify(source, OutputFormat::kTable, terminal.console), ExitCode::kFailed);
  EXPECT_TRUE(terminal.out.str().ends_with("90 snapshots, 10 more that cannot be read, 4KiB: damage in 2 files\n")) << terminal.out.str();
}

TEST_F(CaptureCommand, VerifyOfASoundStoreIsOneLine) {
  source.report = {2, 100, 90, 4096, {}};
  EXPECT_EQ(*verify(source, OutputFormat::kTable, terminal.console), ExitCode::kOk);
  EXPECT_EQ(terminal.out.str(), "fake: 2 blocks, 100 records, 90 snapshots, 4KiB: all sound\n");
}

}  // namespace
}  // namespace agent::cli
