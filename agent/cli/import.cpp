#include "agent/cli/import.hpp"

#include "agent/base/size.hpp"
#include "agent/cli/console_logger.hpp"
#include "agent/cli/display_width.hpp"
#include "agent/cli/progress.hpp"
#include "agent/store/store.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace agent::cli {
namespace {

/// A file that was checked. Its content is read again when its turn comes: an import of a day does not hold a day of profiles.
struct CheckedFile {
  std::filesystem::path path;
  std::string component;
  model::ProfileType type;
  WallTime start;
};

struct Counts {
  std::uint64_t imported = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t fetched_bytes = 0;
  std::uint64_t stored_bytes = 0;
};

void report(Progress& progress, Console& console, const Error& error) {
  progress.wipe();
  console.err << "kprofctl: import: " << printable(error.message()) << "\n";
}

/// The files in the order of their times; nullopt when one is bad, which is then said.
std::optional<std::vector<CheckedFile>> check(const ImportOptions& options, Console& console) {
  std::vector<CheckedFile> candidates;
  std::size_t bad = 0;
  Progress progress(console, "check", options.files.size());
  for (const auto& path : options.files) {
    auto file = read_import_file(path, options.defaults);
    if (file) {
      candidates.push_back({path, file->info.component, file->info.type, file->info.start});
    } else {
      report(progress, console, file.error());
      ++bad;
    }
    progress.update(candidates.size() + bad, path.filename().string());
  }
  if (bad != 0) {
    progress.wipe();
    console.err << "kprofctl: import: " << bad << " of " << options.files.size() << " files cannot be imported; nothing was written\n";
    return std::nullopt;
  }
  const auto order = [](const CheckedFile& a, const CheckedFile& b) { return a.start < b.start; };
  std::stable_sort(candidates.begin(), candidates.end(), order);
  return candidates;
}

/// The snapshots that may be this one: same component and type, started in the same nanosecond.
Result<std::vector<model::SnapshotId>> same_time(const store::StoreReader& reader, const model::SnapshotInfo& info) {
  store::SnapshotQuery query;
  query.component = info.component;
  query.type = info.type;
  query.from = info.start;
  query.to = info.start + Duration(1);
  std::vector<model::SnapshotId> ids;
  const auto visit = [&](const model::Snapshot& snapshot) {
    ids.push_back(snapshot.id);
    return true;
  };
  auto visited = reader.for_each(query, visit);
  if (!visited) return std::move(visited).error();
  return ids;
}

/// The snapshot that holds the same, if any.
Result<std::optional<model::SnapshotId>> find_duplicate(const store::StoreReader& reader, const ImportFile& file) {
  auto ids = same_time(reader, file.info);
  if (!ids) return std::move(ids).error();
  // A file that was pulled from this very store: the recorder's time of it is not the profile's own.
  if (file.pulled_id) ids->push_back(*file.pulled_id);
  const std::uint64_t wanted = ids->empty() ? 0 : fingerprint(file.content);
  for (const auto id : *ids) {
    auto stored = reader.read(id);
    if (!stored && stored.error().code() == Errc::kNotFound) continue;
    if (!stored) return std::move(stored).error();
    const auto& info = stored->snapshot.info;
    if (info.component == file.info.component && info.type == file.info.type && fingerprint(stored->content) == wanted)
      return std::optional(id);
  }
  return std::optional<model::SnapshotId>();
}

Result<model::Snapshot> append(store::Store& store, const ImportFile& file) {
  if (const auto* profile = std::get_if<pprof::Profile>(&file.content)) return store.append(file.info, *profile);
  return store.append_raw(file.info, std::get<std::string>(file.content));
}

/// The part of an import that writes.
class Importer {
 public:
  Importer(store::Store& store, const ImportOptions& options, Console& console) : store_(store), options_(options), console_(console) {}

  Result<void> run(const std::vector<CheckedFile>& candidates) {
    Progress progress(console_, "import", candidates.size());
    for (const auto& candidate : candidates) {
      auto imported = import_one(candidate);
      if (!imported) return std::move(imported).error();
      progress.update(counts_.imported + counts_.duplicates, format_size(counts_.stored_bytes));
    }
    return {};
  }

  [[nodiscard]] const Counts& counts() const { return counts_; }

 private:
  Result<void> import_one(const CheckedFile& candidate) {
    auto file = read_import_file(candidate.path, options_.defaults);
    if (!file) return std::move(file).error();
    auto duplicate = find_duplicate(store_.reader(), *file);
    if (!duplicate) return std::move(duplicate).error().context(candidate.path.string());
    if (*duplicate) {
      ++counts_.duplicates;
      return {};
    }
    auto snapshot = append(store_, *file);
    if (!snapshot) return std::move(snapshot).error().context(candidate.path.string());
    ++counts_.imported;
    counts_.fetched_bytes += file->info.fetched_bytes;
    counts_.stored_bytes += snapshot->stored_bytes;
    return {};
  }

  store::Store& store_;
  const ImportOptions& options_;
  Console& console_;
  Counts counts_;
};

store::StoreOptions options_for(const std::filesystem::path& folder) {
  store::StoreOptions options;
  options.path = folder;
  // Old files are what an import is for: no limit may delete them, or others for them.
  options.max_bytes = 0;
  options.max_age = Duration(0);
  options.min_free_bytes = 0;
  return options;
}

void summarise(const ImportOptions& options, const Counts& counts, Console& console) {
  console.out << "Imported " << counts.imported << (counts.imported == 1 ? " profile" : " profiles") << " ("
              << format_size(counts.fetched_bytes) << ") into " << printable(options.store.string()) << " as "
              << format_size(counts.stored_bytes);
  if (counts.duplicates != 0) {
    console.out << "; " << counts.duplicates << (counts.duplicates == 1 ? " was" : " were") << " there already";
  }
  console.out << ".\n";
}

}  // namespace

Result<ExitCode> import_files(const ImportOptions& options, Console& console) {
  const auto candidates = check(options, console);
  if (!candidates) return ExitCode::kFailed;
  ConsoleLogger log(console);
  auto store = store::Store::open(options_for(options.store), console.clock, log);
  if (!store) return std::move(store).error();
  Importer importer(**store, options, console);
  if (auto imported = importer.run(*candidates); !imported) {
    console.err << "kprofctl: import: stopped after " << importer.counts().imported << " of " << candidates->size()
                << " profiles, which are safe; repeat it for the rest\n";
    return std::move(imported).error();
  }
  if (auto closed = (*store)->close(); !closed) return std::move(closed).error();
  summarise(options, importer.counts(), console);
  return ExitCode::kOk;
}

}  // namespace agent::cli
