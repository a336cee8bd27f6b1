// A node as discovery sees it, made of values.
#pragma once

#include "agent/discovery/host_view.hpp"

#include <set>
#include <string>
#include <vector>

namespace agent::discovery {

struct FakeNode {
  std::set<std::string> files;
  HostView view;

  FakeNode() { view.host_name = "node1"; }

  FakeNode& runs(const std::string& name, std::vector<std::string> arguments = {}) {
    host::ProcessInfo process;
    process.pid = static_cast<std::int64_t>(view.processes.size()) + 100;
    process.comm = name.substr(0, 15);
    process.exe = name;
    process.arguments = std::move(arguments);
    process.arguments.insert(process.arguments.begin(), name);
    view.processes.push_back(std::move(process));
    return *this;
  }
  FakeNode& listens(std::uint16_t port) {
    view.ports.insert(port);
    return *this;
  }
  FakeNode& has(const std::string& file) {
    files.insert(file);
    return *this;
  }
  FakeNode& is_a_pod() {
    return has("/var/run/secrets/kubernetes.io/serviceaccount/token").has("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
  }
  FakeNode& is_kubeadm_control_plane() {
    for (const char* file : {"ca.crt", "apiserver-kubelet-client.crt", "apiserver-kubelet-client.key", "etcd/ca.crt",
                             "etcd/healthcheck-client.crt", "etcd/healthcheck-client.key"}) {
      has(std::string("/etc/kubernetes/pki/") + file);
    }
    return *this;
  }

  [[nodiscard]] HostView look() const {
    HostView seen = view;
    seen.exists = [files = files](const std::string& file) { return files.contains(file); };
    return seen;
  }
};

}  // namespace agent::discovery
