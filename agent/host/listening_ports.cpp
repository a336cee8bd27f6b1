#include "agent/host/listening_ports.hpp"

#include "agent/base/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace agent::host {
namespace {

constexpr std::size_t kMaxBytes = 16U << 20U;  // 150 bytes a connection
constexpr std::string_view kListen = "0A";     // TCP_LISTEN

// Addresses as the kernel prints them: 32-bit words in host order (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c), here little-endian.
constexpr std::array<std::string_view, 4> kReachable{"0100007F", "00000000", "00000000000000000000000000000000",
                                                     "0000000000000000FFFF00000100007F"};

/// Takes the next word off the front of `line`.
std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ')));
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

/// The port of one row, when somebody listens there where loopback reaches; the head of the table is no such row.
std::optional<std::uint16_t> reachable_listener(std::string_view line) {
  take_word(line);  // the slot
  const std::string_view local = take_word(line);
  take_word(line);  // the remote end
  const auto colon = local.find(':');
  if (take_word(line) != kListen || colon == std::string_view::npos) return std::nullopt;
  if (std::find(kReachable.begin(), kReachable.end(), local.substr(0, colon)) == kReachable.end()) return std::nullopt;
  std::uint16_t port = 0;
  const auto [end, ec] = std::from_chars(local.data() + colon + 1, local.data() + local.size(), port, 16);
  if (ec != std::errc() || end != local.data() + local.size()) return std::nullopt;
  return port;
}

void add_listeners(std::string_view table, std::set<std::uint16_t>& ports) {
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    if (const auto port = reachable_listener(line)) ports.insert(*port);
  }
}

}  // namespace

Result<std::set<std::uint16_t>> listening_ports(const std::filesystem::path& proc) {
  std::set<std::uint16_t> ports;
  const auto net = proc / "self" / "net";
  const auto v4 = read_file(net / "tcp", kMaxBytes);
  if (!v4) return v4.error();
  add_listeners(*v4, ports);
  if (const auto v6 = read_file(net / "tcp6", kMaxBytes)) add_listeners(*v6, ports);
  return ports;
}

}  // namespace agent::host
