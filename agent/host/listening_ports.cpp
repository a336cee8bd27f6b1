#include "agent/host/listening_ports.hpp"

#include "agent/base/file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

struct Listener {
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

/// One row, when somebody listens there where loopback reaches; the head of the table is no such row.
std::optional<Listener> reachable_listener(std::string_view line) {
  take_word(line);  // the slot
  const std::string_view local = take_word(line);
  take_word(line);  // the remote end
  const auto colon = local.find(':');
  if (take_word(line) != kListen || colon == std::string_view::npos) return std::nullopt;
  if (std::find(kReachable.begin(), kReachable.end(), local.substr(0, colon)) == kReachable.end()) return std::nullopt;
  Listener listener;
  const auto [end, ec] = std::from_chars(local.data() + colon + 1, local.data() + local.size(), listener.port, 16);
  if (ec != std::errc() || end != local.data() + local.size()) return std::nullopt;
  for (int skipped = 0; skipped < 5; ++skipped) take_word(line);  // queues, timer, retransmissions, uid, timeout
  const std::string_view inode = take_word(line);
  std::from_chars(inode.data(), inode.data() + inode.size(), listener.inode);
  return listener;
}

template <class Take>
void each_listener(std::string_view table, Take take) {
  while (!table.empty()) {
    const std::string_view line = table.substr(0, table.find('\n'));
    table.remove_prefix(std::min(table.size(), line.size() + 1));
    if (const auto listener = reachable_listener(line)) take(*listener);
  }
}

/// Of the network namespace of `proc`/self. No IPv6 is not an error.
template <class Take>
Result<void> each_reachable_listener(const std::filesystem::path& proc, Take take) {
  const auto net = proc / "self" / "net";
  const auto v4 = read_file(net / "tcp", kMaxBytes);
  if (!v4) return v4.error();
  each_listener(*v4, take);
  if (const auto v6 = read_file(net / "tcp6", kMaxBytes)) each_listener(*v6, take);
  return {};
}

}  // namespace

Result<std::set<std::uint16_t>> listening_ports(const std::filesystem::path& proc) {
  std::set<std::uint16_t> ports;
  if (auto read = each_reachable_listener(proc, [&](const Listener& listener) { ports.insert(listener.port); }); !read) {
    return std::move(read).error();
  }
  return ports;
}

Result<std::set<std::uint64_t>> listening_sockets(std::uint16_t port, const std::filesystem::path& proc) {
  std::set<std::uint64_t> inodes;
  const auto take = [&](const Listener& listener) {
    if (listener.port == port && listener.inode != 0) inodes.insert(listener.inode);
  };
  if (auto read = each_reachable_listener(proc, take); !read) return std::move(read).error();
  return inodes;
}

}  // namespace agent::host
