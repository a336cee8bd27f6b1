// Routes that give profiles as every pprof tool opens them.
#include "agent/api/call.hpp"
#include "agent/api/profile_file.hpp"
#include "agent/api/query_params.hpp"
#include "agent/api/respond.hpp"
#include "agent/async/offload.hpp"
#include "agent/base/memory.hpp"

#include <utility>

namespace agent::api {
namespace {

/// Counts an answer's bytes among those on their way as long as it lives.
class AnswerBytes {
 public:
  AnswerBytes(Context& context, std::size_t bytes) : context_(context), bytes_(bytes) { context_.answer_bytes += bytes_; }
  AnswerBytes(const AnswerBytes&) = delete;
  AnswerBytes& operator=(const AnswerBytes&) = delete;
  ~AnswerBytes() { context_.answer_bytes -= bytes_; }

 private:
  Context& context_;
  std::size_t bytes_;
};

async::Task<void> respond_busy(const Call& call, std::string why) {
  JsonWriter json;
  json.begin_object().member("error", "busy").member("detail", why + "; ask again in a moment").end_object();
  auto headers = content_type("application/json");
  headers.add("Retry-After", "2");
  auto body = json.take() + "\n";
  [[maybe_unused]] const auto sent = co_await call.out.respond(429, std::move(headers), std::move(body));
}

bool is_too_much(const Context& context, std::size_t bytes) {
  return context.answer_bytes > 0 && context.answer_bytes + bytes > Context::kMaxAnswerBytes;
}

/// Answers with what `job` makes on a worker, in its turn.
template <class Job>
async::Task<void> respond_file(Context& context, const Call& call, Job job) {
  if (context.profile_reads.waiting() >= Context::kMaxWaiting) {
    co_await respond_busy(call, "too many profiles are being read");
    co_return;
  }
  auto permit = co_await context.profile_reads.acquire();
  // How large it is shows once it is made; not even made when there is no room.
  if (is_too_much(context, 1)) {
    permit.release();
    co_await respond_busy(call, "too many bytes of profiles are being sent");
    co_return;
  }
  auto work = [job = std::move(job)]() -> Result<ProfileFile> {
    auto made = job();
    if (made) release_free_memory();  // of the profile that it was made of
    return made;
  };
  Result<ProfileFile> file = co_await async::offload(context.deps.workers, std::move(work));
  permit.release();
  if (!file) {
    co_await respond_error(call.out, std::move(file).error());
    co_return;
  }
  if (is_too_much(context, file->bytes.size())) {
    std::string().swap(file->bytes);
    co_await respond_busy(call, "too many bytes of profiles are being sent");
    co_return;
  }
  const AnswerBytes counted(context, file->bytes.size());
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
