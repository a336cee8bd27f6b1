// What it costs to watch the node's processes. CPU time is the figure to look at: tests/bench/run host_bench
// links: host discovery config
#include "agent/config/load.hpp"
#include "agent/discovery/host_view.hpp"
#include "agent/host/own_process.hpp"
#include "agent/host/process_table.hpp"

#include <benchmark/benchmark.h>
#include <unistd.h>

namespace {

void list_processes(benchmark::State& state) {
  const agent::host::ProcessTable table;
  std::size_t processes = 0;
  for (auto _ : state) {
    const auto list = table.list();
    if (!list) return state.SkipWithError("no /proc");
    processes += list->size();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(processes));
}
BENCHMARK(list_processes)->Unit(benchmark::kMicrosecond);

void is_running(benchmark::State& state) {
  const agent::host::ProcessTable table;
  const auto self = table.read(::getpid());
  if (!self) return state.SkipWithError("no /proc");
  const agent::model::Process process{self->pid, self->start_time};
  for (auto _ : state) benchmark::DoNotOptimize(table.is_running(process));
}
BENCHMARK(is_running)->Unit(benchmark::kMicrosecond);

void read_own_process(benchmark::State& state) {
  const agent::host::OwnProcessReader reader;
  for (auto _ : state) benchmark::DoNotOptimize(reader.read());
}
BENCHMARK(read_own_process)->Unit(benchmark::kMicrosecond);

void view_host(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(agent::discovery::view_host({}));
}
BENCHMARK(view_host)->Unit(benchmark::kMicrosecond);

void load_configuration(benchmark::State& state) {
  const auto environment = agent::config::process_environment();
  for (auto _ : state) benchmark::DoNotOptimize(agent::config::load(KPROFD_SOURCE_DIR "/config/kprofd.yaml", environment));
}
BENCHMARK(load_configuration)->Unit(benchmark::kMicrosecond);

}  // namespace
