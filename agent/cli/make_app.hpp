// The commands and options of kprofctl, for the two files that know CLI11: kprofctl_app.cpp, which parses, and complete_words.cpp.
#pragma once

#include "agent/cli/kprofctl_options.hpp"

#include <memory>

namespace CLI {
class App;
}

namespace agent::cli {

/// Parsing fills `line`, which outlives the app.
[[nodiscard]] std::unique_ptr<CLI::App> make_app(CommandLine& line);

}  // namespace agent::cli
