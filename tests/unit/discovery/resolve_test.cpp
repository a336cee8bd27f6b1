#include "agent/discovery/resolve.hpp"

#include "tests/unit/discovery/fake_node.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace agent::discovery {
namespace {

using namespace std::chrono_literals;

config::TargetConfig written(const std::string& component) {
  config::TargetConfig target;
  target.component = component;
  return target;
}

std::vector<std::string> components(const Resolved& resolved) {
  std::vector<std::string> names;
  for (const auto& target : resolved.targets) names.push_back(target.component);
  return names;
}

using Names = std::vector<std::string>;

TEST(Resolve, RecordsTheComponentsThatRunHere) {
  FakeNode node;
  node.is_a_pod().runs("kubelet").runs("kube-apiserver").runs("bash");
  const auto resolved = resolve({}, node.look());
  EXPECT_EQ(components(resolved), (Names{"kube-apiserver", "kubelet"}));
  EXPECT_TRUE(resolved.warnings.empty());
  EXPECT_EQ(resolved.targets[0].profiles.size(), 7U);
  EXPECT_EQ(resolved.targets[0].process_name, "kube-apiserver");
}

TEST(Resolve, DoesNotLookWhenItIsTurnedOff) {
  FakeNode node;
  node.runs("kubelet");
  config::Config config;
  config.discovery.processes = false;
  EXPECT_TRUE(resolve(config, node.look()).targets.empty());
}

TEST(Resolve, ConfiguredTargetsComeFirstAndStandInForDiscoveredOnes) {
  FakeNode node;
  node.is_a_pod().runs("kubelet").runs("etcd").runs("kube-proxy");
  config::Config config;
  auto etcd = written("etcd-main");
  etcd.preset = "etcd";
  auto own = written("my-program");
  own.url = "http://127.0.0.1:6060/";
  config.targets = {own, written("kubelet"), etcd};
  const auto resolved = resolve(config, node.look());
  EXPECT_EQ(components(resolved), (Names{"my-program", "kubelet", "etcd-main", "kube-proxy"}));
  EXPECT_EQ(resolved.targets[0].url, "http://127.0.0.1:6060");
  EXPECT_EQ(resolved.targets[0].process_name, "");
  EXPECT_EQ(resolved.targets[2].url, "http://127.0.0.1:2379");
  EXPECT_EQ(resolved.targets[2].process_name, "etcd");
}

TEST(Resolve, SaysWhyARunningComponentIsNotRecorded) {
  FakeNode node;
  node.runs("containerd");
  const auto resolved = resolve({}, node.look());
  EXPECT_TRUE(resolved.targets.empty());
  ASSERT_EQ(resolved.warnings.size(), 1U);
  EXPECT_TRUE(
      resolved.warnings[0].starts_with("containerd runs here but does not serve pprof at unix:///run/containerd/debug.sock: set address"));
  EXPECT_EQ(components(resolve({}, node.has("/run/containerd/debug.sock").look())), Names{"containerd"});
}

TEST(Resolve, SaysWhenThereAreNoCredentials) {
  FakeNode node;
  node.runs("kubelet").runs("etcd");
  const auto resolved = resolve({}, node.look());
  EXPECT_EQ(resolved.targets.size(), 2U);
  ASSERT_EQ(resolved.warnings.size(), 1U) << "etcd here needs none";
  EXPECT_TRUE(resolved.warnings[0].starts_with("kubelet is asked without credentials"));
}

TEST(Resolve, KeepsAComponentThatStopped) {
  FakeNode node;
  node.is_a_pod().listens(10251).runs("kube-scheduler");
  config::Config config;
  const auto before = resolve(config, node.look()).targets;
  ASSERT_EQ(before.size(), 1U);
  const FakeNode stopped;
  EXPECT_EQ(resolve(config, stopped.look(), before).targets, before);
  EXPECT_EQ(before.at(0).url, "http://127.0.0.1:10251");
  config.discovery.processes = false;
  EXPECT_TRUE(resolve(config, stopped.look(), before).targets.empty());
}

TEST(Resolve, DoesNotKeepWhatIsNoLongerConfigured) {
  config::Config config;
  auto own = written("my-program");
  own.url = "http://127.0.0.1:6060";
  config.targets = {own};
  const FakeNode node;
  const auto before = resolve(config, node.look()).targets;
  EXPECT_TRUE(resolve({}, node.look(), before).targets.empty());
}

TEST(Resolve, WhatIsWrittenTakesThePlaceOfThePreset) {
  FakeNode node;
  node.is_a_pod();
  config::Config config;
  config.scrape.limits.header_timeout = 7s;
  auto target = written("kubelet");
  target.url = "https://10.0.0.1:10250";
  target.pprof_path = "/p/";
  target.process_name = "hyperkube";
  target.server_name = "n";
  target.ca_file = "/ca";
  target.bearer_token_file = "/token";
  target.interval = 30s;
  target.connect_timeout = 1s;
  target.max_response_bytes = 5;
  config.targets = {target};
  const auto resolved = resolve(config, node.look()).targets.at(0);
  model::Target expected;
  expected.component = "kubelet";
  expected.url = "https://10.0.0.1:10250";
  expected.pprof_path = "/p";
  expected.process_name = "hyperkube";
  expected.credentials.server_name = "n";
  expected.credentials.ca_file = "/ca";
  expected.credentials.bearer_token_file = "/token";
  expected.limits = {1s, 7s, 20s, 5};
  expected.profiles = resolved.profiles;
  expected.trust_hint = resolved.trust_hint;
  EXPECT_EQ(resolved, expected);
  EXPECT_EQ(resolved.profiles.at(0), (model::ProfilePlan{model::ProfileType::kCpu, 30s, 5s}));
}

TEST(Resolve, WrittenTrustPushesOutThePresets) {
  FakeNode node;
  node.is_a_pod().has("/var/lib/kubelet/pki/kubelet.crt");
  const auto credentials = [&](const config::TargetConfig& target) {
    config::Config config;
    config.targets = {target};
    return resolve(config, node.look()).targets.at(0).credentials;
  };
  auto skip = written("kubelet");
  skip.insecure_skip_verify = true;
  EXPECT_EQ(credentials(skip).pinned_cert_file, "");
  EXPECT_TRUE(credentials(skip).insecure_skip_verify);
  EXPECT_NE(credentials(skip).bearer_token_file, "") << "written, so it is meant";

  auto ca = written("kubelet");
  ca.ca_file = "/ca";
  EXPECT_EQ(credentials(ca).pinned_cert_file, "");
  EXPECT_EQ(credentials(ca).ca_file, "/ca");

  auto pin = written("kube-scheduler");
  pin.pinned_cert_file = "/leaf";
  EXPECT_EQ(credentials(pin).ca_file, "");
  EXPECT_EQ(credentials(pin).pinned_cert_file, "/leaf");

  auto not_skipped = written("kubelet");
  not_skipped.insecure_skip_verify = false;
  EXPECT_EQ(credentials(not_skipped).pinned_cert_file, "/var/lib/kubelet/pki/kubelet.crt");
}

TEST(Resolve, WrittenCredentialsPushOutThePresets) {
  FakeNode node;
  node.is_a_pod();
  config::Config config;
  auto certificate = written("kubelet");
  certificate.client_cert_file = "/c";
  certificate.client_key_file = "/k";
  auto nothing = written("kube-apiserver");
  nothing.bearer_token_file = "";
  config.targets = {certificate, nothing};
  const auto resolved = resolve(config, node.look());
  EXPECT_EQ(resolved.targets[0].credentials.bearer_token_file, "");
  EXPECT_EQ(resolved.targets[0].credentials.client_cert_file, "/c");
  EXPECT_EQ(resolved.targets[1].credentials.bearer_token_file, "");
}

TEST(Resolve, RefusesATargetThatIsProfiledTooMuch) {
  FakeNode node;
  config::Config config;
  auto greedy = written("kube-proxy");
  greedy.interval = 10s;
  auto modest = written("etcd");
  config.targets = {greedy, modest};
  const auto resolved = resolve(config, node.look());
  EXPECT_EQ(components(resolved), Names{"etcd"});
  ASSERT_EQ(resolved.warnings.size(), 1U);
  EXPECT_TRUE(resolved.warnings[0].starts_with("kube-proxy is not recorded: cpu for 5s in every 10s is 50.0% of the time"));
}

TEST(Resolve, AProcessOfAnotherNetworkNamespaceIsNoTargetAndSaysNothingOfOurs) {
  FakeNode node;
  node.runs("etcd", {"--listen-client-urls=http://127.0.0.1:1111"});
  node.view.processes.back().shares_network = false;
  EXPECT_TRUE(resolve({}, node.look()).targets.empty());
  node.runs("etcd", {"--listen-client-urls=http://127.0.0.1:2222"});
  ASSERT_EQ(resolve({}, node.look()).targets.size(), 1U);
  EXPECT_EQ(resolve({}, node.look()).targets.front().url, "http://127.0.0.1:2222");
}

TEST(Resolve, PassesOnWhatCouldNotBeSeen) {
  FakeNode node;
  node.view.warnings = {"processes cannot be listed"};
  EXPECT_EQ(resolve({}, node.look()).warnings, Names{"processes cannot be listed"});
}

TEST(ViewHost, SeesThisMachine) {
  const auto view = view_host({});
  EXPECT_FALSE(view.host_name.empty());
  EXPECT_TRUE(
      std::any_of(view.processes.begin(), view.processes.end(), [](const auto& process) { return process.is_program("discovery_test"); }));
  EXPECT_TRUE(view.exists("/proc"));
  EXPECT_FALSE(view.exists("/nonexistent"));
}

TEST(ViewHost, TellsWhatItCannotSee) {
  config::DiscoveryConfig discovery;
  discovery.proc = "/nonexistent";
  const auto view = view_host(discovery);
  ASSERT_EQ(view.warnings.size(), 1U);
  EXPECT_NE(view.warnings[0].find("set discovery.proc"), std::string::npos);
}

}  // namespace
}  // namespace agent::discovery
