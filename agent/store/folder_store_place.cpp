// The part of FolderStore that notices when its files are taken from under it. An open file takes writes, and an fdatasync of it succeeds,
// long after its name is gone: without looking, the store would record into nothing.
#include "agent/store/folder_store.hpp"

#include <iterator>
#include <set>
#include <utility>

namespace agent::store {

void FolderStore::check_in_place() {
  if (!lock_) return;
  if (!lock_->is_in_place()) return leave_folder();
  leave_blocks_that_are_gone();
}

/// The next flush makes the folder anew and locks it.
void FolderStore::leave_folder() {
  const Error gone(Errc::kUnavailable, "the folder " + options_.path.string() + ", or its lock file, was deleted or replaced",
                   "folder_lost");
  log_.error("the store's folder was deleted or replaced under the daemon; its snapshots are gone, recording goes on in a new one",
             {{"path", options_.path.string()}, {"blocks", catalog_->totals().blocks}});
  // Before the writers go, because readers on other threads look at them.
  catalog_->keep_only({});
  catalog_->reset({}, {});
  for (auto& writer : waiting_) {
    if (writer->has_file()) rescue(writer, nullptr);
  }
  for (auto& [component, active] : active_) {
    if (active.writer->has_file() && active.writer->held() > 0) rescue(active.writer, nullptr);
  }
  std::erase_if(waiting_, [](const auto& writer) { return writer->held() == 0; });
  std::erase_if(active_, [](const auto& active) { return active.second.writer->held() == 0; });
  reader_->forget();
  lock_.reset();
  low_space_.clear();
  static_cast<void>(health_.failed(gone, clock_.now()));
}

void FolderStore::leave_blocks_that_are_gone() {
  const auto leave = [this](WriterPtr& writer) {
    if (writer->is_in_place()) return false;
    const std::string file = writer->name();
    log_.error("a block was deleted or replaced while it was written; its snapshots are gone, recording goes on in a new one",
               {{"file", file}, {"snapshots", writer->index().entries.size()}});
    if (writer->held() > 0) rescue(writer, nullptr);
    catalog_->remove(file);
    return writer->held() == 0;
  };
  std::erase_if(waiting_, leave);
  for (auto it = active_.begin(); it != active_.end();) it = leave(it->second.writer) ? active_.erase(it) : std::next(it);
}

void FolderStore::check_listed() {
  if (!lock_) return;
  const auto names = files_->list(options_.path);
  if (!names) return;
  std::set<std::string> listed(names->begin(), names->end());
  for (const auto& [component, active] : active_) listed.insert(active.writer->name());
  for (const auto& writer : waiting_) listed.insert(writer->name());
  if (const auto count = catalog_->keep_only(listed); count > 0) {
    log_.error("blocks were deleted under the daemon; their snapshots are gone", {{"blocks", count}});
    reader_->forget();
  }
}

}  // namespace agent::store
