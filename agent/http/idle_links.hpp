// The kept connections of one client: few, and not for long. Private to agent/http.
#pragma once

#include "agent/base/time.hpp"
#include "agent/http/dial.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <optional>

namespace agent::http {

class IdleLinks : public std::enable_shared_from_this<IdleLinks> {
 public:
  IdleLinks(const async::Executor& executor, std::size_t max_links, Duration timeout)
      : max_links_(max_links), timeout_(timeout), expiry_(executor) {}

  /// Takes what can be used again; past the bound the oldest is closed.
  void put(Link link);
  /// The youngest that the server has not closed and that was made with the TLS files of `generation`.
  [[nodiscard]] std::optional<Link> take(std::uint64_t generation);
  void close_all();

 private:
  struct Idle {
    Link link;
    SteadyTime until;
  };

  void arm();
  void close_expired();

  std::size_t max_links_;
  Duration timeout_;
  boost::asio::steady_timer expiry_;
  std::deque<Idle> idle_;  ///< oldest first
};

}  // namespace agent::http
