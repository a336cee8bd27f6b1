#include "agent/api/routes.hpp"

#include <array>

namespace agent::api {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 7> kSnapshotParams{"component", "type", "from", "to", "cause", "limit", "before"};
constexpr std::array<std::string_view, 4> kMergeParams{"component", "type", "from", "to"};

constexpr std::array kRoutes{
    Route{"GET", "/", Names{}, QueryUse::kChecked, get_index},
    Route{"GET", "/healthz", Names{}, QueryUse::kChecked, get_health},
    Route{"GET", "/readyz", Names{}, QueryUse::kChecked, get_readiness},
    Route{"GET", "/metrics", Names{}, QueryUse::kChecked, get_metrics},
    Route{"GET", "/api/v1/openapi.yaml", Names{}, QueryUse::kChecked, get_openapi},
    Route{"GET", "/api/v1/status", Names{}, QueryUse::kChecked, get_status},
    Route{"GET", "/api/v1/targets", Names{}, QueryUse::kChecked, list_targets},
    Route{"GET", "/api/v1/series", Names{}, QueryUse::kChecked, list_series},
    Route{"GET", "/api/v1/snapshots", Names(kSnapshotParams), QueryUse::kChecked, list_snapshots},
    Route{"GET", "/api/v1/snapshots/{id}", Names{}, QueryUse::kChecked, get_snapshot},
    Route{"GET", "/api/v1/snapshots/{id}/profile", Names{}, QueryUse::kChecked, get_snapshot_profile},
    Route{"GET", "/api/v1/profile", Names(kMergeParams), QueryUse::kChecked, get_merged_profile},
    Route{"GET", "/api/v1/captures", Names{}, QueryUse::kChecked, list_captures},
    Route{"POST", "/api/v1/captures", Names{}, QueryUse::kChecked, start_capture},
    Route{"GET", "/api/v1/captures/{id}", Names{}, QueryUse::kChecked, get_capture},
    Route{"GET", "/targets/{target}/debug/pprof/{*path}", Names{}, QueryUse::kPassedOn, get_live},
    Route{"GET", "/targets/{target}/debug/pprof/symbol", Names{}, QueryUse::kPassedOn, get_live},
    Route{"POST", "/targets/{target}/debug/pprof/symbol", Names{}, QueryUse::kChecked, look_up_symbols},
};

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

}  // namespace agent::api
