#include "agent/scrape/locks.hpp"

namespace agent::scrape {

std::string lock_key(const model::Target& target, const model::Process& process) {
  if (process.pid == 0) return target.url;
  return "pid " + std::to_string(process.pid) + " since " + std::to_string(to_unix_nanos(process.start_time));
}

async::Task<async::Semaphore::Permit> ProcessLocks::acquire(std::string key, model::ProfileType type) {
  std::erase_if(locks_, [](const auto& entry) { return entry.second.use_count() == 1 && entry.second->in_use() == 0; });
  auto& place = locks_[Key(std::move(key), type)];
  if (!place) place = std::make_shared<async::Semaphore>(executor_, 1);
  const auto lock = place;  // a waiter holds it, so that it is not erased under it
  co_return co_await lock->acquire();
}

}  // namespace agent::scrape
