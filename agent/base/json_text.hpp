// Text as a JSON string. Shared by the log and the streaming JSON writer of the API.
#pragma once

#include <string>
#include <string_view>

namespace agent {

/// `text` in double quotes, escaped after RFC 8259; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quote(std::string_view text);

}  // namespace agent
