// Which local TCP ports somebody listens on, and with which sockets.
#pragma once

#include "agent/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <set>

namespace agent::host {

/// Ports that a connection to 127.0.0.1 reaches: listeners on 127.0.0.1, 0.0.0.0 or [::], in the network namespace of `proc`/self.
/// Errors: those of reading `proc`/self/net/tcp; no IPv6 is not an error.
[[nodiscard]] Result<std::set<std::uint16_t>> listening_ports(const std::filesystem::path& proc = "/proc");

/// The sockets that listen on `port` in the same way, by inode: what a link of /proc/PID/fd names as "socket:[INODE]". Several with
/// SO_REUSEPORT. Errors: the same.
[[nodiscard]] Result<std::set<std::uint64_t>> listening_sockets(std::uint16_t port, const std::filesystem::path& proc = "/proc");

}  // namespace agent::host
