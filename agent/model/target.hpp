// A target: one reachable endpoint of a component on this node, and what is taken from it.
#pragma once

#include "agent/base/time.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/model/snapshot.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace agent::model {

/// What a client shows and how it checks the other side. All paths are files, re-read when they change; empty means not used.
struct Credentials {
  std::string bearer_token_file;
  std::string client_cert_file;
  std::string client_key_file;
  std::string ca_file;           ///< PEM; empty: the system's roots
  std::string server_name;       ///< for SNI and the name check; empty: the host of the URL
  std::string pinned_cert_file;  ///< PEM; the server's leaf must be exactly this certificate (its chain and name are then not checked)
  bool insecure_skip_verify = false;
  bool operator==(const Credentials&) const = default;
};

/// How often one profile type is taken from a target, and for how long.
struct ProfilePlan {
  ProfileType type = ProfileType::kCpu;
  Duration interval{0};  ///< > 0
  Duration duration{0};  ///< whole seconds for cpu, > 0 for trace, 0 for the others
  bool operator==(const ProfilePlan&) const = default;
};

/// Limits of one fetch. All > 0.
struct FetchLimits {
  Duration connect_timeout = std::chrono::seconds(2);
  Duration header_timeout = std::chrono::seconds(10);  ///< on top of the profile's duration
  Duration total_timeout = std::chrono::seconds(20);   ///< on top of the profile's duration
  std::uint64_t max_response_bytes = 32ULL << 20U;
  bool operator==(const FetchLimits&) const = default;
};

struct Target {
  std::string component;  ///< unique on the node; the name in the API and the store
  std::string url;        ///< http://, https:// or unix:///path/to.sock, with an optional path prefix; no trailing slash
  std::string pprof_path = "/debug/pprof";
  Credentials credentials;
  std::vector<ProfilePlan> profiles;
  FetchLimits limits;
  std::string process_name;  ///< comm of the process in /proc, to know it over restarts; empty: not looked for
  std::string trust_hint;    ///< what to do when its certificate does not verify (tls_untrusted), from the preset; empty: nothing special
  bool operator==(const Target&) const = default;
};

}  // namespace agent::model
