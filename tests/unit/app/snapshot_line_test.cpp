#include "agent/app/snapshot_line.hpp"

#include <gtest/gtest.h>

namespace agent::app {
namespace {

TEST(SnapshotLine, IsAlignedForTheLongestComponent) {
  model::Snapshot snapshot;
  snapshot.info.component = "kube-controller-manager";
  snapshot.info.type = model::ProfileType::kHeap;
  snapshot.info.start = from_unix_nanos(1'795'498'588'250'000'000);
  snapshot.info.fetched_bytes = 102'605;
  snapshot.stored_bytes = 512;
  EXPECT_EQ(snapshot_line(snapshot), "05:36:28  kube-controller-manager  heap              100.2KiB stored as      512B");
}

}  // namespace
}  // namespace agent::app
