// Which local TCP ports somebody listens on.
#pragma once

#include "agent/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <set>

namespace agent::host {

/// Ports that a connection to 127.0.0.1 reaches: listeners on 127.0.0.1, 0.0.0.0 or [::], in the network namespace of `proc`/self.
/// Errors: those of reading `proc`/self/net/tcp; no IPv6 is not an error.
[[nodiscard]] Result<std::set<std::uint16_t>> listening_ports(const std::filesystem::path& proc = "/proc");

}  // namespace agent::host
