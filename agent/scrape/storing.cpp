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

/// The process that the profile is of, given the one that was found after the fetch.
Result<model::Process> process_profiled(const StoringJob& job, const std::optional<model::Process>& found) {
  const auto& before = job.info.process;
  if (!found) {
    if (!job.must_find_process) return model::Process();
    return Error(Errc::kUnavailable, "the process is gone, or its successor is not known yet", "process_restarted");
  }
  if (*found == before || before.pid == 0 || found->start_time <= job.info.start) return *found;
  return Error(Errc::kUnavailable,
               "pid " + std::to_string(before.pid) + " became pid " + std::to_string(found->pid) + " while it was profiled",
               "process_restarted");
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
  if (error.cause() == "profile_too_large") return error;
  return {error.code(), error.message(), "store_failed"};
}

StoringResult store_or_throw(StoringJob job) {
  StoringResult result;
  if (job.find_process) result.process = job.find_process(job.target);
  auto process = process_profiled(job, result.process);
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
  if (!process) {
    result.error = std::move(process).error();
    return result;
  }
  if (!job.sink) return result;
  job.info.process = *process;
  auto stored = job.sink(job.info, *content);
  if (stored) {
    result.snapshot = std::move(stored).value();
  } else if (stored.error().cause() == model::kWaitsForDisk) {
    result.waits = stored.error().message();
  } else {
    result.error = with_cause_store_failed(stored.error());
  }
  return result;
}

}  // namespace

StoringResult store_profile(StoringJob job) {
  try {
    return store_or_throw(std::move(job));
  } catch (const std::exception& exception) {
    StoringResult result;
    result.error = Error(Errc::kInternal, exception.what(), "internal_error");
    return result;
  }
}

}  // namespace agent::scrape
