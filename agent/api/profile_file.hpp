// A stored or merged profile as a file to download. Pure.
#pragma once

#include "agent/pprof/profile.hpp"
#include "agent/store/query.hpp"

#include <string>

namespace agent::api {

struct ProfileFile {
  std::string name;  ///< "kubelet-heap-20261124T053628Z.pb.gz"; letters, digits and ._- only
  std::string media_type;
  std::string bytes;
};

/// gzip profile.proto, or a raw type as it came.
[[nodiscard]] ProfileFile snapshot_file(store::StoredProfile stored);
/// Named after the query's component and type and the profile's own time.
[[nodiscard]] ProfileFile merged_file(const store::SnapshotQuery& query, const pprof::Profile& merged);

}  // namespace agent::api
