#include "agent/app/self_metrics.hpp"

#include "tests/support/fake_store.hpp"

#include <gtest/gtest.h>

#include <string>

namespace agent::app {
namespace {

TEST(SelfMetrics, TellOfTheStoreAsItIsWhenTheyAreCollected) {
  telemetry::Metrics metrics;
  tests::FakeStore store;
  register_self_metrics(metrics, store);
  store.current.bytes = 4096;
  store.current.writable = false;
  store.current.dropped_snapshots = 3;
  const auto has = [text = metrics.serialize()](const std::string& line) { return text.find("\n" + line + "\n") != std::string::npos; };
  EXPECT_TRUE(has("kprofd_store_bytes 4096"));
  EXPECT_TRUE(has("kprofd_store_writable 0"));
  EXPECT_TRUE(has("kprofd_store_dropped_snapshots_total 3"));
}

TEST(SelfMetrics, CountersFollowTheirSourceOverSeveralCollections) {
  telemetry::Metrics metrics;
  tests::FakeStore store;
  register_self_metrics(metrics, store);
  for (const std::uint64_t dropped : {3U, 3U, 5U}) {
    store.current.dropped_snapshots = dropped;
    EXPECT_NE(metrics.serialize().find("kprofd_store_dropped_snapshots_total " + std::to_string(dropped) + "\n"), std::string::npos);
  }
}

TEST(SelfMetrics, FollowTheServersCounts) {
  telemetry::Metrics metrics;
  ServerMetrics server(metrics);
  http::ServerStats stats;
  for (const std::uint64_t requests : {3U, 5U}) {
    stats.requests = requests;
    stats.open = 2;
    server.set(stats);
    EXPECT_NE(metrics.serialize().find("kprofd_http_requests_total " + std::to_string(requests) + "\n"), std::string::npos);
  }
  EXPECT_NE(metrics.serialize().find("kprofd_http_open_connections 2\n"), std::string::npos);
}

TEST(SelfMetrics, NameTheBuildAndTheProcess) {
  telemetry::Metrics metrics;
  const tests::FakeStore store;
  register_self_metrics(metrics, store);
  const auto text = metrics.serialize();
  EXPECT_NE(text.find("kprofd_build_info{"), std::string::npos);
  EXPECT_NE(text.find("\nprocess_resident_memory_bytes "), std::string::npos);
  EXPECT_NE(text.find("\nprocess_cpu_seconds_total "), std::string::npos);
}

}  // namespace
}  // namespace agent::app
