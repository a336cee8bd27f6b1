#include "agent/cli/answers.hpp"

#include "agent/cli/exit_code.hpp"
#include "agent/cli/json_reader.hpp"
#include "agent/cli/server_answer.hpp"
#include "agent/cli/views.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace agent::cli {
namespace {

using namespace std::chrono_literals;
using model::ProfileType;

Document json(std::string_view text) {
  auto document = parse_json(text);
  EXPECT_TRUE(document) << text;
  return document ? *document : Document();
}

std::string text_of(const Document& document) {
  std::ostringstream out;
  write_json(out, document);
  return out.str();
}

const WallTime kNow = from_unix_nanos(1'795'498'588'250'000'001);

TEST(Answers, SnapshotsComeBackAsTheyWere) {
  model::Snapshot snapshot;
  snapshot.id = model::make_snapshot_id(kNow, 7);
  snapshot.info.component = "kubelet";
  snapshot.info.type = ProfileType::kCpu;
  snapshot.info.start = kNow;
  snapshot.info.duration = 10'250ms;
  snapshot.info.cause = model::Cause::kManual;
  snapshot.info.process = {812, kNow - 100h};
  snapshot.info.component_version = "v1.20.2";
  snapshot.info.capture_id = "c1";
  snapshot.info.fetched_bytes = 102400;
  snapshot.stored_bytes = 512;
  snapshot.samples = 870;
  const Document written = to_document(snapshot);
  const Document answer = Document::Object{{"snapshots", Document::Array{written}}, {"next", model::to_string(snapshot.id)}};
  const auto page = read_snapshots(json(text_of(answer)));
  ASSERT_TRUE(page) << page.error().message();
  EXPECT_EQ(page->next, snapshot.id);
  ASSERT_EQ(page->snapshots.size(), 1U);
  EXPECT_EQ(text_of(to_document(page->snapshots.front())), text_of(written));
  EXPECT_EQ(page->snapshots.front().info.start, kNow);
}

TEST(Answers, TargetsComeBackAsTheyWere) {
  model::TargetStatus target;
  target.target.component = "kubelet";
  target.target.url = "https://127.0.0.1:10250";
  target.health = model::TargetHealth::kDown;
  model::ProfileStatus profile;
  profile.plan = {ProfileType::kMutex, 10s, 0s};
  profile.state = model::ProfileState::kFailing;
  profile.failures = 3;
  profile.next = kNow;
  profile.last_took = 15ms;
  profile.failure = model::ScrapeFailure{"forbidden", "403", "give the ServiceAccount a role", kNow};
  target.profiles = {profile};
  const Document written = to_document(target);
  const auto targets = read_targets(json(text_of(Document::Object{{"targets", Document::Array{written}}})));
  ASSERT_TRUE(targets) << targets.error().message();
  EXPECT_EQ(text_of(to_document(targets->front())), text_of(written));
}

TEST(Answers, SeriesAndCapturesComeBackAsTheyWere) {
  const Document series = to_document(store::Series{"etcd", ProfileType::kHeap, 3, kNow - 1h, kNow, 10, 20});
  const auto all = read_series(json(text_of(Document::Object{{"series", Document::Array{series}}})));
  ASSERT_TRUE(all);
  EXPECT_EQ(text_of(to_document(all->front())), text_of(series));

  model::Capture capture;
  capture.id = "c1";
  capture.request = {{"etcd"}, {ProfileType::kCpu}, 10s, "slow"};
  capture.state = model::CaptureState::kPartial;
  capture.started = kNow;
  capture.items = {{"etcd", ProfileType::kCpu, true, model::SnapshotId{1}, ""},
                   {"etcd", ProfileType::kHeap, true, std::nullopt, "busy: x"}};
  const auto read = read_capture(json(text_of(to_document(capture))));
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(text_of(to_document(*read)), text_of(to_document(capture)));
}

TEST(Answers, MissingAndUnknownKeysAreNoMistake) {
  const auto page = read_snapshots(json(R"({"snapshots":[{"id":"679fcc7b9b4003f1","type":"heap","cause":"manual","new":[1]}],"more":1})"));
  ASSERT_TRUE(page) << page.error().message();
  EXPECT_EQ(page->snapshots.front().info.component, "");
  EXPECT_FALSE(page->next);
}

TEST(Answers, AWrongValueIsNamed) {
  const auto page = read_snapshots(json(R"({"snapshots":[{"id":"679fcc7b9b4003f1","type":"heap","cause":"manual"},{"id":7}]})"));
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().message(), "snapshots[1].id: expected a string");
  EXPECT_FALSE(read_snapshots(json(R"({"snapshots":{}})")));
  EXPECT_FALSE(read_snapshots(json(R"([])")));
  EXPECT_FALSE(read_snapshots(json(R"({"snapshots":[1]})")));
  EXPECT_FALSE(read_capture(json(R"({"state":"running"})")));
}

TEST(Json, RefusesWhatIsNoJson) {
  for (const auto* text : {"", "{", "<html>", "{} {}", "nul", "{\"a\":1,}"}) EXPECT_FALSE(parse_json(text)) << text;
  EXPECT_FALSE(parse_json(std::string(1000, '[')));
  EXPECT_TRUE(parse_json(" {\"a\": [1, 2.5, null, true, \"x\"]}\n"));
}

TEST(ServerAnswer, OfKprofdIsItsDetail) {
  const Error error = error_of("http://n:1", {404, {}, R"({"error":"not_found","detail":"no snapshot 17"})"});
  EXPECT_EQ(error.message(), "http://n:1: no snapshot 17");
  EXPECT_EQ(exit_code_of(error), ExitCode::kNothingFound);
}

TEST(ServerAnswer, OfAPathThatIsNoneIsNoAnswerOfTheApi) {
  const Error error = error_of("http://n:1/x", {404, {}, R"({"error":"not_found","detail":"there is nothing at /x/api/v1/status"})"});
  EXPECT_EQ(exit_code_of(error), ExitCode::kFailed);
  EXPECT_NE(error.message().find("check the path in --server"), std::string::npos);
}

TEST(ServerAnswer, OfSomethingElseIsSaidToBe) {
  const Error error = error_of("http://n:1", {404, {}, "<html>not found</html>"});
  EXPECT_EQ(exit_code_of(error), ExitCode::kFailed);
  EXPECT_NE(error.message().find("is it a kprofd?"), std::string::npos);
  EXPECT_NE(error_of("http://n:1", {401, {}, ""}).message().find("--token-file"), std::string::npos);
}

TEST(ServerAnswer, SilenceIsUnreachableWithAdvice) {
  const Error error = unreachable("http://n:1", Error(Errc::kUnavailable, "127.0.0.1:1: connection refused", "connection_refused"));
  EXPECT_EQ(exit_code_of(error), ExitCode::kUnreachable);
  EXPECT_NE(error.message().find("--store DIR"), std::string::npos);
  const Error ours = unreachable("http://n:1", Error(Errc::kNotFound, "open /t: No such file", "credentials_unreadable"));
  EXPECT_EQ(exit_code_of(ours), ExitCode::kFailed);
}

TEST(ServerAnswer, RetryAfterIsAtLeastASecond) {
  http::Headers headers;
  EXPECT_EQ(retry_after(headers), 1s);
  headers.add("Retry-After", "3");
  EXPECT_EQ(retry_after(headers), 3s);
  http::Headers strange;
  strange.add("Retry-After", "soon");
  EXPECT_EQ(retry_after(strange), 1s);
}

}  // namespace
}  // namespace agent::cli
