// A daemon as a Source, through its HTTP API (agent/api/openapi.yaml).
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/source.hpp"
#include "agent/cli/source_options.hpp"

#include <memory>

namespace agent::cli {

/// `options.server` is set. Connects with the first question. verify() is kInvalidArgument: only a folder can be verified. `console` hears
/// warnings and outlives the source. Errors: kInvalidArgument (the URL).
[[nodiscard]] Result<std::unique_ptr<Source>> make_server_source(const SourceOptions& options, Console& console);

}  // namespace agent::cli
