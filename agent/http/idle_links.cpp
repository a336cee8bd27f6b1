#include "agent/http/idle_links.hpp"

#include <utility>

namespace agent::http {

void IdleLinks::put(Link link) {
  if (max_links_ == 0 || !link.connection->is_quiet()) {
    link.connection->close();
    return;
  }
  if (idle_.size() >= max_links_) {
    idle_.front().link.connection->close();
    idle_.pop_front();
  }
  link.connection->release_memory();
  idle_.push_back({std::move(link), std::chrono::steady_clock::now() + timeout_});
  arm();
}

std::optional<Link> IdleLinks::take(std::uint64_t generation) {
  while (!idle_.empty()) {
    auto link = std::move(idle_.back().link);
    idle_.pop_back();
    if (link.generation == generation && link.connection->is_quiet()) return link;
    link.connection->close();
  }
  return std::nullopt;
}

void IdleLinks::close_all() {
  for (auto& idle : idle_) idle.link.connection->close();
  idle_.clear();
  expiry_.cancel();
}

void IdleLinks::arm() {
  if (idle_.empty()) return;
  expiry_.expires_at(idle_.front().until);
  expiry_.async_wait([weak = weak_from_this()](const boost::system::error_code& aborted) {
    const auto self = weak.lock();
    if (!aborted && self) self->close_expired();
  });
}

void IdleLinks::close_expired() {
  const auto now = std::chrono::steady_clock::now();
  while (!idle_.empty() && idle_.front().until <= now) {
    idle_.front().link.connection->close();
    idle_.pop_front();
  }
  arm();
}

}  // namespace agent::http
