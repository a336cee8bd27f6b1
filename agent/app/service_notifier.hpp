// Tells the service manager how the agent is: sd_notify(3), spoken by hand. The protocol is one datagram to $NOTIFY_SOCKET; libsystemd
// would bring its own dependencies (lzma, lz4, gcrypt) into the image and into memory for it.
#pragma once

#include "agent/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace agent::app {

/// Does nothing where no service manager asks for it. Never blocks; a message that cannot be sent is dropped.
class ServiceNotifier {
 public:
  /// `socket` is $NOTIFY_SOCKET: a path, or @NAME in the abstract namespace; "" for none. `watchdog_usec` is $WATCHDOG_USEC, "" for none.
  ServiceNotifier(std::string socket, std::string_view watchdog_usec) : socket_(std::move(socket)), watchdog_usec_(watchdog_usec) {}
  /// From the environment.
  [[nodiscard]] static ServiceNotifier from_environment();

  void ready(std::string_view status) const;
  /// `now` is the clock that MONOTONIC_USEC means (systemd 253 and later want it).
  void reloading(SteadyTime now) const;
  void stopping() const;
  void alive() const;
  /// How often alive() is due: half of what the manager waits for. nullopt when it does not wait.
  [[nodiscard]] std::optional<Duration> alive_interval() const;

 private:
  void send(std::string_view message) const;

  std::string socket_;
  std::string watchdog_usec_;
};

}  // namespace agent::app
