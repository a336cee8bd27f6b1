// Routes about what the store holds, without its profiles.
#include "agent/api/call.hpp"
#include "agent/api/query_params.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/views.hpp"
#include "agent/async/offload.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace agent::api {
namespace {

constexpr std::size_t kBatch = 100;

/// Up to `count` snapshots, newest first.
async::Task<Result<std::vector<model::Snapshot>>> read_batch(Context& context, store::SnapshotQuery query, std::size_t count) {
  auto job = [&store = context.deps.store, query = std::move(query), count]() -> Result<std::vector<model::Snapshot>> {
    std::vector<model::Snapshot> batch;
    const auto keep = [&](const model::Snapshot& snapshot) {
      batch.push_back(snapshot);
      return batch.size() < count;
    };
    auto done = store.reader().for_each(query, keep);
    if (!done) return std::move(done).error();
    return batch;
  };
  co_return co_await async::offload(context.deps.workers, std::move(job));
}

}  // namespace

async::Task<void> list_series(Context& context, const Call& call) {
  auto job = [&store = context.deps.store] { return store.reader().series(); };
  auto series = co_await async::offload(context.deps.workers, std::move(job));
  if (!series) {
    co_await respond_error(call.out, std::move(series).error());
    co_return;
  }
  JsonStream stream(call.out);
  stream.json().begin_object().key("series").begin_array();
  for (const auto& one : *series) {
    write(stream.json(), one);
    if (!co_await stream.flush_if_full()) co_return;
  }
  stream.json().end_array().end_object();
  co_await stream.finish();
}

// The page is read in batches, each continuing where the one before ended, so that a slow reader holds neither a worker nor a whole page.
async::Task<void> list_snapshots(Context& context, const Call& call) {
  auto query = parse_snapshot_query(call.request, context.deps.clock.wall_now());
  if (!query) {
    co_await respond_error(call.out, std::move(query).error());
    co_return;
  }
  auto limit = parse_limit(call.request);
  if (!limit) {
    co_await respond_error(call.out, std::move(limit).error());
    co_return;
  }
  JsonStream stream(call.out);
  stream.json().begin_object().key("snapshots").begin_array();
  std::optional<std::string> next;
  for (std::size_t left = *limit; left > 0;) {
    const std::size_t wanted = std::min(left, kBatch);
    auto batch = co_await read_batch(context, *query, wanted + 1);  // one more tells whether there is a next page
    if (!batch && !call.out.started()) {
      co_await respond_error(call.out, std::move(batch).error());
      co_return;
    }
    if (!batch) {
      // The 200 is on its way: only an answer that breaks off can say that the list is not whole.
      context.deps.log.error("a list of snapshots broke off", {{"error", batch.error().message()}});
      co_return;
    }
    const bool has_more = batch->size() > wanted;
    if (has_more) batch->pop_back();
    for (const auto& snapshot : *batch) write(stream.json(), snapshot);
    if (!co_await stream.flush_if_full()) co_return;
    if (!has_more) break;
    query->before = batch->back().id;
    left -= wanted;
    if (left == 0) next = to_string(batch->back().id);
  }
  stream.json().end_array().member("next", next).end_object();
  co_await stream.finish();
}

async::Task<void> get_snapshot(Context& context, const Call& call) {
  auto id = model::parse_snapshot_id(call.path.at("id"));
  if (!id) {
    co_await respond_error(call.out, std::move(id).error());
    co_return;
  }
  auto job = [&store = context.deps.store, id = *id] { return store.reader().find(id); };
  auto snapshot = co_await async::offload(context.deps.workers, std::move(job));
  if (!snapshot) {
    co_await respond_error(call.out, std::move(snapshot).error());
    co_return;
  }
  JsonWriter json;
  write(json, *snapshot);
  co_await respond_json(call.out, 200, std::move(json));
}

}  // namespace agent::api
