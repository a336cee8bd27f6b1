// openapi.yaml of this folder, as the binary carries it.
#pragma once

#include <string_view>

namespace agent::api {

/// The whole file. Static storage.
[[nodiscard]] std::string_view openapi_text();

}  // namespace agent::api
