// What a component may be called: one rule for the configuration, the command line and imported files.
#pragma once

#include <string_view>

namespace agent::model {

/// The rule in words, to follow "expected ".
inline constexpr std::string_view kComponentNameRule = "1 to 63 letters, digits, '.', '_' or '-'";

/// Whether `name` keeps that rule and is not "." or "..", nor any other name of dots only. It names files and metric labels, and goes to
/// terminals.
[[nodiscard]] bool is_component_name(std::string_view name);

}  // namespace agent::model
