#include "agent/host/listening_ports.hpp"

#include "agent/base/file.hpp"

#include <array>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

namespace agent::host {
namespace {

constexpr std::size_t kMaxBytes = 16U << 20U;  // 150 bytes a connection
constexpr std::string_view kListen = "0A";     // TCP_LISTEN

// Addresses as the kernel prints them: 32-bit words in host order (net/ipv4/tcp_ipv4.c, net/ipv6/tcp_ipv6.c), here little-endian.
constexpr std::array<std::string_view, 4> kReachable{"0100007F", "00000000", "00000000000000000000000000000000",
                                                     "0000000000000000FFFF00000100007F"};

void add_listeners(const std::string& table, std::set<std::uint16_t>& ports) {
  std::istringstream lines(table);
  std::string line;
  std::getline(lines, line);  // the head of the table
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string slot;
    std::string local;
    std::string remote;
    std::string state;
    fields >> slot >> local >> remote >> state;
    const auto colon = local.find(':');
    if (state != kListen || colon == std::string::npos) continue;
    const std::string_view address = std::string_view(local).substr(0, colon);
    const std::string_view port = std::string_view(local).substr(colon + 1);
    std::uint16_t number = 0;
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), number, 16);
    if (ec != std::errc() || end != port.data() + port.size()) continue;
    for (const auto reachable : kReachable) {
      if (address == reachable) ports.insert(number);
    }
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
