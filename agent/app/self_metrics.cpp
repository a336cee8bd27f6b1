#include "agent/app/self_metrics.hpp"

#include "agent/base/version.hpp"
#include "agent/host/own_process.hpp"

#include <memory>
#include <mutex>
#include <string>

namespace agent::app {
namespace {

double seconds(WallTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// Two scrapes may collect at once, on two workers.
struct StoreMetrics {
  explicit StoreMetrics(telemetry::Metrics& metrics)
      : bytes(metrics.gauge("kprofd_store_bytes", "Size of all blocks of the store.")),
        blocks(metrics.gauge("kprofd_store_blocks", "Blocks in the store.")),
        snapshots(metrics.gauge("kprofd_store_snapshots", "Snapshots in the store.")),
        oldest(metrics.gauge("kprofd_store_oldest_snapshot_timestamp_seconds", "Start of the oldest snapshot; 0 when there is none.")),
        writable(metrics.gauge("kprofd_store_writable", "1 when the disk takes snapshots, 0 when they wait in memory.")),
        pending_snapshots(metrics.gauge("kprofd_store_pending_snapshots", "Snapshots that wait in memory for the disk.")),
        pending_bytes(metrics.gauge("kprofd_store_pending_bytes", "Size of the snapshots that wait in memory.")),
        damaged(metrics.gauge("kprofd_store_damaged_blocks", "Blocks known to have snapshots that cannot be read.")),
        dropped(
            metrics.counter("kprofd_store_dropped_snapshots_total", "Snapshots that were pushed out of memory before the disk took them.")),
        deleted(metrics.counter("kprofd_store_deleted_blocks_total", "Blocks that were deleted past the limits of the store.")) {}

  void set(const store::StoreState& state) {
    const std::lock_guard lock(mutex);
    bytes.set(static_cast<double>(state.bytes));
    blocks.set(static_cast<double>(state.blocks));
    snapshots.set(static_cast<double>(state.snapshots));
    oldest.set(seconds(state.oldest));
    writable.set(state.writable ? 1 : 0);
    pending_snapshots.set(static_cast<double>(state.pending_snapshots));
    pending_bytes.set(static_cast<double>(state.pending_bytes));
    dropped.follow(static_cast<double>(state.dropped_snapshots));
    damaged.set(static_cast<double>(state.damaged_blocks));
    deleted.follow(static_cast<double>(state.deleted_blocks));
  }

  std::mutex mutex;
  telemetry::Gauge bytes, blocks, snapshots, oldest, writable, pending_snapshots, pending_bytes, damaged;
  FollowingCounter dropped, deleted;
};

/// Names and meanings of Prometheus's own client libraries.
struct ProcessMetrics {
  explicit ProcessMetrics(telemetry::Metrics& metrics)
      : cpu(metrics.counter("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.")),
        resident(metrics.gauge("process_resident_memory_bytes", "Resident memory size in bytes.")),
        virtual_memory(metrics.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.")),
        open_fds(metrics.gauge("process_open_fds", "Number of open file descriptors.")),
        max_fds(metrics.gauge("process_max_fds", "Maximum number of open file descriptors.")),
        threads(metrics.gauge("process_threads", "Number of threads.")),
        start(metrics.gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.")) {}

  void refresh() {
    const auto now = reader.read();
    if (!now) return;
    const std::lock_guard lock(mutex);
    cpu.follow(now->cpu_seconds);
    resident.set(static_cast<double>(now->resident_bytes));
    virtual_memory.set(static_cast<double>(now->virtual_bytes));
    open_fds.set(static_cast<double>(now->open_fds));
    max_fds.set(static_cast<double>(now->max_fds));
    threads.set(static_cast<double>(now->threads));
    start.set(seconds(now->start_time));
  }

  host::OwnProcessReader reader;
  std::mutex mutex;
  FollowingCounter cpu;
  telemetry::Gauge resident, virtual_memory, open_fds, max_fds, threads, start;
};

}  // namespace

void register_self_metrics(telemetry::Metrics& metrics, const store::Store& store) {
  metrics
      .gauge("kprofd_build_info", "Always 1; the labels say which build this is.",
             {{"version", std::string(version())}, {"commit", std::string(commit())}})
      .set(1);
  metrics.on_collect([own = std::make_shared<StoreMetrics>(metrics), &store] { own->set(store.state()); });
  metrics.on_collect([own = std::make_shared<ProcessMetrics>(metrics)] { own->refresh(); });
}

ServerMetrics::ServerMetrics(telemetry::Metrics& metrics)
    : accepted_(metrics.counter("kprofd_http_connections_total", "Connections that the server accepted.")),
      refused_(metrics.counter("kprofd_http_refused_connections_total",
                               "Connections closed at once because as many were being answered as may be open.")),
      evicted_(
          metrics.counter("kprofd_http_evicted_connections_total", "Connections without a request that were closed to let a new one in.")),
      requests_(metrics.counter("kprofd_http_requests_total", "Requests that reached a handler.")),
      malformed_(
          metrics.counter("kprofd_http_malformed_requests_total", "Requests refused before a handler: not HTTP, too large, too slow.")),
      open_(metrics.gauge("kprofd_http_open_connections", "Connections that are open now.")) {}

void ServerMetrics::set(const http::ServerStats& stats) {
  accepted_.follow(static_cast<double>(stats.accepted));
  refused_.follow(static_cast<double>(stats.refused));
  evicted_.follow(static_cast<double>(stats.evicted));
  requests_.follow(static_cast<double>(stats.requests));
  malformed_.follow(static_cast<double>(stats.malformed));
  open_.set(static_cast<double>(stats.open));
}

}  // namespace agent::app
