// Where etcd serves pprof: on its client URLs, whose scheme only its own command line tells. Private to agent/discovery.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace agent::discovery {

/// The client URL to use, from etcd's command line: of --listen-client-urls one on loopback before one on all addresses (which becomes
/// 127.0.0.1) before any other. Without that flag https://127.0.0.1:2379 when kubeadm's etcd certificates `exists`, else
/// http://127.0.0.1:2379.
[[nodiscard]] std::string etcd_url(const std::vector<std::string>& arguments, const std::function<bool(const std::string&)>& exists);

}  // namespace agent::discovery
