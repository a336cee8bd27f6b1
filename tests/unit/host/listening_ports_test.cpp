#include "agent/host/listening_ports.hpp"

#include "tests/support/proc_tree.hpp"

#include <gtest/gtest.h>

namespace agent::host {
namespace {

constexpr const char* kHead = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

std::string row(const std::string& local, const std::string& state) {
  return "   0: " + local + " 00000000:0000 " + state + " 00000000:00000000 00:00000000 00000000     0        0 1136 1 0 100 0 0 10 0\n";
}

TEST(ListeningPorts, AreThoseThatLoopbackReaches) {
  const tests::ProcTree tree;
  tree.write("self/net/tcp", kHead + row("0100007F:280B", "0A") + row("00000000:07E8", "0A") + row("0A00000A:1F90", "0A") +
                                 row("0100007F:1000", "01") + "nonsense\n");
  tree.write("self/net/tcp6",
             kHead + row("00000000000000000000000000000000:280A", "0A") + row("00000000000000000000000001000000:0001", "0A"));
  EXPECT_EQ(*listening_ports(tree.root()), (std::set<std::uint16_t>{2024, 10250, 10251}));
}

TEST(ListeningPorts, AreThoseOfTheirSockets) {
  const tests::ProcTree tree;
  tree.write("self/net/tcp", kHead + row("0100007F:280B", "0A") + row("0100007F:280C", "01"));
  EXPECT_EQ(*listening_sockets(0x280B, tree.root()), std::set<std::uint64_t>{1136});
  EXPECT_TRUE(listening_sockets(0x280C, tree.root())->empty());
}

TEST(ListeningPorts, DoWithoutIpv6) {
  const tests::ProcTree tree;
  tree.write("self/net/tcp", kHead);
  EXPECT_TRUE(listening_ports(tree.root())->empty());
}

TEST(ListeningPorts, NeedIpv4) {
  const tests::ProcTree tree;
  EXPECT_FALSE(listening_ports(tree.root()));
}

}  // namespace
}  // namespace agent::host
