#include "agent/app/snapshot_line.hpp"

#include "agent/base/size.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace agent::app {
namespace {

constexpr std::size_t kComponentWidth = 24;  // kube-controller-manager
constexpr std::size_t kTypeWidth = 16;       // goroutine-debug2
constexpr std::size_t kSizeWidth = 9;        // 1023.9KiB

std::string left(std::string_view text, std::size_t width) {
  std::string out(text);
  out.resize(std::max(width, text.size()), ' ');
  return out;
}

std::string right(std::string_view text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ').append(text);
}

}  // namespace

std::string snapshot_line(const model::Snapshot& snapshot) {
  const auto& info = snapshot.info;
  const auto time = format_time(std::chrono::floor<std::chrono::seconds>(info.start)).substr(11, 8);
  return time + "  " + left(info.component, kComponentWidth) + " " + left(to_string(info.type), kTypeWidth) + " " +
         right(format_size(info.fetched_bytes), kSizeWidth) + " stored as " + right(format_size(snapshot.stored_bytes), kSizeWidth) + "  " +
         model::to_string(snapshot.id);
}

}  // namespace agent::app
