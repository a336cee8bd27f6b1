#include "agent/discovery/presets.hpp"

#include "agent/discovery/etcd_url.hpp"
#include "tests/unit/discovery/fake_node.hpp"

#include <gtest/gtest.h>

namespace agent::discovery {
namespace {

constexpr const char* kToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";
constexpr const char* kServiceAccountCa = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

model::Target target_of(const char* name, const FakeNode& node, const std::optional<std::string>& url = {}) {
  const Preset* preset = find_preset(name);
  EXPECT_NE(preset, nullptr);
  return preset_target(*preset, url, node.look(), "node1");
}

TEST(Presets, AreThoseThatTheConfigurationKnows) {
  for (const auto name : config::kPresetNames) {
    ASSERT_NE(find_preset(name), nullptr) << name;
    EXPECT_EQ(find_preset(name)->name, name);
  }
  EXPECT_EQ(find_preset("nginx"), nullptr);
}

TEST(Presets, InAPodUseTheServiceAccount) {
  FakeNode node;
  node.is_a_pod();
  const auto apiserver = target_of("kube-apiserver", node);
  EXPECT_EQ(apiserver.url, "https://127.0.0.1:6443");
  EXPECT_EQ(apiserver.credentials.bearer_token_file, kToken);
  EXPECT_EQ(apiserver.credentials.ca_file, kServiceAccountCa);
  EXPECT_EQ(apiserver.credentials.server_name, "kubernetes.default.svc");
  EXPECT_EQ(apiserver.credentials.client_cert_file, "");
}

TEST(Presets, OnAKubeadmNodeUseItsClientCertificates) {
  FakeNode node;
  node.is_kubeadm_control_plane();
  const auto apiserver = target_of("kube-apiserver", node).credentials;
  EXPECT_EQ(apiserver.client_cert_file, "/etc/kubernetes/pki/apiserver-kubelet-client.crt");
  EXPECT_EQ(apiserver.client_key_file, "/etc/kubernetes/pki/apiserver-kubelet-client.key");
  EXPECT_EQ(apiserver.ca_file, "/etc/kubernetes/pki/ca.crt");
  EXPECT_EQ(apiserver.bearer_token_file, "");

  const auto etcd = target_of("etcd", node);
  EXPECT_EQ(etcd.url, "https://127.0.0.1:2379");
  EXPECT_EQ(etcd.credentials.client_cert_file, "/etc/kubernetes/pki/etcd/healthcheck-client.crt");
  EXPECT_EQ(etcd.credentials.client_key_file, "/etc/kubernetes/pki/etcd/healthcheck-client.key");
  EXPECT_EQ(etcd.credentials.ca_file, "/etc/kubernetes/pki/etcd/ca.crt");
}

TEST(Presets, PinTheKubeletsOwnCertificate) {
  FakeNode node;
  node.is_a_pod().has("/var/lib/kubelet/pki/kubelet.crt");
  const auto kubelet = target_of("kubelet", node).credentials;
  EXPECT_EQ(kubelet.pinned_cert_file, "/var/lib/kubelet/pki/kubelet.crt");
  EXPECT_EQ(kubelet.ca_file, "");
  EXPECT_EQ(kubelet.bearer_token_file, kToken);
}

TEST(Presets, VerifyASignedKubeletCertificateByTheNodesName) {
  FakeNode node;
  node.is_a_pod().has("/var/lib/kubelet/pki/kubelet.crt").has("/var/lib/kubelet/pki/kubelet-server-current.pem");
  const auto kubelet = target_of("kubelet", node).credentials;
  EXPECT_EQ(kubelet.pinned_cert_file, "");
  EXPECT_EQ(kubelet.ca_file, kServiceAccountCa);
  EXPECT_EQ(kubelet.server_name, "node1");
}

TEST(Presets, NeverSkipVerificationByThemselves) {
  FakeNode node;
  node.is_a_pod();
  for (const auto name : config::kPresetNames) EXPECT_FALSE(target_of(name.data(), node).credentials.insecure_skip_verify) << name;
  for (const char* name : {"kube-scheduler", "kube-controller-manager", "cloud-controller-manager"}) {
    const auto target = target_of(name, node);
    EXPECT_EQ(target.credentials.ca_file, kServiceAccountCa);
    EXPECT_NE(target.trust_hint.find("insecureSkipVerify: true"), std::string::npos) << name;
  }
}

TEST(Presets, PreferAnOldPlainPortThatIsListenedOn) {
  FakeNode node;
  node.is_a_pod().listens(10251);
  EXPECT_EQ(target_of("kube-scheduler", node).url, "https://127.0.0.1:10259") << "nobody knows whose port that is";
  node.runs("kube-scheduler");
  const auto scheduler = target_of("kube-scheduler", node);
  EXPECT_EQ(scheduler.url, "http://127.0.0.1:10251");
  EXPECT_EQ(scheduler.credentials, model::Credentials{});
  EXPECT_EQ(target_of("kube-controller-manager", node).url, "https://127.0.0.1:10257");
}

TEST(Presets, GiveNoCredentialsToPlainUrls) {
  FakeNode node;
  node.is_a_pod().has("/var/lib/kubelet/pki/kubelet.crt");
  for (const char* url : {"http://127.0.0.1:8001", "unix:///run/x.sock"}) {
    EXPECT_EQ(target_of("kubelet", node, url).credentials, model::Credentials{});
    EXPECT_EQ(target_of("kube-apiserver", node, url).credentials, model::Credentials{});
  }
}

TEST(Presets, DoNotPinAWrittenUrl) {
  FakeNode node;
  node.is_a_pod().has("/var/lib/kubelet/pki/kubelet.crt");
  const auto kubelet = target_of("kubelet", node, "https://api:6443/api/v1/nodes/node1/proxy").credentials;
  EXPECT_EQ(kubelet.pinned_cert_file, "");
  EXPECT_EQ(kubelet.ca_file, kServiceAccountCa);
  EXPECT_EQ(kubelet.server_name, "");
}

TEST(Presets, OptionalOnesAreThereWhenTheirEndpointIs) {
  FakeNode node;
  EXPECT_FALSE(is_there(*find_preset("containerd"), node.look()));
  EXPECT_FALSE(is_there(*find_preset("coredns"), node.look()));
  EXPECT_TRUE(is_there(*find_preset("kubelet"), node.look()));
  node.has("/run/containerd/debug.sock").listens(6053);
  EXPECT_TRUE(is_there(*find_preset("containerd"), node.look()));
  EXPECT_TRUE(is_there(*find_preset("coredns"), node.look()));
}

TEST(EtcdUrl, IsAClientUrlOfItsCommandLine) {
  const auto no_file = [](const std::string&) { return false; };
  const auto url = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "etcd");
    return etcd_url(arguments, no_file);
  };
  EXPECT_EQ(url({"--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379"}), "https://127.0.0.1:2379");
  EXPECT_EQ(url({"--listen-client-urls", "http://10.0.0.1:2379,http://localhost:2399"}), "http://localhost:2399");
  EXPECT_EQ(url({"-listen-client-urls=https://0.0.0.0:2379"}), "https://127.0.0.1:2379");
  EXPECT_EQ(url({"-listen-client-urls", "http://[::]:4001"}), "http://127.0.0.1:4001");
  EXPECT_EQ(url({"--listen-client-urls=http://10.0.0.1:2379"}), "http://10.0.0.1:2379");
  EXPECT_EQ(url({"--listen-client-urls=http://a:1", "--listen-client-urls=http://b:2"}), "http://b:2");
  EXPECT_EQ(url({"--listen-client-urls"}), "http://127.0.0.1:2379");
  EXPECT_EQ(url({"--listen-client-urls=unix:///x,,"}), "http://127.0.0.1:2379");
  EXPECT_EQ(url({"--advertise-client-urls=https://10.0.0.1:2379"}), "http://127.0.0.1:2379");
}

TEST(EtcdUrl, IsTlsWhereKubeadmPutsCertificates) {
  EXPECT_EQ(etcd_url({}, [](const std::string& file) { return file == "/etc/kubernetes/pki/etcd/ca.crt"; }), "https://127.0.0.1:2379");
}

}  // namespace
}  // namespace agent::discovery
