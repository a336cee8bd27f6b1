#include "agent/discovery/process_finder.hpp"

#include <algorithm>

namespace agent::discovery {

std::optional<model::Process> ProcessFinder::find(const model::Target& target) {
  if (target.process_name.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto known = found_.find(target.process_name);
  if (known != found_.end()) {
    if (table_.is_running(known->second)) return known->second;
    found_.erase(known);
  }
  if (!scanned_ || clock_.now() - *scanned_ >= kRescanAfter) {
    scanned_ = clock_.now();
    if (auto processes = table_.list()) processes_ = *std::move(processes);
    for (auto& process : processes_) process.arguments.resize(std::min<std::size_t>(1, process.arguments.size()));  // argv[0] is enough
  }
  const auto process = host::find_program(processes_, target.process_name);
  if (!process || !table_.is_running(*process)) return std::nullopt;
  found_[target.process_name] = *process;
  return process;
}

}  // namespace agent::discovery
