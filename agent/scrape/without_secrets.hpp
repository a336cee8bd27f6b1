// Credentials out of text that a target wrote, before it is logged or shown. Internal to agent/scrape.
//
// http::Client masks the very token that it sent; this masks what looks like one: of another client, of a proxy, or changed on its way.
#pragma once

#include <string>
#include <string_view>

namespace agent::scrape {

/// `text` with the value of each Authorization field, to the end of its line or its quote, and each word after "Bearer" as "***"; both
/// names in any case.
[[nodiscard]] std::string without_secrets(std::string_view text);

/// A Location without user info, query and fragment: a login page is told there who wants in, and with what.
[[nodiscard]] std::string plain_location(std::string_view location);

}  // namespace agent::scrape
