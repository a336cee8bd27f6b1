// ${NAME} in values. Private to agent/config.
#pragma once

#include "agent/config/load.hpp"
#include "agent/config/problems.hpp"
#include "agent/config/yaml_node.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace agent::config {

inline constexpr std::size_t kMaxValueBytes = 4096;

/// Replaces ${NAME} and ${NAME:-default} (for an unset or empty variable, as in a shell), and $$ by $. What a variable holds is not looked
/// at again. Errors: kInvalidArgument for an unset variable, any other '$' and a value of more than kMaxValueBytes.
[[nodiscard]] Result<std::string> substitute(std::string_view text, const Environment& environment);

/// substitute() in every scalar of the tree, not in keys. A scalar that fails is a problem and is kRefused from then on.
void substitute_all(YamlNode& node, const Environment& environment, Problems& problems, const std::string& path = "");

}  // namespace agent::config
