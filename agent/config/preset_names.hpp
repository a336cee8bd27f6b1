// The components that kprofd knows how to reach. What it knows of them is agent/discovery/presets.hpp; that they exist is checked here.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace agent::config {

inline constexpr std::array<std::string_view, 10> kPresetNames{"kube-apiserver",
                                                               "kube-scheduler",
                                                               "kube-controller-manager",
                                                               "cloud-controller-manager",
                                                               "kubelet",
                                                               "etcd",
                                                               "kube-proxy",
                                                               "containerd",
                                                               "crio",
                                                               "coredns"};

[[nodiscard]] constexpr bool is_preset_name(std::string_view name) {
  return std::find(kPresetNames.begin(), kPresetNames.end(), name) != kPresetNames.end();
}

}  // namespace agent::config
