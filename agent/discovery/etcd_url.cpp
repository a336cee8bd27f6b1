#include "agent/discovery/etcd_url.hpp"

#include "agent/discovery/credentials.hpp"

#include <string_view>

namespace agent::discovery {
namespace {

constexpr std::string_view kFlag = "listen-client-urls";

/// The value of the flag in any form that Go's flag package takes: -x=v, --x=v, -x v, --x v. The last one wins.
std::string_view flag_value(const std::vector<std::string>& arguments) {
  std::string_view value;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    std::string_view word = arguments[i];
    if (!word.starts_with('-')) continue;
    word.remove_prefix(word.starts_with("--") ? 2 : 1);
    if (word == kFlag && i + 1 < arguments.size()) value = arguments[i + 1];
    if (word.starts_with(kFlag) && word.substr(kFlag.size()).starts_with('=')) value = word.substr(kFlag.size() + 1);
  }
  return value;
}

/// 2 for loopback, 1 for all addresses, 0 for others, -1 for what is not http.
int rank(std::string_view url) {
  const auto host_at = url.find("://");
  if (host_at == std::string_view::npos || !url.starts_with("http")) return -1;
  const std::string_view host = url.substr(host_at + 3);
  if (host.starts_with("127.") || host.starts_with("localhost:") || host.starts_with("[::1]")) return 2;
  return host.starts_with("0.0.0.0:") || host.starts_with("[::]:") ? 1 : 0;
}

std::string on_loopback(std::string_view url) {
  if (rank(url) != 1) return std::string(url);
  return std::string(url.substr(0, url.find("://") + 3)) + "127.0.0.1" + std::string(url.substr(url.rfind(':')));
}

}  // namespace

std::string etcd_url(const std::vector<std::string>& arguments, const std::function<bool(const std::string&)>& exists) {
  std::string_view best;
  int best_rank = -1;
  for (std::string_view rest = flag_value(arguments); !rest.empty();) {
    const auto comma = rest.find(',');
    const std::string_view url = rest.substr(0, comma);
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (rank(url) <= best_rank) continue;
    best = url;
    best_rank = rank(url);
  }
  if (best_rank >= 0) return on_loopback(best);
  return exists(std::string(kEtcdCa)) ? "https://127.0.0.1:2379" : "http://127.0.0.1:2379";
}

}  // namespace agent::discovery
