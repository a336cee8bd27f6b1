#include "agent/cli/views.hpp"

#include <optional>
#include <string>
#include <utility>

namespace agent::cli {
namespace {

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

Document text_or_null(const std::string& text) {
  return text.empty() ? Document() : Document(text);
}

Document time_or_null(const std::optional<WallTime>& time) {
  return time && *time != WallTime{} ? Document(format_time(*time)) : Document();
}

Document process_or_null(const model::Process& process) {
  if (process.pid == 0) return {};
  return Document::Object{{"pid", process.pid}, {"startTime", time_or_null(process.start_time)}};
}

Document profile_document(const model::ProfileStatus& status) {
  Document failure;
  if (status.failure) {
    failure = Document::Object{{"cause", status.failure->cause},
                               {"message", status.failure->message},
                               {"hint", status.failure->hint},
                               {"at", format_time(status.failure->at)}};
  }
  return Document::Object{{"type", model::to_string(status.plan.type)},
                          {"intervalSeconds", seconds(status.plan.interval)},
                          {"durationSeconds", seconds(status.plan.duration)},
                          {"state", model::to_string(status.state)},
                          {"scrapes", status.scrapes},
                          {"failures", status.failures},
                          {"missedRounds", status.missed_rounds},
                          {"lastSuccess", time_or_null(status.last_success)},
                          {"next", time_or_null(status.next)},
                          {"lastTookSeconds", seconds(status.last_took)},
                          {"lastBytes", status.last_bytes},
                          {"failure", std::move(failure)},
                          {"note", text_or_null(status.note)}};
}

Document::Object request_fields(const model::CaptureRequest& request) {
  Document::Array components(request.components.begin(), request.components.end());
  Document::Array types;
  for (const auto type : request.types) types.emplace_back(model::to_string(type));
  return Document::Object{{"components", std::move(components)},
                          {"types", std::move(types)},
                          {"seconds", request.seconds ? Document(seconds(*request.seconds)) : Document()},
                          {"reason", request.reason}};
}

}  // namespace

Document to_document(const model::Snapshot& snapshot) {
  return Document::Object{{"id", model::to_string(snapshot.id)},
                          {"component", snapshot.info.component},
                          {"type", model::to_string(snapshot.info.type)},
                          {"start", format_time(snapshot.info.start)},
                          {"durationSeconds", seconds(snapshot.info.duration)},
                          {"cause", model::to_string(snapshot.info.cause)},
                          {"process", process_or_null(snapshot.info.process)},
                          {"version", text_or_null(snapshot.info.component_version)},
                          {"captureId", text_or_null(snapshot.info.capture_id)},
                          {"fetchedBytes", snapshot.info.fetched_bytes},
                          {"storedBytes", snapshot.stored_bytes},
                          {"samples", snapshot.samples}};
}

Document to_document(const model::TargetStatus& target) {
  Document::Array profiles;
  for (const auto& profile : target.profiles) profiles.push_back(profile_document(profile));
  return Document::Object{{"component", target.target.component},      {"url", target.target.url},
                          {"health", model::to_string(target.health)}, {"process", process_or_null(target.process)},
                          {"version", text_or_null(target.version)},   {"profiles", std::move(profiles)}};
}

Document to_document(const store::Series& series) {
  return Document::Object{{"component", series.component},       {"type", model::to_string(series.type)},
                          {"snapshots", series.snapshots},       {"first", format_time(series.first)},
                          {"last", format_time(series.last)},    {"storedBytes", series.stored_bytes},
                          {"fetchedBytes", series.fetched_bytes}};
}

Document to_document(const model::Capture& capture) {
  Document::Array items;
  for (const auto& item : capture.items) {
    items.push_back(Document::Object{{"component", item.component},
                                     {"type", model::to_string(item.type)},
                                     {"done", item.done},
                                     {"snapshot", item.snapshot ? Document(model::to_string(*item.snapshot)) : Document()},
                                     {"error", text_or_null(item.error)}});
  }
  Document::Object fields{{"id", capture.id}, {"state", model::to_string(capture.state)}};
  for (auto& field : request_fields(capture.request)) fields.push_back(std::move(field));
  fields.emplace_back("started", format_time(capture.started));
  fields.emplace_back("finished", time_or_null(capture.finished));
  fields.emplace_back("items", std::move(items));
  return fields;
}

Document to_document(const model::CaptureRequest& request) {
  Document::Object fields;
  // An absent key is the API's way to say "the plan's"; null is only for answers.
  for (auto& field : request_fields(request)) {
    if (!field.second.is_null()) fields.push_back(std::move(field));
  }
  return fields;
}

Document to_document(const store::Damage& damage) {
  return Document::Object{{"file", damage.file.string()}, {"offset", damage.offset}, {"what", damage.what}};
}

Document to_document(const store::VerifyReport& report) {
  Document::Array damage;
  for (const auto& one : report.damage) damage.push_back(to_document(one));
  Document::Array notes;
  for (const auto& one : report.notes) notes.push_back(to_document(one));
  return Document::Object{{"blocks", report.blocks},         {"records", report.records}, {"snapshots", report.snapshots},
                          {"unreadable", report.unreadable}, {"bytes", report.bytes},     {"damage", std::move(damage)},
                          {"notes", std::move(notes)}};
}

}  // namespace agent::cli
