// Credentials in their standard places. Private to agent/discovery.
#pragma once

#include "agent/discovery/presets.hpp"
#include "agent/model/target.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace agent::discovery {

inline constexpr std::string_view kEtcdCa = "/etc/kubernetes/pki/etcd/ca.crt";

/// The first that is there whole: the ServiceAccount's token and CA (in a pod), kubeadm's apiserver-kubelet-client certificate (on a
/// control-plane node; like the healthcheck-client of etcd it is as powerful as root). Empty when nothing is.
[[nodiscard]] model::Credentials standard_credentials(Access access, const std::function<bool(const std::string&)>& exists,
                                                      const std::string& node_name);

}  // namespace agent::discovery
