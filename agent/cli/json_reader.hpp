// JSON text to a Document. The only place of this folder that knows Boost.JSON.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/document.hpp"

#include <string_view>

namespace agent::cli {

/// At most 32 levels deep. Errors: kCorrupt, also when something follows the value.
[[nodiscard]] Result<Document> parse_json(std::string_view text);

}  // namespace agent::cli
