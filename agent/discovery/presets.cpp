#include "agent/discovery/presets.hpp"

#include "agent/discovery/credentials.hpp"
#include "agent/discovery/etcd_url.hpp"

#include <algorithm>
#include <array>

namespace agent::discovery {
namespace {

constexpr std::string_view kSelfSigned =
    "it serves a certificate that it makes in memory at each start, so nothing can vouch for it: start it with --tls-cert-file and name "
    "the "
    "CA in caFile, or write insecureSkipVerify: true for this target";

// kube-apiserver: secure serving options. Scheduler, controller managers: --secure-port, and --port of 1.20 to 1.22. kubelet: port of
// KubeletConfiguration. kube-proxy: metricsBindAddress. CRI-O: --profile-port, --enable-profile-unix-socket. CoreDNS: plugin pprof.
constexpr std::array<Preset, 10> kPresets{{
    {"kube-apiserver", "https://127.0.0.1:6443", Access::kApiserver, 0, false,
     "its certificate is not signed by the CA in use: name the cluster's CA in caFile, and in serverName a name that the certificate has"},
    {"kube-scheduler", "https://127.0.0.1:10259", Access::kDelegated, 10251, false, kSelfSigned},
    {"kube-controller-manager", "https://127.0.0.1:10257", Access::kDelegated, 10252, false, kSelfSigned},
    {"cloud-controller-manager", "https://127.0.0.1:10258", Access::kDelegated, 0, false, kSelfSigned},
    {"kubelet", "https://127.0.0.1:10250", Access::kKubelet, 0, false,
     "its certificate is self-signed or of another name: make /var/lib/kubelet/pki/kubelet.crt readable here so that it is pinned, name it "
     "in "
     "pinnedCertFile, or let the cluster sign it with serverTLSBootstrap: true"},
    {"etcd", "http://127.0.0.1:2379", Access::kEtcd, 0, false,
     "its certificate is not signed by the CA in use: name etcd's own CA in caFile (kubeadm: /etc/kubernetes/pki/etcd/ca.crt)"},
    {"kube-proxy", "http://127.0.0.1:10249", Access::kNone, 0, false, {}},
    {"containerd", "unix:///run/containerd/debug.sock", Access::kNone, 0, true,
     "set address = \"/run/containerd/debug.sock\" under [debug] in /etc/containerd/config.toml, or give its url"},
    {"crio", "unix:///var/run/crio/crio.sock", Access::kNone, 0, true,
     "start it with --enable-profile-unix-socket, or with --profile and give the url http://127.0.0.1:6060"},
    {"coredns", "http://127.0.0.1:6053", Access::kNone, 0, true,
     "add `pprof` to the Corefile and reach it from here (it listens on localhost of its pod, so on a node as `pprof :6060`), and give the "
     "url"},
}};

static_assert(kPresets.size() == config::kPresetNames.size());

std::string standard_url(const Preset& preset, const HostView& view) {
  const auto* process = host::find_program(view.processes, preset.name);
  if (preset.plain_port != 0 && process != nullptr && view.ports.contains(preset.plain_port)) {
    return "http://127.0.0.1:" + std::to_string(preset.plain_port);
  }
  if (preset.access == Access::kEtcd) return etcd_url(process == nullptr ? std::vector<std::string>{} : process->arguments, view.exists);
  return std::string(preset.url);
}

}  // namespace

const Preset* find_preset(std::string_view name) {
  const auto* found = std::find_if(kPresets.begin(), kPresets.end(), [&](const Preset& preset) { return preset.name == name; });
  return found == kPresets.end() ? nullptr : found;
}

model::Target preset_target(const Preset& preset, const std::optional<std::string>& url, const HostView& view,
                            const std::string& node_name) {
  model::Target target;
  target.component = preset.name;
  target.process_name = preset.name;
  target.url = url ? *url : standard_url(preset, view);
  if (!target.url.starts_with("https://")) return target;
  // Behind a written URL may be a proxy to the kubelet: neither its own certificate nor the node's name is to be expected there.
  const bool is_elsewhere = url.has_value() && preset.access == Access::kKubelet;
  target.credentials = standard_credentials(is_elsewhere ? Access::kDelegated : preset.access, view.exists, node_name);
  target.trust_hint = preset.advice;
  return target;
}

bool is_there(const Preset& preset, const HostView& view) {
  constexpr std::string_view kUnix = "unix://";
  constexpr std::string_view kLoopback = "http://127.0.0.1:";
  if (!preset.is_optional) return true;
  if (preset.url.starts_with(kUnix)) return view.exists(std::string(preset.url.substr(kUnix.size())));
  return view.ports.contains(static_cast<std::uint16_t>(std::stoi(std::string(preset.url.substr(kLoopback.size())))));
}

}  // namespace agent::discovery
