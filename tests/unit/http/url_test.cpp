#include "agent/http/url.hpp"

#include <gtest/gtest.h>

namespace {

using agent::Errc;
using agent::http::parse_url;
using agent::http::percent_decode;
using agent::http::percent_encode;
using agent::http::Scheme;

TEST(Url, ReadsHttpAndHttpsWithTheirPorts) {
  const auto plain = parse_url("http://127.0.0.1:8001/api/v1/nodes/n1/proxy/").value();
  EXPECT_EQ(plain.scheme, Scheme::kHttp);
  EXPECT_EQ(plain.host, "127.0.0.1");
  EXPECT_EQ(plain.port, 8001);
  EXPECT_EQ(plain.path, "/api/v1/nodes/n1/proxy");
  const auto secure = parse_url("HTTPS://kube-apiserver.example").value();
  EXPECT_EQ(secure.scheme, Scheme::kHttps);
  EXPECT_EQ(secure.port, 443);
  EXPECT_EQ(secure.path, "");
  EXPECT_EQ(parse_url("http://host/").value().port, 80);
  EXPECT_EQ(parse_url("http://host/p?seconds=5").value().query, "seconds=5");
}

TEST(Url, ReadsIpv6WithoutItsBrackets) {
  const auto url = parse_url("https://[::1]:10250/x").value();
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 10250);
}

TEST(Url, ReadsUnixSocketsWithAPrefix) {
  const auto plain = parse_url("unix:///run/containerd/debug.sock").value();
  EXPECT_EQ(plain.scheme, Scheme::kUnix);
  EXPECT_EQ(plain.socket_path, "/run/containerd/debug.sock");
  EXPECT_EQ(plain.path, "");
  EXPECT_EQ(plain.host, "");
  const auto prefixed = parse_url("unix:///run/crio.sock:/v1/pprof/").value();
  EXPECT_EQ(prefixed.socket_path, "/run/crio.sock");
  EXPECT_EQ(prefixed.path, "/v1/pprof");
  EXPECT_EQ(parse_url("unix:///run/with%20space.sock").value().socket_path, "/run/with space.sock");
}

TEST(Url, RefusesWhatIsNoBaseUrlAndSaysWhy) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "expected http://"},
      {"localhost:6060", "scheme"},
      {"/debug/pprof", "expected http://"},
      {"ftp://host", "unknown scheme ftp"},
      {"http://user:secret@host", "user and password"},
      {"http://host/#top", "fragment"},
      {"http://host:0", "port"},
      {"http://host:65536", "port"},
      {"http://host:port", "port"},
      {"http://host:80x/", "port"},
      {"http://host:99999/", "port"},
      {"http://", "no host"},
      {"http://ho st", "expected http://"},
      {"http://a%00b", "character"},
      {"unix:run/x.sock", "absolute"},
      {"unix://run/x.sock", "absolute"},
      {"unix:///", "absolute"},
  };
  for (const auto& [text, why] : cases) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code(), Errc::kInvalidArgument);
    EXPECT_NE(url.error().message().find(why), std::string::npos) << text << ": " << url.error().message();
  }
  EXPECT_FALSE(parse_url("unix:///" + std::string(107, 'x')));
}

TEST(PercentCoding, IsItsOwnInverse) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(percent_decode(percent_encode(all)).value(), all);
  EXPECT_EQ(percent_encode("a-b_c.d~e/f g"), "a-b_c.d~e%2Ff%20g");
  EXPECT_EQ(percent_decode("a+b%2Bc").value(), "a+b+c");
}

TEST(PercentCoding, RefusesABrokenEscape) {
  for (const char* text : {"%", "%4", "%zz", "abc%g0", "%-1"}) EXPECT_FALSE(percent_decode(text)) << text;
}

}  // namespace
