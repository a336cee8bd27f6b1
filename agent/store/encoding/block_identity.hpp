// Whose snapshots a block holds. Part of the block's file header, not of the records.
#pragma once

#include "agent/model/snapshot.hpp"

#include <string>

namespace agent::store {

/// One process of one component. A snapshot of another process or version starts a new block.
struct BlockIdentity {
  std::string component;
  model::Process process;
  std::string component_version;  ///< "" when unknown
  bool operator==(const BlockIdentity&) const = default;
};

[[nodiscard]] inline BlockIdentity identity_of(const model::SnapshotInfo& info) {
  return BlockIdentity{info.component, info.process, info.component_version};
}

}  // namespace agent::store
