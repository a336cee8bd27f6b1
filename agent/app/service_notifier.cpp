#include "agent/app/service_notifier.hpp"

#include "agent/base/unique_fd.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace agent::app {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once, before threads start
  return value == nullptr ? "" : value;
}

}  // namespace

ServiceNotifier ServiceNotifier::from_environment() {
  return {environment("NOTIFY_SOCKET"), environment("WATCHDOG_USEC")};
}

void ServiceNotifier::ready(std::string_view status) const {
  send("READY=1\nSTATUS=" + std::string(status));
}

void ServiceNotifier::reloading(SteadyTime now) const {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(micros));
}

void ServiceNotifier::stopping() const {
  send("STOPPING=1");
}

void ServiceNotifier::alive() const {
  send("WATCHDOG=1");
}

std::optional<Duration> ServiceNotifier::alive_interval() const {
  std::int64_t micros = 0;
  const auto [end, ec] = std::from_chars(watchdog_usec_.data(), watchdog_usec_.data() + watchdog_usec_.size(), micros);
  if (ec != std::errc() || socket_.empty() || micros <= 0 || micros > 86'400'000'000) return std::nullopt;
  return std::chrono::microseconds(micros / 2);
}

void ServiceNotifier::send(std::string_view message) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  if (!fd.is_open()) return;
  [[maybe_unused]] const auto sent =
      ::sendto(fd.get(), message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
}

}  // namespace agent::app
