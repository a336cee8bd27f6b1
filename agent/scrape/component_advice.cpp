#include "agent/scrape/component_advice.hpp"

#include <algorithm>
#include <array>

namespace agent::scrape {
namespace {

struct Advice {
  std::string_view component;
  std::string_view profiling;
  std::string_view permission;
  std::string_view block;
};

constexpr std::string_view kNonResource = "the ServiceAccount lacks get on nonResourceURLs /debug/pprof/*";
constexpr std::string_view kFlag = "start it with --profiling=true (CIS benchmarks and some distributions set it to false)";
constexpr std::string_view kContentionFlag = "start it with --contention-profiling=true";

// Where each switch is: the component's own source at Kubernetes 1.20 to 1.36, etcd 3.7, containerd 2.3, CRI-O 1.36, CoreDNS 1.14. None of
// the Kubernetes components calls runtime.SetMutexProfileFraction; their contention switches set the block rate only.
constexpr std::array kAdvice{
    Advice{"kube-apiserver", kFlag, kNonResource, kContentionFlag},
    Advice{"kube-scheduler", "set enableProfiling: true in its configuration file (the --profiling flag is ignored when --config is given)",
           kNonResource, "set enableContentionProfiling: true in its configuration file"},
    Advice{"kube-controller-manager", kFlag, kNonResource, kContentionFlag},
    Advice{"cloud-controller-manager", kFlag, kNonResource, kContentionFlag},
    Advice{"kubelet", "set enableDebuggingHandlers: true and, since 1.21, enableProfilingHandler: true in its configuration",
           "the ServiceAccount lacks get on nodes/proxy (which also permits exec in every pod: grant it knowingly)",
           "set enableContentionProfiling: true in its configuration"},
    Advice{"kube-proxy", "set enableProfiling: true in its configuration (default false)",
           "it needs no credentials: another program answers", ""},
    Advice{"etcd", "start it with --enable-pprof=true; pprof is on the client URL (2379), not on the metrics URL (2381)",
           "its client URL needs a client certificate signed by its trusted CA: set clientCertFile and clientKeyFile", ""},
    Advice{"containerd", "set address under [debug] in its config.toml (empty by default)", "the socket belongs to root", ""},
    Advice{"crio", "start it with --profile or --enable-profile-unix-socket", "the socket belongs to root", ""},
    Advice{"coredns", "add the pprof plugin to its Corefile, listening where this node reaches it",
           "it needs no credentials: another program answers", "add `pprof { block 1 }` to its Corefile"},
};

const Advice* find(std::string_view component) {
  const auto* const found =
      std::find_if(kAdvice.begin(), kAdvice.end(), [&](const Advice& advice) { return advice.component == component; });
  return found == kAdvice.end() ? nullptr : found;
}

}  // namespace

std::string profiling_advice(std::string_view component) {
  if (const auto* advice = find(component)) return std::string(advice->profiling);
  return "import net/http/pprof in the program, or set pprofPath to where it serves it";
}

std::string permission_advice(std::string_view component) {
  if (const auto* advice = find(component)) return std::string(advice->permission);
  return "these credentials may not read its profiles: check bearerTokenFile, clientCertFile and clientKeyFile";
}

std::string sampling_advice(std::string_view component, model::ProfileType type) {
  const auto* const advice = find(component);
  if (type == model::ProfileType::kMutex) {
    if (component == "etcd") return "no samples: this etcd does not sample mutex contention, which others do while pprof is on";
    if (advice != nullptr) {
      return "no samples: no version of " + std::string(component) + " calls runtime.SetMutexProfileFraction; disable the mutex type";
    }
    return "no samples: the program does not call runtime.SetMutexProfileFraction, or saw no contention";
  }
  if (type == model::ProfileType::kBlock) {
    if (advice != nullptr && advice->block.empty()) {
      return "no samples: " + std::string(component) + " has no switch for block profiling; disable the block type";
    }
    if (advice != nullptr) return "no samples: block profiling is off; " + std::string(advice->block) + " (it costs CPU all the time)";
    return "no samples: the program does not call runtime.SetBlockProfileRate, or nothing blocked";
  }
  return "no samples";
}

bool has_version_endpoint(std::string_view component) {
  constexpr std::array kNames{std::string_view("kube-apiserver"),
                              std::string_view("kube-scheduler"),
                              std::string_view("kube-controller-manager"),
                              std::string_view("cloud-controller-manager"),
                              std::string_view("kubelet"),
                              std::string_view("kube-proxy"),
                              std::string_view("etcd")};
  return std::find(kNames.begin(), kNames.end(), component) != kNames.end();
}

}  // namespace agent::scrape
