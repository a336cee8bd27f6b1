// Reads one YAML document into a tree of YamlNodes. Private to agent/config, and the only place that sees yaml-cpp.
//
// YAML::Node is not used: version 0.7 takes duplicate keys (the first wins), ignores a second document, follows alias bombs, and forgets
// where values stood. We drive its parser and build the tree ourselves.
#pragma once

#include "agent/config/problems.hpp"
#include "agent/config/yaml_node.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace agent::config {

inline constexpr std::size_t kMaxYamlBytes = 1U << 20U;
inline constexpr std::size_t kMaxYamlDepth = 32;
inline constexpr std::size_t kMaxYamlNodes = 10'000;

/// The document; a null node when there is none. Anchors, aliases, tags, keys that are not plain text, duplicate keys and a second document
/// are problems and reading goes on, with the node marked kRefused; wrong syntax and passed limits are one problem and nullopt.
[[nodiscard]] std::optional<YamlNode> read_yaml(std::string_view text, Problems& problems);

}  // namespace agent::config
