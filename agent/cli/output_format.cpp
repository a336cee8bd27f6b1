#include "agent/cli/output_format.hpp"

#include <cassert>

namespace agent::cli {

void write_document(std::ostream& out, OutputFormat format, const Document& document) {
  assert(format != OutputFormat::kTable);
  if (format == OutputFormat::kYaml) {
    write_yaml(out, document);
  } else {
    write_json(out, document);
  }
}

}  // namespace agent::cli
