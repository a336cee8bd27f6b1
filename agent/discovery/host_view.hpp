// What discovery may know of the node, as plain values, so that it can be decided without a node.
#pragma once

#include "agent/config/config.hpp"
#include "agent/host/process_table.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace agent::discovery {

struct HostView {
  std::string host_name;
  std::vector<host::ProcessInfo> processes;
  std::set<std::uint16_t> ports;                   ///< that 127.0.0.1 reaches (host::listening_ports)
  std::function<bool(const std::string&)> exists;  ///< whether a file or socket is there
  std::vector<std::string> warnings;               ///< what could not be seen, in sentences
};

/// Looks at this node: its processes under `discovery.proc` (only those of our own network namespace become targets), the ports of that and
/// our own file system. Blocks for some milliseconds: call it on the worker pool.
[[nodiscard]] HostView view_host(const config::DiscoveryConfig& discovery);

}  // namespace agent::discovery
