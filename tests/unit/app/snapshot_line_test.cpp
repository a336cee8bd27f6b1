#include "agent/app/snapshot_line.hpp"

#include <gtest/gtest.h>

namespace agent::app {
namespace {

TEST(SnapshotLine, IsAlignedForTheLongestComponentAndEndsWithTheId) {
  model::Snapshot snapshot;
  snapshot.info.component = "kube-controller-manager";
  snapshot.info.type = model::ProfileType::kHeap;
  snapshot.info.start = from_unix_nanos(1'795'498'588'250'000'000);
  snapshot.info.fetched_bytes = 102'605;
  snapshot.stored_bytes = 512;
  snapshot.id.value = 0x6883'041A'2C00'0001;
  EXPECT_EQ(snapshot_line(snapshot), "05:36:28  kube-controller-manager  heap              100.2KiB stored as      512B  6883041a2c000001");
}

}  // namespace
}  // namespace agent::app
