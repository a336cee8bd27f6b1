// Routes about captures: profiles taken on request.
#include "agent/api/call.hpp"
#include "agent/api/capture_body.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/views.hpp"

#include <algorithm>
#include <utility>

namespace agent::api {
namespace {

/// Whether the media type is application/json, whatever its parameters. A browser cannot send it to another site without asking first, and
/// the agent never says yes to that.
bool is_json(std::string_view type) {
  constexpr std::string_view kJson = "application/json";
  const auto same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b + 32) : b); };
  if (type.size() < kJson.size() || !std::equal(kJson.begin(), kJson.end(), type.begin(), same)) return false;
  return type.size() == kJson.size() || type[kJson.size()] == ';' || type[kJson.size()] == ' ';
}

}  // namespace

async::Task<void> list_captures(Context& context, const Call& call) {
  auto captures = context.deps.recorder.captures();
  std::stable_sort(captures.begin(), captures.end(), [](const auto& a, const auto& b) { return a.started > b.started; });
  JsonStream stream(call.out);
  stream.json().begin_object().key("captures").begin_array();
  for (const auto& capture : captures) {
    write(stream.json(), capture);
    if (!co_await stream.flush_if_full()) co_return;
  }
  stream.json().end_array().end_object();
  co_await stream.finish();
}

async::Task<void> get_capture(Context& context, const Call& call) {
  const auto capture = context.deps.recorder.capture(call.path.at("id"));
  if (!capture) {
    Error error(Errc::kNotFound, "no capture " + call.path.at("id") + ": unknown, or finished and forgotten");
    co_await respond_error(call.out, std::move(error));
    co_return;
  }
  JsonWriter json;
  write(json, *capture);
  co_await respond_json(call.out, 200, std::move(json));
}

async::Task<void> start_capture(Context& context, const Call& call) {
  if (!is_json(call.request.headers.get("Content-Type"))) {
    Error error(Errc::kInvalidArgument, "Content-Type must be application/json", "unsupported_media_type");
    co_await respond_error(call.out, std::move(error), 415);
    co_return;
  }
  auto wanted = parse_capture_request(call.request.body);
  if (!wanted) {
    co_await respond_error(call.out, std::move(wanted).error());
    co_return;
  }
  auto capture = context.deps.recorder.start_capture(*std::move(wanted), model::Cause::kManual);
  if (!capture) {
    co_await respond_error(call.out, std::move(capture).error());
    co_return;
  }
  JsonWriter json;
  write(json, *capture);
  auto headers = content_type("application/json");
  headers.add("Location", "/api/v1/captures/" + capture->id);
  auto body = json.take() + "\n";
  [[maybe_unused]] const auto sent = co_await call.out.respond(202, std::move(headers), std::move(body));
}

}  // namespace agent::api
