#include "agent/cli/progress.hpp"

#include "agent/cli/age.hpp"
#include "agent/cli/display_width.hpp"

#include <algorithm>
#include <utility>

namespace agent::cli {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr Duration kRedraw = std::chrono::milliseconds(100);

}  // namespace

Progress::Progress(Console& console, std::string label, std::uint64_t total)
    : console_(console), label_(std::move(label)), total_(std::max<std::uint64_t>(1, total)), started_(console.clock.now()) {}

Progress::~Progress() {
  wipe();
}

void Progress::update(std::uint64_t done, const std::string& detail) {
  const SteadyTime now = console_.clock.now();
  if (!console_.err_is_terminal || now < next_) return;
  next_ = now + kRedraw;
  const double share = std::min(1.0, static_cast<double>(done) / static_cast<double>(total_));
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(kBarWidth));
  std::string line = label_ + " [" + std::string(filled, '#') + std::string(kBarWidth - filled, '-') + "] " + std::to_string(done) + "/" +
                     std::to_string(total_) + "  " + detail;
  const Duration spent = now - started_;
  if (share > 0 && spent > std::chrono::seconds(2)) {
    const auto left = static_cast<double>(spent.count()) * (1 / share - 1);
    line += "  " + format_age(Duration(static_cast<std::int64_t>(left))) + " left";
  }
  // A line that wraps cannot be wiped by going to its start.
  line = printable(line);
  if (line.size() >= console_.columns) line.resize(console_.columns > 0 ? console_.columns - 1 : 0);
  console_.err << "\r\x1b[K" << line << std::flush;
  drawn_ = true;
}

void Progress::wipe() {
  if (drawn_) console_.err << "\r\x1b[K" << std::flush;
  drawn_ = false;
}

}  // namespace agent::cli
