// How wide a text is on a terminal, and what of it may go there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agent::cli {

/// Columns of a terminal: 2 for East Asian wide characters and most emoji, 0 for combining marks, 1 for all else. `text` is UTF-8; a byte
/// that is not counts 1.
[[nodiscard]] std::size_t display_width(std::string_view text);

/// `text` with control characters (also C1, as UTF-8) and bytes that are not UTF-8 made visible as U+FFFD, so that nothing that came over
/// the network steers the terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace agent::cli
