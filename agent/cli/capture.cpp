#include "agent/cli/capture.hpp"

#include "agent/cli/progress.hpp"
#include "agent/cli/table.hpp"
#include "agent/cli/views.hpp"

#include <algorithm>
#include <utility>

namespace agent::cli {
namespace {

constexpr Duration kPoll = std::chrono::milliseconds(250);

std::uint64_t done_of(const model::Capture& capture) {
  return static_cast<std::uint64_t>(std::count_if(capture.items.begin(), capture.items.end(), [](const auto& item) { return item.done; }));
}

Result<model::Capture> wait_for(Source& source, model::Capture capture, Console& console) {
  Progress progress(console, "capture " + capture.id, capture.items.size());
  while (capture.state == model::CaptureState::kRunning) {
    progress.update(done_of(capture), "");
    console.sleep(kPoll);
    auto now = source.capture(capture.id);
    if (!now) return std::move(now).error();
    capture = std::move(*now);
  }
  return capture;
}

void print(const model::Capture& capture, const CaptureOptions& options, Console& console) {
  if (options.format != OutputFormat::kTable) {
    write_document(console.out, options.format, to_document(capture));
    return;
  }
  if (options.wait == Wait::kNo) {
    console.out << capture.id << "\n";
    return;
  }
  Table table({"COMPONENT", "TYPE", "SNAPSHOT", "PROBLEM"});
  for (const auto& item : capture.items) {
    table.add(
        {item.component, std::string(model::to_string(item.type)), item.snapshot ? model::to_string(*item.snapshot) : "-", item.error});
  }
  table.write(console.out);
  console.err << "Capture " << capture.id << " " << model::to_string(capture.state) << ".\n";
}

}  // namespace

Result<ExitCode> capture(Source& source, const CaptureOptions& options, Console& console) {
  auto started = source.start_capture(options.request);
  if (started && options.wait == Wait::kUntilDone) started = wait_for(source, std::move(*started), console);
  if (!started) return std::move(started).error();
  print(*started, options, console);
  const bool fine = options.wait == Wait::kNo || started->state == model::CaptureState::kSucceeded;
  return fine ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace agent::cli
