#include "agent/cli/folder_source.hpp"

#include "agent/cli/views.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/store/query.hpp"

#include <algorithm>
#include <utility>

namespace agent::cli {
namespace {

Error needs_daemon(const char* what) {
  return Error(Errc::kInvalidArgument, std::string(what) + " are a daemon's, a folder has none; give --server URL instead of --store");
}

/// What the store can filter by itself; matches() does the rest.
store::SnapshotQuery query_of(const Filter& filter) {
  store::SnapshotQuery query;
  if (filter.components.size() == 1) query.component = filter.components.front();
  if (filter.types.size() == 1) query.type = filter.types.front();
  query.from = filter.from;
  query.to = filter.to;
  query.cause = filter.cause;
  return query;
}

class FolderSource final : public Source {
 public:
  FolderSource(std::filesystem::path folder, std::unique_ptr<store::StoreReader> reader)
      : folder_(std::move(folder)), reader_(std::move(reader)) {}

  [[nodiscard]] std::string name() const override { return folder_.string(); }

  Result<Document> status() override {
    auto all = reader_->series();
    if (!all) return std::move(all).error();
    store::Series sum;
    for (const auto& one : *all) {
      sum.first = sum.snapshots == 0 ? one.first : std::min(sum.first, one.first);
      sum.last = std::max(sum.last, one.last);
      sum.snapshots += one.snapshots;
      sum.stored_bytes += one.stored_bytes;
      sum.fetched_bytes += one.fetched_bytes;
    }
    const auto time_or_null = [&](WallTime time) { return sum.snapshots == 0 ? Document() : Document(format_time(time)); };
    Document::Array skipped;
    for (const auto& one : reader_->skipped()) skipped.push_back(to_document(one));
    return Document(Document::Object{{"store", Document::Object{{"path", folder_.string()},
                                                                {"bytes", sum.stored_bytes},
                                                                {"fetchedBytes", sum.fetched_bytes},
                                                                {"snapshots", sum.snapshots},
                                                                {"series", all->size()},
                                                                {"oldest", time_or_null(sum.first)},
                                                                {"newest", time_or_null(sum.last)},
                                                                {"skipped", std::move(skipped)}}}});
  }

  Result<std::vector<model::TargetStatus>> targets() override { return needs_daemon("targets"); }
  Result<std::vector<store::Series>> series() override { return reader_->series(); }

  Result<void> for_each(const Filter& filter, std::uint64_t /*most*/, const std::function<bool(const model::Snapshot&)>& visit) override {
    const auto visit_matching = [&](const model::Snapshot& snapshot) { return !matches(filter, snapshot.info) || visit(snapshot); };
    return reader_->for_each(query_of(filter), visit_matching);
  }

  Result<std::string> file(model::SnapshotId id) override {
    auto stored = reader_->read(id);
    if (!stored) return std::move(stored).error();
    if (auto* raw = std::get_if<std::string>(&stored->content)) return std::move(*raw);
    return pprof::encode_gzip(std::get<pprof::Profile>(stored->content));
  }

  Result<std::string> merge(const Filter& filter) override {
    auto merged = reader_->merge(query_of(filter));
    if (!merged) return std::move(merged).error();
    // The level of Go's own profiles: a third of the time of the usual one, for a file a sixth larger.
    return pprof::encode_gzip(*merged, codec::GzipLevel::kFast);
  }

  Result<model::Capture> start_capture(const model::CaptureRequest& /*request*/) override { return needs_daemon("captures"); }
  Result<model::Capture> capture(const std::string& /*id*/) override { return needs_daemon("captures"); }
  std::vector<store::Damage> skipped() override { return reader_->skipped(); }
  Result<store::VerifyReport> verify() override { return reader_->verify(); }

 private:
  std::filesystem::path folder_;
  std::unique_ptr<store::StoreReader> reader_;
};

/// Whether somebody recorded here. A folder that cannot be listed is left to the reader's error.
bool is_store(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::directory_iterator entry(folder, failed);
  for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    if (entry->path().filename() == "lock" || entry->path().extension() == ".kpb") return true;
  }
  return static_cast<bool>(failed);
}

}  // namespace

Result<std::unique_ptr<Source>> make_folder_source(const std::filesystem::path& folder) {
  auto reader = store::StoreReader::open(folder);
  if (!reader) return std::move(reader).error();
  if (!is_store(folder)) return Error(Errc::kNotFound, "no store in " + folder.string());
  return std::unique_ptr<Source>(std::make_unique<FolderSource>(folder, std::move(*reader)));
}

}  // namespace agent::cli
