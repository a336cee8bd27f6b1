// Label values come from targets and configuration; the exposition format wants UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace agent::telemetry {

/// `text` with each maximal run that is no UTF-8 (RFC 3629: overlong forms and surrogates too) replaced by one U+FFFD.
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace agent::telemetry
