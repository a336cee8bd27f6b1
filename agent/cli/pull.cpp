#include "agent/cli/pull.hpp"

#include "agent/base/size.hpp"
#include "agent/cli/archive.hpp"
#include "agent/cli/damage_warning.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/output_file.hpp"
#include "agent/cli/progress.hpp"
#include "agent/cli/snapshot_file_name.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace agent::cli {
namespace {

constexpr const char* kStdoutFolder = "kprofd";  // in an archive that has no name

/// Where the files go.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Whether it was put by an earlier pull.
  [[nodiscard]] virtual bool has(const std::string& name) const = 0;
  virtual Result<Written> put(const std::string& name, std::string_view content, WallTime time) = 0;
  virtual Result<void> finish() = 0;
};

class FolderSink final : public Sink {
 public:
  explicit FolderSink(std::filesystem::path folder) : folder_(std::move(folder)) {}
  /// The name holds the id, and files appear whole: what is there needs no look inside.
  [[nodiscard]] bool has(const std::string& name) const override {
    std::error_code failed;
    const bool is_file = std::filesystem::is_regular_file(folder_ / name, failed) && !failed;
    return is_file && std::filesystem::file_size(folder_ / name, failed) > 0 && !failed;
  }
  Result<Written> put(const std::string& name, std::string_view content, WallTime /*time*/) override {
    return write_output_file(folder_ / name, content, Existing::kKeep);
  }
  Result<void> finish() override { return {}; }

 private:
  std::filesystem::path folder_;
};

class ArchiveSink final : public Sink {
 public:
  explicit ArchiveSink(std::unique_ptr<ArchiveWriter> archive) : archive_(std::move(archive)) {}
  [[nodiscard]] bool has(const std::string& /*name*/) const override { return false; }
  Result<Written> put(const std::string& name, std::string_view content, WallTime time) override {
    auto added = archive_->add(name, content, time);
    return added ? Result<Written>(Written::kNew) : Result<Written>(std::move(added).error());
  }
  Result<void> finish() override { return archive_->finish(); }

 private:
  std::unique_ptr<ArchiveWriter> archive_;
};

/// What is left of a snapshot until its file is named: small, because there may be millions.
struct Item {
  model::SnapshotId id;
  WallTime start;
  std::uint32_t component;  // index into Plan::components
  model::ProfileType type;
};

struct Plan {
  std::vector<std::string> components;
  std::vector<Item> items;  // oldest first
};

std::uint32_t index_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  const auto index = static_cast<std::uint32_t>(found - names.begin());
  if (found == names.end()) names.push_back(name);
  return index;
}

Result<Plan> make_plan(Source& source, const Filter& filter) {
  Plan plan;
  bool too_many = false;
  const auto visit = [&](const model::Snapshot& snapshot) {
    too_many = plan.items.size() == kMaxPull;
    if (too_many) return false;
    const std::uint32_t component = index_of(plan.components, snapshot.info.component);
    plan.items.push_back({snapshot.id, snapshot.info.start, component, snapshot.info.type});
    return true;
  };
  auto visited = source.for_each(filter, 0, visit);
  if (!visited) return std::move(visited).error();
  if (too_many)
    return Error(Errc::kTooLarge, "more than " + std::to_string(kMaxPull) + " snapshots match; narrow them with --from and --to");
  if (plan.items.empty()) {
    return Error(Errc::kNotFound, "no snapshot of " + source.name() + " matches; see what there is with: kprofctl series");
  }
  std::reverse(plan.items.begin(), plan.items.end());
  return plan;
}

bool is_to_stdout(const PullOptions& options) {
  return options.archive == "-";
}

Result<std::unique_ptr<Sink>> make_sink(const PullOptions& options, Console& console) {
  if (!options.archive.empty()) {
    auto archive = is_to_stdout(options) ? ArchiveWriter::create(console.out, kStdoutFolder) : ArchiveWriter::create(options.archive);
    if (!archive) return std::move(archive).error();
    return std::unique_ptr<Sink>(std::make_unique<ArchiveSink>(std::move(*archive)));
  }
  std::error_code failed;
  std::filesystem::create_directories(options.folder, failed);
  if (failed) return Error(Errc::kIo, "create " + options.folder.string() + ": " + failed.message());
  return std::unique_ptr<Sink>(std::make_unique<FolderSink>(options.folder));
}

/// Whether the next snapshot may fare better.
bool is_of_one_snapshot(const Error& error) {
  const bool no_answer = error.cause() == kUnreachableCause;
  return !no_answer && (error.code() == Errc::kNotFound || error.code() == Errc::kCorrupt || error.code() == Errc::kConflict);
}

struct Counts {
  std::uint64_t done = 0;
  std::uint64_t same = 0;
  std::uint64_t failed = 0;
  std::uint64_t bytes = 0;
};

Result<void> pull_one(Source& source, const Plan& plan, const Item& item, Sink& sink, Counts& counts) {
  model::Snapshot snapshot;
  snapshot.id = item.id;
  snapshot.info.component = plan.components[item.component];
  snapshot.info.type = item.type;
  snapshot.info.start = item.start;
  const std::string name = snapshot_file_name(snapshot);
  if (sink.has(name)) return ++counts.same, Result<void>();
  auto content = source.file(item.id);
  if (!content) return std::move(content).error().context(name);
  auto written = sink.put(name, *content, item.start);
  if (!written) return std::move(written).error();
  if (*written == Written::kSame) ++counts.same;
  counts.bytes += content->size();
  return {};
}

void summarise(const PullOptions& options, const Counts& counts, Console& console) {
  const std::uint64_t pulled = counts.done - counts.same - counts.failed;
  std::ostream& out = is_to_stdout(options) ? console.err : console.out;
  out << "Pulled " << pulled << (pulled == 1 ? " snapshot" : " snapshots") << " (" << format_size(counts.bytes) << ") into "
      << (is_to_stdout(options) ? "stdout" : (options.archive.empty() ? options.folder : options.archive).string());
  if (counts.same != 0) out << "; " << counts.same << (counts.same == 1 ? " was" : " were") << " there already";
  if (counts.failed != 0) out << "; " << counts.failed << " failed";
  out << ".\n";
}

}  // namespace

Result<ExitCode> pull(Source& source, const PullOptions& options, Console& console) {
  if (is_to_stdout(options) && console.out_is_terminal) {
    return Error(Errc::kInvalidArgument,
                 "an archive is binary and stdout is a terminal; name a file with --archive FILE.tar.gz, or pipe it");
  }
  auto plan = make_plan(source, options.filter);
  if (!plan && warn_of_damage(source, options.filter, console) != ExitCode::kOk) return unless_damaged(std::move(plan).error());
  if (!plan) return std::move(plan).error();
  auto sink = make_sink(options, console);
  if (!sink) return std::move(sink).error();
  Counts counts;
  Progress progress(console, "pull", plan->items.size());
  for (const auto& item : plan->items) {
    auto pulled = pull_one(source, *plan, item, **sink, counts);
    if (!pulled && !is_of_one_snapshot(pulled.error())) return std::move(pulled).error();
    if (!pulled) {
      progress.wipe();
      console.err << "kprofctl: pull: " << printable(pulled.error().message()) << "\n";
      ++counts.failed;
    }
    ++counts.done;
    progress.update(counts.done, format_size(counts.bytes));
  }
  if (auto finished = (*sink)->finish(); !finished) return std::move(finished).error();
  progress.wipe();
  summarise(options, counts, console);
  const ExitCode read = warn_of_damage(source, options.filter, console);
  return counts.failed == 0 && read == ExitCode::kOk ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace agent::cli
