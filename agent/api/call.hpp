// What a route's handler works with. Private to agent/api.
#pragma once

#include "agent/api/api.hpp"
#include "agent/async/semaphore.hpp"
#include "agent/http/router.hpp"

#include <cstddef>
#include <utility>

namespace agent::api {

/// What all handlers share.
struct Context {
  Context(ApiDeps parts, ApiOptions chosen) : deps(std::move(parts)), options(chosen), profile_reads(deps.executor, 1) {}

  ApiDeps deps;
  ApiOptions options;
  /// Reading and merging profiles takes CPU and memory: one at a time, kMaxWaiting in line, 429 for the others.
  async::Semaphore profile_reads;

  static constexpr std::size_t kMaxWaiting = 8;

  /// Bytes of profile answers that are on their way to clients, however slowly those read. Past kMaxAnswerBytes others get 429; one answer
  /// that is larger goes out when it is alone.
  std::size_t answer_bytes = 0;
  static constexpr std::size_t kMaxAnswerBytes = 4UL << 20U;
};

/// One request on its way. Its members outlive the handler's coroutine, which is awaited where they live.
struct Call {
  const http::ServerRequest& request;
  http::ResponseWriter& out;
  const http::PathParams& path;  ///< what the names of the pattern stand for
};

// Handlers, by file. Each answers the call, errors included.
async::Task<void> get_index(Context& context, const Call& call);
async::Task<void> get_health(Context& context, const Call& call);
async::Task<void> get_readiness(Context& context, const Call& call);
async::Task<void> get_metrics(Context& context, const Call& call);
async::Task<void> get_openapi(Context& context, const Call& call);
async::Task<void> get_status(Context& context, const Call& call);
async::Task<void> list_targets(Context& context, const Call& call);

async::Task<void> list_series(Context& context, const Call& call);
async::Task<void> list_snapshots(Context& context, const Call& call);
async::Task<void> get_snapshot(Context& context, const Call& call);

async::Task<void> get_snapshot_profile(Context& context, const Call& call);
async::Task<void> get_merged_profile(Context& context, const Call& call);

async::Task<void> list_captures(Context& context, const Call& call);
async::Task<void> get_capture(Context& context, const Call& call);
async::Task<void> start_capture(Context& context, const Call& call);

async::Task<void> get_live(Context& context, const Call& call);
async::Task<void> look_up_symbols(Context& context, const Call& call);

}  // namespace agent::api
