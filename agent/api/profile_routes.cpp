// Routes that give profiles as every pprof tool opens them.
#include "agent/api/call.hpp"
#include "agent/api/profile_file.hpp"
#include "agent/api/query_params.hpp"
#include "agent/api/respond.hpp"
#include "agent/async/offload.hpp"

#include <utility>

namespace agent::api {
namespace {

/// Answers with what `job` makes on a worker, in its turn.
template <class Job>
async::Task<void> respond_file(Context& context, const Call& call, Job job) {
  if (context.profile_reads.waiting() >= Context::kMaxWaiting) {
    Error error(Errc::kUnavailable, "too many profiles are being read; ask again in a moment", "busy");
    JsonWriter json;
    json.begin_object().member("error", error.cause()).member("detail", error.message()).end_object();
    auto headers = content_type("application/json");
    headers.add("Retry-After", "2");
    auto body = json.take() + "\n";
    [[maybe_unused]] const auto sent = co_await call.out.respond(429, std::move(headers), std::move(body));
    co_return;
  }
  auto permit = co_await context.profile_reads.acquire();
  Result<ProfileFile> file = co_await async::offload(context.deps.workers, std::move(job));
  permit.release();
  if (!file) {
    co_await respond_error(call.out, std::move(file).error());
    co_return;
  }
  auto headers = content_type(file->media_type);
  headers.add("Content-Disposition", "attachment; filename=\"" + file->name + "\"");
  [[maybe_unused]] const auto sent = co_await call.out.respond(200, std::move(headers), std::move(file->bytes));
}

}  // namespace

async::Task<void> get_snapshot_profile(Context& context, const Call& call) {
  auto id = model::parse_snapshot_id(call.path.at("id"));
  if (!id) {
    co_await respond_error(call.out, std::move(id).error());
    co_return;
  }
  auto job = [&store = context.deps.store, id = *id]() -> Result<ProfileFile> {
    auto stored = store.reader().read(id);
    if (!stored) return std::move(stored).error();
    return snapshot_file(*std::move(stored));
  };
  co_await respond_file(context, call, std::move(job));
}

async::Task<void> get_merged_profile(Context& context, const Call& call) {
  auto query = parse_snapshot_query(call.request, context.deps.clock.wall_now());
  if (query && (!query->component || !query->type)) query = Error(Errc::kInvalidArgument, "component and type must be given");
  if (query && !model::is_pprof(*query->type)) {
    query = Error(Errc::kInvalidArgument, "type: snapshots of " + std::string(to_string(*query->type)) + " do not merge");
  }
  if (!query) {
    co_await respond_error(call.out, std::move(query).error());
    co_return;
  }
  auto job = [&store = context.deps.store, query = *std::move(query)]() -> Result<ProfileFile> {
    auto merged = store.reader().merge(query);
    if (!merged) return std::move(merged).error();
    return merged_file(query, *merged);
  };
  co_await respond_file(context, call, std::move(job));
}

}  // namespace agent::api
