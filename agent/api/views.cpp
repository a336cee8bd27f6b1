#include "agent/api/views.hpp"

#include "agent/api/status_table.hpp"

#include <optional>
#include <string_view>

namespace agent::api {
namespace {

double seconds(Duration span) {
  return std::chrono::duration<double>(span).count();
}

std::optional<std::string> time_or_null(std::optional<WallTime> time) {
  if (!time || *time == WallTime{}) return std::nullopt;
  return format_time(*time);
}

std::optional<std::string> text_or_null(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

void write_process(JsonWriter& json, const model::Process& process) {
  json.key("process");
  if (process.pid == 0) {
    json.null();
    return;
  }
  json.begin_object().member("pid", process.pid).member("startTime", time_or_null(process.start_time)).end_object();
}

void write_failure(JsonWriter& json, const std::optional<model::ScrapeFailure>& failure) {
  json.key("failure");
  if (!failure) {
    json.null();
    return;
  }
  json.begin_object()
      .member("cause", failure->cause)
      .member("message", failure->message)
      .member("hint", failure->hint)
      .member("at", format_time(failure->at))
      .end_object();
}

void write_profile(JsonWriter& json, const model::ProfileStatus& profile) {
  json.begin_object()
      .member("type", to_string(profile.plan.type))
      .member("intervalSeconds", seconds(profile.plan.interval))
      .member("durationSeconds", seconds(profile.plan.duration))
      .member("state", to_string(profile.state))
      .member("scrapes", profile.scrapes)
      .member("failures", profile.failures)
      .member("missedRounds", profile.missed_rounds)
      .member("lastSuccess", time_or_null(profile.last_success))
      .member("next", time_or_null(profile.next))
      .member("lastTookSeconds", seconds(profile.last_took))
      .member("lastBytes", profile.last_bytes);
  write_failure(json, profile.failure);
  json.member("note", text_or_null(profile.note)).end_object();
}

void write_item(JsonWriter& json, const model::CaptureItem& item) {
  json.begin_object()
      .member("component", item.component)
      .member("type", to_string(item.type))
      .member("done", item.done)
      .member("snapshot", item.snapshot ? std::optional(to_string(*item.snapshot)) : std::nullopt)
      .member("error", text_or_null(item.error))
      .end_object();
}

}  // namespace

void write(JsonWriter& json, const Error& error) {
  json.begin_object()
      .member("error", error.cause().empty() ? word_of(error.code()) : std::string_view(error.cause()))
      .member("detail", error.message().empty() ? to_string(error.code()) : std::string_view(error.message()))
      .end_object();
}

void write(JsonWriter& json, const model::Snapshot& snapshot) {
  const auto& info = snapshot.info;
  json.begin_object()
      .member("id", to_string(snapshot.id))
      .member("component", info.component)
      .member("type", to_string(info.type))
      .member("start", format_time(info.start))
      .member("durationSeconds", seconds(info.duration))
      .member("cause", to_string(info.cause));
  write_process(json, info.process);
  json.member("version", text_or_null(info.component_version))
      .member("captureId", text_or_null(info.capture_id))
      .member("fetchedBytes", info.fetched_bytes)
      .member("storedBytes", snapshot.stored_bytes)
      .member("samples", snapshot.samples)
      .end_object();
}

void write(JsonWriter& json, const model::TargetStatus& target) {
  json.begin_object()
      .member("component", target.target.component)
      .member("url", target.target.url)
      .member("health", to_string(target.health));
  write_process(json, target.process);
  json.member("version", text_or_null(target.version)).key("profiles").begin_array();
  for (const auto& profile : target.profiles) write_profile(json, profile);
  json.end_array().end_object();
}

void write(JsonWriter& json, const model::Capture& capture) {
  const auto& request = capture.request;
  json.begin_object().member("id", capture.id).member("state", to_string(capture.state)).key("components");
  write(json, request.components);
  json.key("types").begin_array();
  for (const auto type : request.types) json.value(to_string(type));
  json.end_array()
      .member("seconds", request.seconds ? std::optional(seconds(*request.seconds)) : std::nullopt)
      .member("reason", request.reason)
      .member("started", format_time(capture.started))
      .member("finished", time_or_null(capture.finished))
      .key("items")
      .begin_array();
  for (const auto& item : capture.items) write_item(json, item);
  json.end_array().end_object();
}

void write(JsonWriter& json, const store::Series& series) {
  json.begin_object()
      .member("component", series.component)
      .member("type", to_string(series.type))
      .member("snapshots", series.snapshots)
      .member("first", format_time(series.first))
      .member("last", format_time(series.last))
      .member("storedBytes", series.stored_bytes)
      .member("fetchedBytes", series.fetched_bytes)
      .end_object();
}

void write(JsonWriter& json, const store::StoreState& state, const std::string& path) {
  json.begin_object()
      .member("path", path)
      .member("writable", state.writable)
      .member("reason", text_or_null(state.reason))
      .member("bytes", state.bytes)
      .member("blocks", state.blocks)
      .member("snapshots", state.snapshots)
      .member("oldest", time_or_null(state.oldest))
      .member("pendingSnapshots", state.pending_snapshots)
      .member("pendingBytes", state.pending_bytes)
      .member("droppedSnapshots", state.dropped_snapshots)
      .end_object();
}

void write(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const auto& text : texts) json.value(text);
  json.end_array();
}

}  // namespace agent::api
