#include "agent/scrape/storing.hpp"

#include <exception>
#include <utility>
#include <variant>

namespace agent::scrape {
namespace {

std::int64_t total_of_first_values(const pprof::Profile& profile) {
  const auto width = profile.sample_types.size();
  std::uint64_t total = 0;  // unsigned: hostile values may wrap, but not overflow
  for (std::size_t at = 0; width > 0 && at < profile.values.size(); at += width) total += static_cast<std::uint64_t>(profile.values[at]);
  return static_cast<std::int64_t>(total);
}

/// The process behind the target now; as before when it cannot be told.
model::Process process_now(const StoringJob& job) {
  return (job.find_process ? job.find_process(job.target) : std::nullopt).value_or(job.info.process);
}

/// True when nobody can say which of two processes a profile is of: another one came after the fetch began.
bool changed_during_fetch(const StoringJob& job, const model::Process& now) {
  const auto& before = job.info.process;
  return now != before && before.pid != 0 && now.start_time > job.info.start;
}

Error restarted(const model::Process& before, const model::Process& now) {
  return {Errc::kUnavailable, "pid " + std::to_string(before.pid) + " became pid " + std::to_string(now.pid) + " while it was profiled",
          "process_restarted"};
}

Result<std::variant<pprof::Profile, std::string>> decode_body(StoringJob& job) {
  if (!model::is_pprof(job.info.type)) return std::variant<pprof::Profile, std::string>(std::move(job.body));
  pprof::DecodeLimits limits;
  limits.max_compressed_bytes = job.body.size();  // bounded already, and held anyway
  auto profile = pprof::decode(job.body, limits);
  std::string().swap(job.body);
  if (!profile) return std::move(profile).error();
  return std::variant<pprof::Profile, std::string>(std::move(profile).value());
}

Error with_cause_store_failed(const Error& error) {
  return {error.code(), error.message(), "store_failed"};
}

StoringResult store_or_throw(StoringJob job) {
  StoringResult result;
  result.process = process_now(job);
  auto content = decode_body(job);
  if (!content) {
    result.error = std::move(content).error();
    return result;
  }
  if (const auto* profile = std::get_if<pprof::Profile>(&*content)) {
    result.samples = profile->sample_count();
    result.total = total_of_first_values(*profile);
  } else {
    result.samples = 1;
  }
  if (changed_during_fetch(job, result.process)) {
    result.error = restarted(job.info.process, result.process);
    return result;
  }
  if (!job.sink) return result;
  job.info.process = result.process;
  auto stored = job.sink(job.info, *content);
  if (stored) {
    result.snapshot = std::move(stored).value();
  } else {
    result.error = with_cause_store_failed(stored.error());
  }
  return result;
}

}  // namespace

StoringResult store_profile(StoringJob job) {
  const auto before = job.info.process;
  try {
    return store_or_throw(std::move(job));
  } catch (const std::exception& exception) {
    StoringResult result;
    result.process = before;
    result.error = Error(Errc::kInternal, exception.what(), "internal_error");
    return result;
  }
}

}  // namespace agent::scrape
