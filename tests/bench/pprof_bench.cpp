// Decoding, encoding and merging profiles, and the parts of it; `go tool pprof -proto` on the same files where Go is installed.

// links: pprof codec base
#include "agent/codec/crc32c.hpp"
#include "agent/codec/gzip.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/pprof/merge.hpp"
#include "tests/support/go_pprof.hpp"
#include "tests/support/temp_dir.hpp"

#include <benchmark/benchmark.h>

#include <cstdlib>

namespace {

namespace codec = agent::codec;
namespace pprof = agent::pprof;

// The heap profiles of kube-apiserver, about 100 KB compressed and 350 KB plain each.
std::vector<std::filesystem::path> heap_files() {
  std::vector<std::filesystem::path> files;
  for (const std::string round : {"0001", "0002", "0003", "0024"}) {
    files.emplace_back(KPROFD_SOURCE_DIR "/tests/testdata/profiles/kube-apiserver/heap-" + round + ".pb.gz");
  }
  return files;
}

std::string heap_bytes() {
  return tests::file_content(heap_files().back());
}

void count_bytes(benchmark::State& state, std::size_t bytes) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
}

void BM_Gunzip(benchmark::State& state) {
  const std::string packed = heap_bytes();
  for (auto _ : state) benchmark::DoNotOptimize(codec::gunzip(packed, 64U << 20U));
  count_bytes(state, packed.size());
}
BENCHMARK(BM_Gunzip)->Unit(benchmark::kMicrosecond);

void BM_DecodePlain(benchmark::State& state) {
  const std::string plain = codec::gunzip(heap_bytes(), 64U << 20U).value();
  for (auto _ : state) benchmark::DoNotOptimize(pprof::decode(plain));
  count_bytes(state, plain.size());
}
BENCHMARK(BM_DecodePlain)->Unit(benchmark::kMicrosecond);

void BM_DecodeGzip(benchmark::State& state) {
  const std::string packed = heap_bytes();
  for (auto _ : state) benchmark::DoNotOptimize(pprof::decode(packed));
  count_bytes(state, packed.size());
}
BENCHMARK(BM_DecodeGzip)->Unit(benchmark::kMicrosecond);

void BM_Encode(benchmark::State& state) {
  const pprof::Profile profile = pprof::decode(heap_bytes()).value();
  for (auto _ : state) benchmark::DoNotOptimize(pprof::encode(profile));
}
BENCHMARK(BM_Encode)->Unit(benchmark::kMicrosecond);

void BM_EncodeGzip(benchmark::State& state) {
  const pprof::Profile profile = pprof::decode(heap_bytes()).value();
  for (auto _ : state) benchmark::DoNotOptimize(pprof::encode_gzip(profile, static_cast<codec::GzipLevel>(state.range(0))));
}
BENCHMARK(BM_EncodeGzip)->Arg(1)->Arg(6)->Arg(9)->Unit(benchmark::kMicrosecond);

void BM_Merge(benchmark::State& state) {
  std::vector<pprof::Profile> profiles;
  for (const auto& file : heap_files()) profiles.push_back(pprof::decode(tests::file_content(file)).value());
  std::vector<const pprof::Profile*> pointers;
  for (std::size_t i = 0; i < 24; ++i) pointers.push_back(&profiles[i % profiles.size()]);
  for (auto _ : state) benchmark::DoNotOptimize(pprof::merge(pointers));
}
BENCHMARK(BM_Merge)->Unit(benchmark::kMillisecond);

// 24 files to one .pb.gz.
void BM_MergeFiles(benchmark::State& state) {
  for (auto _ : state) {
    std::vector<pprof::Profile> profiles;
    std::vector<const pprof::Profile*> pointers;
    for (std::size_t i = 0; i < 24; ++i) profiles.push_back(pprof::decode(tests::file_content(heap_files()[i % 4])).value());
    for (const pprof::Profile& profile : profiles) pointers.push_back(&profile);
    benchmark::DoNotOptimize(pprof::encode_gzip(pprof::merge(pointers).value()));
  }
}
BENCHMARK(BM_MergeFiles)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_GoMergeFiles(benchmark::State& state) {
  const auto go = tests::GoPprof::find();
  if (!go) {
    state.SkipWithError("go is not installed");
    return;
  }
  const tests::TempDir folder;
  std::vector<std::filesystem::path> files;
  for (std::size_t i = 0; i < 24; ++i) files.push_back(folder.write(std::to_string(i), tests::file_content(heap_files()[i % 4])));
  for (auto _ : state) benchmark::DoNotOptimize(go->run("-proto -output " + (folder.path() / "out").string(), files));
}
BENCHMARK(BM_GoMergeFiles)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_Crc32c(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) benchmark::DoNotOptimize(codec::crc32c(bytes));
  count_bytes(state, bytes.size());
}
BENCHMARK(BM_Crc32c)->Arg(1024)->Arg(1 << 20);

}  // namespace
