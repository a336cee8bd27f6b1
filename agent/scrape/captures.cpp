#include "agent/scrape/captures.hpp"

#include "agent/model/snapshot.hpp"

#include <algorithm>
#include <utility>

namespace agent::scrape {
namespace {

using model::ProfileType;

constexpr std::size_t kMaxReasonBytes = 1000;
constexpr std::string_view kCancelled = "cancelled: kprofd was stopped";

std::vector<ProfileType> types_of(const model::CaptureRequest& request, const model::Target& target) {
  std::vector<ProfileType> types;
  const auto add = [&](ProfileType type) {
    if (std::find(types.begin(), types.end(), type) == types.end()) types.push_back(type);
  };
  for (const auto type : request.types) add(type);
  if (!request.types.empty()) return types;
  for (const auto& plan : target.profiles) {
    if (model::is_pprof(plan.type)) add(plan.type);
  }
  return types;
}

Result<void> check(const model::CaptureRequest& request, const std::vector<model::Target>& targets) {
  const auto is_whole = [](Duration span) { return span % std::chrono::seconds(1) == Duration(0); };
  if (request.seconds && (*request.seconds <= Duration(0) || *request.seconds > kMaxCaptureDuration || !is_whole(*request.seconds))) {
    return Error(Errc::kInvalidArgument, "seconds: expected a whole number from 1 to 300");
  }
  if (request.reason.size() > kMaxReasonBytes) return Error(Errc::kInvalidArgument, "reason: at most 1000 bytes");
  for (const auto& component : request.components) {
    const auto is_it = [&](const model::Target& target) { return target.component == component; };
    if (std::none_of(targets.begin(), targets.end(), is_it)) return Error(Errc::kNotFound, "no target is named " + component);
  }
  return {};
}

}  // namespace

Result<std::vector<model::CaptureItem>> plan_capture(const model::CaptureRequest& request, const std::vector<model::Target>& targets) {
  if (auto checked = check(request, targets); !checked) return std::move(checked).error();
  std::vector<model::CaptureItem> items;
  for (const auto& target : targets) {
    const auto& wanted = request.components;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), target.component) == wanted.end()) continue;
    for (const auto type : types_of(request, target)) {
      auto& item = items.emplace_back();
      item.component = target.component;
      item.type = type;
    }
  }
  if (items.empty()) return Error(Errc::kInvalidArgument, "nothing to take: no target, or no profile type in its plan");
  return items;
}

Duration capture_duration(const model::CaptureRequest& request, const model::Target& target, ProfileType type) {
  if (!model::has_duration(type)) return Duration(0);
  if (request.seconds) {
    return type == ProfileType::kCpu ? Duration(std::chrono::ceil<std::chrono::seconds>(*request.seconds)) : *request.seconds;
  }
  for (const auto& plan : target.profiles) {
    if (plan.type == type && plan.duration > Duration(0)) return plan.duration;
  }
  return type == ProfileType::kCpu ? kDefaultCpuDuration : kDefaultTraceDuration;
}

Result<std::string> Captures::add(model::CaptureRequest request, std::vector<model::CaptureItem> items, WallTime now) {
  while (captures_.size() >= std::max<std::size_t>(1, limit_)) {
    const auto finished =
        std::find_if(captures_.begin(), captures_.end(), [](const auto& capture) { return capture.finished.has_value(); });
    if (finished == captures_.end()) {
      return Error(Errc::kUnavailable, std::to_string(captures_.size()) + " captures run already; try again when one has ended");
    }
    captures_.erase(finished);
  }
  auto& capture = captures_.emplace_back();
  capture.id = model::to_string(model::make_snapshot_id(now, ++last_));
  capture.request = std::move(request);
  capture.started = now;
  capture.items = std::move(items);
  return capture.id;
}

void Captures::succeed(const std::string& id, std::size_t item, model::SnapshotId snapshot, WallTime now) {
  auto* const capture = get(id);
  if (capture == nullptr) return;
  capture->items[item].done = true;
  capture->items[item].snapshot = snapshot;
  finish(*capture, now);
}

void Captures::fail(const std::string& id, std::size_t item, std::string error, WallTime now) {
  auto* const capture = get(id);
  if (capture == nullptr) return;
  capture->items[item].done = true;
  capture->items[item].error = std::move(error);
  finish(*capture, now);
}

void Captures::cancel(const std::string& id, std::size_t item, WallTime now) {
  auto* const capture = get(id);
  if (capture != nullptr && !capture->items[item].done) fail(id, item, std::string(kCancelled), now);
}

std::optional<model::Capture> Captures::find(const std::string& id) const {
  const auto found = std::find_if(captures_.begin(), captures_.end(), [&](const auto& capture) { return capture.id == id; });
  return found == captures_.end() ? std::nullopt : std::optional(*found);
}

std::vector<model::Capture> Captures::list() const {
  return {captures_.rbegin(), captures_.rend()};
}

model::Capture* Captures::get(const std::string& id) {
  const auto found = std::find_if(captures_.begin(), captures_.end(), [&](const auto& capture) { return capture.id == id; });
  return found == captures_.end() ? nullptr : &*found;
}

void Captures::finish(model::Capture& capture, WallTime now) {
  const auto& items = capture.items;
  if (!std::all_of(items.begin(), items.end(), [](const auto& item) { return item.done; })) return;
  capture.finished = now;
  const auto is_good = [](const auto& item) { return item.snapshot.has_value(); };
  if (std::any_of(items.begin(), items.end(), [](const auto& item) { return item.error == kCancelled; })) {
    capture.state = model::CaptureState::kCancelled;
  } else if (std::all_of(items.begin(), items.end(), is_good)) {
    capture.state = model::CaptureState::kSucceeded;
  } else {
    capture.state = std::any_of(items.begin(), items.end(), is_good) ? model::CaptureState::kPartial : model::CaptureState::kFailed;
  }
}

}  // namespace agent::scrape
