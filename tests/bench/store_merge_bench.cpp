// Merging all heap snapshots of a component, as `kprofctl merge` does once it has the block, against `go tool pprof -proto` on the files.
// Reads <folder>/heap-NNNN.pb.gz: store_merge_bench [FOLDER]
// links: base model codec pprof store
#include "agent/pprof/encode.hpp"
#include "agent/store/block_decoder.hpp"
#include "agent/store/block_encoder.hpp"
#include "tests/support/profile_samples.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace {

double now_ms() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<std::string> encode(const std::vector<tests::RecordedProfile>& recorded) {
  agent::store::BlockEncoder encoder({});
  std::vector<std::string> payloads;
  for (const auto& r : recorded) {
    agent::model::SnapshotInfo info;
    info.type = r.type;
    info.start = agent::from_unix_nanos(r.profile.time_nanos);
    payloads.push_back(encoder.encode(info, agent::model::make_snapshot_id(info.start, 0), r.profile).value());
  }
  return payloads;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : KPROFD_SOURCE_DIR "/../shared/profiles/kube-apiserver";
  const auto recorded = tests::recorded_profiles(folder);
  const auto payloads = encode(recorded);
  std::size_t bytes = 0;
  double best = 1e9;
  std::size_t count = 0;
  for (int run = 0; run < 5; ++run) {
    const double begin = now_ms();
    agent::store::BlockDecoder decoder({});
    std::vector<std::size_t> heaps;
    for (const std::string& payload : payloads) {
      if (!decoder.add(payload, 0)) return 1;
      if (decoder.snapshots().back().info.type == agent::model::ProfileType::kHeap) heaps.push_back(decoder.snapshots().size() - 1);
    }
    count = heaps.size();
    const auto merged = decoder.merge(heaps);
    if (!merged) return std::printf("merge: %s\n", merged.error().message().c_str()), 1;
    bytes = agent::pprof::encode_gzip(*merged).size();
    best = std::min(best, now_ms() - begin);
  }
  std::printf("%zu heaps of a block merged into %zu bytes of .pb.gz: %.1f ms (best of 5)\n", count, bytes, best);
  const std::string command = "go tool pprof -proto -output=/dev/null " + (folder / "heap-*.pb.gz").string() + " >/dev/null 2>&1";
  double peer = 1e9;
  for (int run = 0; run < 3; ++run) {
    const double begin = now_ms();
    if (std::system(command.c_str()) != 0) return std::printf("go tool pprof is not here: no comparison\n"), 0;
    peer = std::min(peer, now_ms() - begin);
  }
  std::printf("go tool pprof -proto on the files: %.0f ms (best of 3), %.1f times as long\n", peer, peer / best);
  return 0;
}
