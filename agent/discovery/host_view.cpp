#include "agent/discovery/host_view.hpp"

#include "agent/host/host_name.hpp"
#include "agent/host/listening_ports.hpp"

#include <unistd.h>

namespace agent::discovery {

HostView view_host(const config::DiscoveryConfig& discovery) {
  HostView view;
  view.host_name = host::host_name();
  view.exists = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
  if (auto processes = host::ProcessTable(discovery.proc).list()) {
    view.processes = *std::move(processes);
  } else {
    view.warnings.push_back("processes cannot be listed: " + processes.error().message() + "; set discovery.proc to the host's /proc");
  }
  if (auto ports = host::listening_ports()) {
    view.ports = *std::move(ports);
  } else {
    view.warnings.push_back("listening ports cannot be listed: " + ports.error().message());
  }
  return view;
}

}  // namespace agent::discovery
