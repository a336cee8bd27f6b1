// Where kprofctl finds what it is asked for: --server or --store, and how it shows itself to a server.
#pragma once

#include <filesystem>
#include <string>

namespace agent::cli {

inline constexpr const char* kDefaultServer = "http://127.0.0.1:9912";

/// At most one of server and store is given. All paths are files; "" means not used.
struct SourceOptions {
  std::string server;  ///< "": $KPROFCTL_SERVER, else kDefaultServer
  std::filesystem::path store;
  std::string ca_file;  ///< PEM; "": the system's roots
  std::string cert_file;
  std::string key_file;
  std::string token_file;
  bool insecure_skip_tls_verify = false;
};

}  // namespace agent::cli
