#include "agent/discovery/process_finder.hpp"

#include "agent/http/url.hpp"

#include <algorithm>
#include <cstdint>

namespace agent::discovery {
namespace {

/// 0 for what is elsewhere or no TCP.
std::uint16_t loopback_port(const std::string& url) {
  const auto parsed = http::parse_url(url);
  if (!parsed || parsed->scheme == http::Scheme::kUnix) return 0;
  return parsed->host == "127.0.0.1" || parsed->host == "localhost" || parsed->host == "::1" ? parsed->port : 0;
}

}  // namespace

std::optional<model::Process> ProcessFinder::find(const model::Target& target) {
  if (target.process_name.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  Name& name = names_[{target.process_name, target.url}];
  if (name.process) {
    if (table_.is_running(*name.process)) return name.process;
    name = Name{};
  }
  const auto now = clock_.now();
  if (now < name.look_again) return std::nullopt;
  if (!scanned_ || now - *scanned_ >= kRescanAfter) scan(now);
  if (const auto* found = table_.find_listener(processes_, target.process_name, loopback_port(target.url))) {
    name.process = {found->pid, found->start_time};
  }
  if (name.process && table_.is_running(*name.process)) return name.process;
  name.process.reset();
  name.look_again = now + name.patience;
  name.patience = std::min(name.patience * 2, kMaxPatience);
  return std::nullopt;
}

void ProcessFinder::scan(SteadyTime now) {
  scanned_ = now;
  auto processes = table_.list();
  if (!processes) return;
  processes_ = *std::move(processes);
  for (auto& process : processes_) process.arguments.resize(std::min<std::size_t>(1, process.arguments.size()));  // argv[0] is enough
}

}  // namespace agent::discovery
