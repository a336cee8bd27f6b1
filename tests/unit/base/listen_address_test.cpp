#include "agent/base/listen_address.hpp"

#include <gtest/gtest.h>

namespace agent {
namespace {

TEST(ListenAddress, TakesAddressesLocalhostAndNoHostAtAll) {
  const auto host_of = [](std::string_view text) {
    const auto parsed = parse_listen_address(text);
    return parsed ? parsed->host + " " + std::to_string(parsed->port) : parsed.error().message();
  };
  EXPECT_EQ(host_of("127.0.0.1:9912"), "127.0.0.1 9912");
  EXPECT_EQ(host_of("0.0.0.0:0"), "0.0.0.0 0");
  EXPECT_EQ(host_of("localhost:1"), "127.0.0.1 1");
  EXPECT_EQ(host_of(":65535"), " 65535");
  EXPECT_EQ(host_of("[::1]:1"), "::1 1");
  EXPECT_EQ(host_of("[fe80::1%eth0]:1"), "fe80::1%eth0 1");
}

TEST(ListenAddress, RefusesNamesAndWhatIsNone) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv,
                          "foo"sv,
                          "node.invalid:18124"sv,
                          "*:18123"sv,
                          "0:18121"sv,
                          "999.1.1.1:80"sv,
                          "127.1:80"sv,
                          "::1:80"sv,
                          "[127.0.0.1]:80"sv,
                          "[]:80"sv,
                          "[:80"sv,
                          "127.0.0.1"sv,
                          "127.0.0.1:"sv,
                          "127.0.0.1:65536"sv,
                          "127.0.0.1:-1"sv,
                          "127.0.0.1: 1"sv,
                          "127.0.0.1:80/x"sv,
                          "127.0.0.1\0:80"sv,
                          "[::1%]:80"sv,
                          " 127.0.0.1:80"sv}) {
    const auto parsed = parse_listen_address(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message().find("ADDRESS:PORT, [V6]:PORT, localhost:PORT or :PORT"), std::string::npos);
  }
}

}  // namespace
}  // namespace agent
