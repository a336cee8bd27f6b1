// Routes about the agent itself.
#include "agent/api/call.hpp"
#include "agent/api/openapi_text.hpp"
#include "agent/api/readiness.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/views.hpp"
#include "agent/async/offload.hpp"

#include <cstdint>
#include <utility>

namespace agent::api {
namespace {

constexpr std::string_view kIndex = R"html(<!doctype html>
<html lang="en"><meta charset="utf-8"><title>kprofd</title>
<h1>kprofd</h1>
<p>The flight recorder of this node.</p>
<ul>
<li><a href="/api/v1/status">status</a>: version, store, counts
<li><a href="/api/v1/targets">targets</a>: what is recorded from where, and what fails
<li><a href="/api/v1/series">series</a>: what the store holds
<li><a href="/api/v1/snapshots">snapshots</a>: newest first; <code>?component=&amp;type=&amp;from=-15m</code>
<li><a href="/api/v1/captures">captures</a>: profiles taken on request
<li><a href="/api/v1/openapi.yaml">openapi.yaml</a>: all of the interface
<li><a href="/metrics">metrics</a>, <a href="/healthz">healthz</a>, <a href="/readyz">readyz</a>
</ul>
<p>A merged profile: <code>go tool pprof 'http://HOST/api/v1/profile?component=kubelet&amp;type=heap&amp;from=-15m'</code></p>
</html>
)html";

/// The store answers under a lock that an append may hold during fdatasync: ask on a worker.
async::Task<store::StoreState> store_state(Context& context) {
  auto job = [&store = context.deps.store] { return store.state(); };
  co_return co_await async::offload(context.deps.workers, std::move(job));
}

void write_target_counts(JsonWriter& json, const std::vector<model::TargetStatus>& targets) {
  std::uint64_t up = 0;
  std::uint64_t down = 0;
  for (const auto& target : targets) {
    up += target.health == model::TargetHealth::kUp ? 1 : 0;
    down += target.health == model::TargetHealth::kDown ? 1 : 0;
  }
  json.begin_object()
      .member("total", targets.size())
      .member("up", up)
      .member("down", down)
      .member("unknown", targets.size() - up - down)
      .end_object();
}

void write_config(JsonWriter& json, const AgentInfo& info) {
  json.begin_object()
      .member("file", info.config_file)
      .member("loaded", format_time(info.config_loaded))
      .member("lastReloadSuccessful", info.last_reload_successful)
      .end_object();
}

}  // namespace

async::Task<void> get_index(Context&, const Call& call) {
  co_await respond_text(call.out, "text/html; charset=utf-8", std::string(kIndex));
}

async::Task<void> get_health(Context&, const Call& call) {
  co_await respond_text(call.out, "text/plain; charset=utf-8", "ok\n");
}

async::Task<void> get_readiness(Context& context, const Call& call) {
  const auto state = co_await store_state(context);
  const auto reasons = reasons_not_ready(context.deps.info().not_recording, state, context.deps.recorder.targets());
  JsonWriter json;
  json.begin_object().member("ready", reasons.empty()).key("reasons");
  write(json, reasons);
  json.end_object();
  const int status = reasons.empty() ? 200 : 503;
  co_await respond_json(call.out, status, std::move(json));
}

async::Task<void> get_metrics(Context& context, const Call& call) {
  if (context.deps.before_metrics) context.deps.before_metrics();
  auto job = [&metrics = context.deps.metrics] { return metrics.serialize(); };
  auto text = co_await async::offload(context.deps.workers, std::move(job));
  co_await respond_text(call.out, "text/plain; version=0.0.4; charset=utf-8", std::move(text));
}

async::Task<void> get_openapi(Context&, const Call& call) {
  co_await respond_text(call.out, "application/yaml", std::string(openapi_text()));
}

async::Task<void> get_status(Context& context, const Call& call) {
  const auto state = co_await store_state(context);
  const auto info = context.deps.info();
  const auto targets = context.deps.recorder.targets();
  const auto reasons = reasons_not_ready(info.not_recording, state, targets);
  const auto now = context.deps.clock.wall_now();
  JsonWriter json;
  json.begin_object()
      .member("version", info.version)
      .member("commit", info.commit)
      .member("node", info.node)
      .member("time", format_time(now))
      .member("started", format_time(info.started))
      .member("uptimeSeconds", std::chrono::duration<double>(now - info.started).count())
      .member("ready", reasons.empty())
      .key("reasons");
  write(json, reasons);
  json.key("config");
  write_config(json, info);
  json.key("store");
  write(json, state, info.store_path);
  json.key("targets");
  write_target_counts(json, targets);
  json.end_object();
  co_await respond_json(call.out, 200, std::move(json));
}

async::Task<void> list_targets(Context& context, const Call& call) {
  const auto targets = context.deps.recorder.targets();
  JsonStream stream(call.out);
  stream.json().begin_object().key("targets").begin_array();
  for (const auto& target : targets) {
    write(stream.json(), target);
    if (!co_await stream.flush_if_full()) co_return;
  }
  stream.json().end_array().end_object();
  co_await stream.finish();
}

}  // namespace agent::api
