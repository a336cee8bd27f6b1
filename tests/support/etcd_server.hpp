// Debian's etcd with pprof on, on free ports of loopback, in a folder of its own: a real target.
#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>

namespace tests {

/// A port of 127.0.0.1 that nobody listens on now.
inline int free_port() {
  const agent::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    return 0;
  }
  return ntohs(address.sin_port);
}

class EtcdServer {
 public:
  static bool is_installed() { return !find_in_path("etcd").empty(); }

  [[nodiscard]] std::string url() const { return client_; }
  /// A configuration that records it, all types at `interval`.
  [[nodiscard]] std::string config(const std::string& interval) const {
    return "discovery: {processes: false}\nscrape: {interval: " + interval +
           ", cpuDuration: 1s, profiles: {cpu: {interval: 6s}}}\nstore: {minFreeBytes: 1MiB}\ntargets: [{component: etcd, url: \"" +
           client_ + "\"}]\n";
  }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }

 private:
  TempDir dir_;
  std::string client_ = "http://127.0.0.1:" + std::to_string(free_port());
  std::string peer_ = "http://127.0.0.1:" + std::to_string(free_port());
  ChildProcess process_{{"etcd", "--enable-pprof", "--data-dir", (dir_ / "data").string(), "--log-level", "error", "--listen-client-urls",
                         client_, "--advertise-client-urls", client_, "--listen-peer-urls", peer_, "--initial-advertise-peer-urls", peer_,
                         "--initial-cluster", "default=" + peer_}};
};

}  // namespace tests
