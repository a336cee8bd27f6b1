#include "agent/app/settings.hpp"

#include <gtest/gtest.h>

namespace agent::app {
namespace {

TEST(Settings, CommandLineTakesThePlaceOfTheFile) {
  LaunchOptions options;
  options.listen = "127.0.0.1:1";
  options.store_path = "/tmp/store";
  const auto config = with_overrides(config::Config(), options);
  EXPECT_EQ(config.listen.address, "127.0.0.1:1");
  EXPECT_EQ(config.store.path, "/tmp/store");
  EXPECT_EQ(with_overrides(config::Config(), {}).store.path, "/var/lib/kprofd");
}

TEST(Settings, LiveTargetsAreOnWithoutAWordOnLoopbackOnly) {
  config::Config config;
  EXPECT_TRUE(api_options(config).live_targets);
  EXPECT_TRUE(api_options(config).loopback_only);
  config.listen.address = "0.0.0.0:9912";
  EXPECT_FALSE(api_options(config).live_targets);
  EXPECT_FALSE(api_options(config).loopback_only);
  config.listen.live_targets = true;
  EXPECT_TRUE(api_options(config).live_targets);
  config.listen.address = "[::1]:9912";
  config.listen.live_targets = false;
  EXPECT_FALSE(api_options(config).live_targets);
}

TEST(Settings, TlsIsOnWithACertificate) {
  config::Config config;
  EXPECT_FALSE(server_options(config).tls);
  config.listen.tls = {"cert.pem", "key.pem", "ca.pem"};
  const auto options = server_options(config);
  EXPECT_TRUE(options.tls);
  EXPECT_EQ(options.tls_files.key_file, "key.pem");
  EXPECT_EQ(options.tls_files.client_ca_file, "ca.pem");
}

TEST(Settings, NodeIsTheHostWhenNobodyNamesIt) {
  config::Config config;
  EXPECT_FALSE(node_name(config).empty());
  config.node_name = "node7";
  EXPECT_EQ(node_name(config), "node7");
}

TEST(MergeReload, TakesWhatCanChangeAndKeepsWhatCannot) {
  config::Config running;
  config::Config loaded;
  loaded.scrape.interval = std::chrono::seconds(10);
  loaded.store.max_bytes = 1;
  loaded.store.path = "/elsewhere";
  loaded.listen.address = "0.0.0.0:1";
  loaded.listen.live_targets = true;
  loaded.listen.tls.cert_file = "new.pem";
  const auto reload = merge_reload(running, loaded);
  EXPECT_EQ(reload.config.scrape.interval, std::chrono::seconds(10));
  EXPECT_EQ(reload.config.store.max_bytes, 1U);
  EXPECT_EQ(reload.config.listen.live_targets, true);
  EXPECT_EQ(reload.config.store.path, running.store.path);
  EXPECT_EQ(reload.config.listen.address, running.listen.address);
  EXPECT_EQ(reload.config.listen.tls.cert_file, "");
  EXPECT_EQ(reload.ignored, (std::vector<std::string>{"listen.address", "listen.tls.certFile", "store.path"}));
  EXPECT_TRUE(merge_reload(running, running).ignored.empty());
}

}  // namespace
}  // namespace agent::app
