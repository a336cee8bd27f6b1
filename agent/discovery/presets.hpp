// How each known component is reached when nobody says otherwise: where it listens, what it asks for, how it is known to be itself.
// Ports, paths and certificates are those of Kubernetes 1.20 and later, kubeadm's layout and the upstream defaults.
#pragma once

#include "agent/config/preset_names.hpp"
#include "agent/discovery/host_view.hpp"
#include "agent/model/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::discovery {

/// What a listener asks for and how its certificate is checked.
///
/// A token goes only to a server whose certificate verified (or where the user wrote insecureSkipVerify): TLS fails before it is sent.
enum class Access {
  kNone,       ///< plain HTTP on loopback or a socket guarded by file permissions
  kApiserver,  ///< token or client certificate; cluster CA with the name kubernetes.default.svc (its certificate has no 127.0.0.1)
  kDelegated,  ///< token or client certificate; a self-signed certificate made in memory at each start, which nothing can vouch for
  kKubelet,    ///< token or client certificate; cluster CA when it has a signed certificate, else pinned to its own kubelet.crt
  kEtcd,       ///< kubeadm's etcd client certificate and CA
};

struct Preset {
  std::string_view name;
  std::string_view url;
  Access access = Access::kNone;
  /// A port that old versions serve without TLS and credentials. Used instead of `url` when the process runs and somebody listens on it;
  /// 0: none.
  std::uint16_t plain_port = 0;
  /// pprof is off or elsewhere unless somebody set it up: a discovered process becomes a target only when `url` is there.
  bool is_optional = false;
  std::string_view advice;  ///< how to make it reachable; of an optional preset that is not there, and for certificates that do not verify
};

/// nullptr when it is not one of config::kPresetNames.
[[nodiscard]] const Preset* find_preset(std::string_view name);

/// The target that a preset means on this node, without its profile plan. A written URL (with an optional path prefix) takes the place of
/// the preset's: then nothing is pinned, and no credentials of the preset go to http:// and unix://.
[[nodiscard]] model::Target preset_target(const Preset& preset, const std::optional<std::string>& url, const HostView& view,
                                          const std::string& node_name);

/// Whether the endpoint of an optional preset is there; true for the others.
[[nodiscard]] bool is_there(const Preset& preset, const HostView& view);

}  // namespace agent::discovery
