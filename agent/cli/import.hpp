// `kprofctl import`: profile files into a store folder, as if they had been recorded.
#pragma once

#include "agent/base/result.hpp"
#include "agent/cli/console.hpp"
#include "agent/cli/exit_code.hpp"
#include "agent/cli/import_file.hpp"

#include <filesystem>
#include <vector>

namespace agent::cli {

struct ImportOptions {
  std::filesystem::path store;  ///< made when it is not there
  std::vector<std::filesystem::path> files;
  ImportDefaults defaults;
};

/// Every file is read and checked first: when one is bad, all bad ones are named, nothing is written, and the result is kFailed. Then they
/// are appended in the order of their times. A profile that the store holds already (same component, type, start and content, whatever the
/// file is called) is noticed and not stored again, so an import that was cut short is simply repeated. The store's limits do not apply
/// here: nothing old is deleted to make room. Errors: kConflict (a daemon writes the folder), kIo and its kin.
[[nodiscard]] Result<ExitCode> import_files(const ImportOptions& options, Console& console);

}  // namespace agent::cli
