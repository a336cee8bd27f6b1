#include "agent/discovery/credentials.hpp"

namespace agent::discovery {
namespace {

using Exists = std::function<bool(const std::string&)>;

constexpr const char* kToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";
constexpr const char* kServiceAccountCa = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";
constexpr const char* kClusterCa = "/etc/kubernetes/pki/ca.crt";
constexpr const char* kClientCert = "/etc/kubernetes/pki/apiserver-kubelet-client.crt";
constexpr const char* kClientKey = "/etc/kubernetes/pki/apiserver-kubelet-client.key";
constexpr const char* kEtcdClientCert = "/etc/kubernetes/pki/etcd/healthcheck-client.crt";
constexpr const char* kEtcdClientKey = "/etc/kubernetes/pki/etcd/healthcheck-client.key";
constexpr const char* kKubeletCert = "/var/lib/kubelet/pki/kubelet.crt";
constexpr const char* kKubeletSignedCert = "/var/lib/kubelet/pki/kubelet-server-current.pem";

model::Credentials cluster_credentials(const Exists& exists) {
  model::Credentials credentials;
  if (exists(kToken) && exists(kServiceAccountCa)) {
    credentials.bearer_token_file = kToken;
    credentials.ca_file = kServiceAccountCa;
  } else if (exists(kClusterCa)) {
    credentials.ca_file = kClusterCa;
    if (exists(kClientCert) && exists(kClientKey)) {
      credentials.client_cert_file = kClientCert;
      credentials.client_key_file = kClientKey;
    }
  }
  return credentials;
}

model::Credentials kubelet_credentials(const Exists& exists, const std::string& node_name) {
  model::Credentials credentials = cluster_credentials(exists);
  if (!exists(kKubeletSignedCert) && exists(kKubeletCert)) {
    credentials.pinned_cert_file = kKubeletCert;
    credentials.ca_file.clear();
  } else {
    credentials.server_name = node_name;  // a signed one has the node's name and addresses, not 127.0.0.1
  }
  return credentials;
}

model::Credentials etcd_credentials(const Exists& exists) {
  model::Credentials credentials;
  if (exists(std::string(kEtcdCa))) credentials.ca_file = kEtcdCa;
  if (exists(kEtcdClientCert) && exists(kEtcdClientKey)) {
    credentials.client_cert_file = kEtcdClientCert;
    credentials.client_key_file = kEtcdClientKey;
  }
  return credentials;
}

}  // namespace

model::Credentials standard_credentials(Access access, const Exists& exists, const std::string& node_name) {
  switch (access) {
    case Access::kNone:
      return {};
    case Access::kApiserver: {
      model::Credentials credentials = cluster_credentials(exists);
      credentials.server_name = "kubernetes.default.svc";
      return credentials;
    }
    case Access::kDelegated:
      return cluster_credentials(exists);
    case Access::kKubelet:
      return kubelet_credentials(exists, node_name);
    case Access::kEtcd:
      return etcd_credentials(exists);
  }
  return {};
}

}  // namespace agent::discovery
