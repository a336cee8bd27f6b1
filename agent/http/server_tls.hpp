// The certificate of the server, from files that are rotated under it. Private to agent/http.
#pragma once

#include "agent/base/log.hpp"
#include "agent/base/result.hpp"
#include "agent/http/file_stamp.hpp"
#include "agent/http/server.hpp"
#include "agent/http/tls_files.hpp"

#include <string>
#include <vector>

namespace agent::http {

class ServerTlsSetup {
 public:
  ServerTlsSetup(ServerTls files, Logger& log);

  /// Loads the files for the first time. Errors: kInvalidArgument or what reading them says.
  [[nodiscard]] Result<void> load();
  /// For a new connection: made anew when a file changed; when that fails, the one before, and the log says so once a change.
  [[nodiscard]] TlsContext context();

 private:
  ServerTls files_;
  Logger& log_;
  std::vector<std::string> paths_;
  std::vector<FileStamp> stamps_;
  TlsContext context_;
};

}  // namespace agent::http
