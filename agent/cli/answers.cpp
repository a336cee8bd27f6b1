#include "agent/cli/answers.hpp"

#include "agent/cli/answer_fields.hpp"

#include <array>
#include <functional>
#include <string>
#include <utility>

namespace agent::cli {
namespace {

/// Finds the enumerator whose to_string is `word`.
template <class E, std::size_t N>
Result<E> parse_word(std::string_view word, const std::array<E, N>& all) {
  for (const auto one : all) {
    if (model::to_string(one) == word) return one;
  }
  return Error(Errc::kCorrupt, "unknown word \"" + std::string(word) + "\"");
}

Result<model::TargetHealth> parse_health(std::string_view word) {
  using H = model::TargetHealth;
  return parse_word(word, std::array{H::kUnknown, H::kUp, H::kDown});
}

Result<model::ProfileState> parse_profile_state(std::string_view word) {
  using S = model::ProfileState;
  return parse_word(word, std::array{S::kPending, S::kOk, S::kEmpty, S::kFailing});
}

Result<model::CaptureState> parse_capture_state(std::string_view word) {
  using S = model::CaptureState;
  return parse_word(word, std::array{S::kRunning, S::kSucceeded, S::kPartial, S::kFailed, S::kCancelled});
}

/// Every item of the list `key` read by `read`.
template <class T>
std::vector<T> read_list(AnswerFields& fields, std::string_view key, const std::function<T(AnswerFields&)>& read) {
  std::vector<T> out;
  for (const auto& item : fields.list(key)) {
    AnswerFields inner(item, fields.where(key) + "[" + std::to_string(out.size()) + "]");
    out.push_back(read(inner));
    fields.fail(inner.error());
  }
  return out;
}

template <class T>
Result<T> done(const AnswerFields& fields, T value) {
  if (fields.error()) return *fields.error();
  return value;
}

model::Process read_process(AnswerFields& fields) {
  model::Process process;
  const Document* object = fields.object("process");
  if (object == nullptr) return process;
  AnswerFields inner(*object, fields.where("process"));
  process.pid = static_cast<std::int64_t>(inner.count("pid"));
  process.start_time = inner.time("startTime");
  fields.fail(inner.error());
  return process;
}

model::Snapshot read_snapshot(AnswerFields& fields) {
  model::Snapshot snapshot;
  snapshot.id = fields.word<model::SnapshotId>("id", model::parse_snapshot_id);
  snapshot.info.component = fields.text("component");
  snapshot.info.type = fields.word<model::ProfileType>("type", model::parse_profile_type);
  snapshot.info.start = fields.time("start");
  snapshot.info.duration = fields.seconds("durationSeconds");
  snapshot.info.cause = fields.word<model::Cause>("cause", model::parse_cause);
  snapshot.info.process = read_process(fields);
  snapshot.info.component_version = fields.text("version");
  snapshot.info.capture_id = fields.text("captureId");
  snapshot.info.fetched_bytes = fields.count("fetchedBytes");
  snapshot.stored_bytes = fields.count("storedBytes");
  snapshot.samples = fields.count("samples");
  return snapshot;
}

std::optional<model::ScrapeFailure> read_failure(AnswerFields& fields) {
  const Document* object = fields.object("failure");
  if (object == nullptr) return std::nullopt;
  AnswerFields inner(*object, fields.where("failure"));
  model::ScrapeFailure failure{inner.text("cause"), inner.text("message"), inner.text("hint"), inner.time("at")};
  fields.fail(inner.error());
  return failure;
}

model::ProfileStatus read_profile(AnswerFields& fields) {
  model::ProfileStatus status;
  status.plan.type = fields.word<model::ProfileType>("type", model::parse_profile_type);
  status.plan.interval = fields.seconds("intervalSeconds");
  status.plan.duration = fields.seconds("durationSeconds");
  status.state = fields.word<model::ProfileState>("state", parse_profile_state);
  status.scrapes = fields.count("scrapes");
  status.failures = fields.count("failures");
  status.missed_rounds = fields.count("missedRounds");
  status.last_success = fields.optional_time("lastSuccess");
  status.next = fields.optional_time("next");
  status.last_took = fields.seconds("lastTookSeconds");
  status.last_bytes = fields.count("lastBytes");
  status.failure = read_failure(fields);
  status.note = fields.text("note");
  return status;
}

model::TargetStatus read_target(AnswerFields& fields) {
  model::TargetStatus target;
  target.target.component = fields.text("component");
  target.target.url = fields.text("url");
  target.health = fields.word<model::TargetHealth>("health", parse_health);
  target.process = read_process(fields);
  target.version = fields.text("version");
  target.profiles = read_list<model::ProfileStatus>(fields, "profiles", read_profile);
  return target;
}

store::Series read_one_series(AnswerFields& fields) {
  store::Series series;
  series.component = fields.text("component");
  series.type = fields.word<model::ProfileType>("type", model::parse_profile_type);
  series.snapshots = fields.count("snapshots");
  series.first = fields.time("first");
  series.last = fields.time("last");
  series.stored_bytes = fields.count("storedBytes");
  series.fetched_bytes = fields.count("fetchedBytes");
  return series;
}

model::CaptureItem read_item(AnswerFields& fields) {
  model::CaptureItem item;
  item.component = fields.text("component");
  item.type = fields.word<model::ProfileType>("type", model::parse_profile_type);
  item.done = fields.flag("done");
  if (!fields.text("snapshot").empty()) item.snapshot = fields.word<model::SnapshotId>("snapshot", model::parse_snapshot_id);
  item.error = fields.text("error");
  return item;
}

/// Lists of plain words: each item is an object to AnswerFields, so they are read here.
std::vector<std::string> read_words(AnswerFields& fields, std::string_view key) {
  std::vector<std::string> words;
  for (const auto& item : fields.list(key)) {
    if (const auto* word = item.string()) {
      words.push_back(*word);
    } else {
      fields.fail(key, "expected a list of strings");
    }
  }
  return words;
}

}  // namespace

Result<SnapshotPage> read_snapshots(const Document& answer) {
  AnswerFields fields(answer, "");
  SnapshotPage page;
  page.snapshots = read_list<model::Snapshot>(fields, "snapshots", read_snapshot);
  if (!fields.text("next").empty()) page.next = fields.word<model::SnapshotId>("next", model::parse_snapshot_id);
  return done(fields, std::move(page));
}

Result<std::vector<model::TargetStatus>> read_targets(const Document& answer) {
  AnswerFields fields(answer, "");
  auto targets = read_list<model::TargetStatus>(fields, "targets", read_target);
  return done(fields, std::move(targets));
}

Result<std::vector<store::Series>> read_series(const Document& answer) {
  AnswerFields fields(answer, "");
  auto series = read_list<store::Series>(fields, "series", read_one_series);
  return done(fields, std::move(series));
}

Result<model::Capture> read_capture(const Document& answer) {
  AnswerFields fields(answer, "");
  model::Capture capture;
  capture.id = fields.text("id");
  if (capture.id.empty()) fields.fail("id", "expected the capture's id");
  capture.state = fields.word<model::CaptureState>("state", parse_capture_state);
  capture.request.components = read_words(fields, "components");
  for (const auto& word : read_words(fields, "types")) {
    const auto type = model::parse_profile_type(word);
    if (type) capture.request.types.push_back(*type);
    if (!type) fields.fail("types", type.error().message());
  }
  capture.request.seconds = fields.optional_seconds("seconds");
  capture.request.reason = fields.text("reason");
  capture.started = fields.time("started");
  capture.finished = fields.optional_time("finished");
  capture.items = read_list<model::CaptureItem>(fields, "items", read_item);
  return done(fields, std::move(capture));
}

}  // namespace agent::cli
