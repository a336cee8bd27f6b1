// --output: how a list is printed.
#pragma once

#include "agent/cli/document.hpp"

#include <ostream>

namespace agent::cli {

enum class OutputFormat { kTable, kJson, kYaml };

/// Requires a format other than kTable.
void write_document(std::ostream& out, OutputFormat format, const Document& document);

}  // namespace agent::cli
