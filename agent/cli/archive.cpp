#include "agent/cli/archive.hpp"

#include "agent/cli/output_file.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <cerrno>
#include <optional>
#include <utility>

namespace agent::cli {
namespace {

struct FreeArchive {
  void operator()(struct archive* handle) const { archive_write_free(handle); }
};
struct FreeEntry {
  void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};
using ArchiveHandle = std::unique_ptr<struct archive, FreeArchive>;
using Entry = std::unique_ptr<struct archive_entry, FreeEntry>;

std::string folder_for(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  for (const std::string_view extension : {".tar.gz", ".tgz"}) {
    if (name.size() > extension.size() && name.ends_with(extension)) name.resize(name.size() - extension.size());
  }
  return name;
}

class TarGzWriter final : public ArchiveWriter {
 public:
  TarGzWriter(std::filesystem::path path, OutputFile file)
      : path_(std::move(path)), folder_(folder_for(path_)), file_(std::move(file)), handle_(archive_write_new()) {}
  TarGzWriter(std::ostream& out, std::string folder)
      : path_("stdout"), folder_(std::move(folder)), out_(&out), handle_(archive_write_new()) {}

  Result<void> open() {
    // The entries are gzip already: the fastest level loses nothing. No timestamp: the same content, the same bytes.
    const bool ready = archive_write_set_format_pax_restricted(handle_.get()) == ARCHIVE_OK &&
                       archive_write_add_filter_gzip(handle_.get()) == ARCHIVE_OK &&
                       archive_write_set_filter_option(handle_.get(), "gzip", "compression-level", "1") == ARCHIVE_OK &&
                       archive_write_set_filter_option(handle_.get(), "gzip", "timestamp", nullptr) == ARCHIVE_OK &&
                       archive_write_set_bytes_in_last_block(handle_.get(), 1) == ARCHIVE_OK &&
                       (file_ ? archive_write_open_fd(handle_.get(), file_->fd())
                              : archive_write_open(handle_.get(), out_, nullptr, write_to_stream, nullptr)) == ARCHIVE_OK;
    return ready ? Result<void>() : failure();
  }

  Result<void> add(const std::string& name, std::string_view content, WallTime modified) override {
    const Entry entry(archive_entry_new());
    const auto since_epoch = modified.time_since_epoch();
    const auto whole = std::chrono::floor<std::chrono::seconds>(since_epoch);
    archive_entry_set_pathname(entry.get(), (folder_ + "/" + name).c_str());
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_mtime(entry.get(), whole.count(), 0);
    if (archive_write_header(handle_.get(), entry.get()) != ARCHIVE_OK) return failure();
    const la_ssize_t written = archive_write_data(handle_.get(), content.data(), content.size());
    return written == static_cast<la_ssize_t>(content.size()) ? Result<void>() : failure();
  }

  Result<void> finish() override {
    if (archive_write_close(handle_.get()) != ARCHIVE_OK) return failure();
    if (file_) return file_->commit(Existing::kKeep);
    return out_->flush() ? Result<void>() : Result<void>(Error(Errc::kIo, "write stdout: it takes no more bytes"));
  }

 private:
  static la_ssize_t write_to_stream(struct archive* handle, void* out, const void* bytes, std::size_t size) {
    auto& stream = *static_cast<std::ostream*>(out);
    if (stream.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size))) return static_cast<la_ssize_t>(size);
    archive_set_error(handle, EIO, "it takes no more bytes");
    return -1;
  }

  Result<void> failure() {
    const char* why = archive_error_string(handle_.get());
    return Error(Errc::kIo, "write " + path_.string() + ": " + (why == nullptr ? "libarchive gives no reason" : why));
  }

  std::filesystem::path path_;
  std::string folder_;
  std::optional<OutputFile> file_;  // one of the two
  std::ostream* out_ = nullptr;
  ArchiveHandle handle_;  // after file_: freeing it may still write
};

}  // namespace

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return Error(Errc::kConflict, path.string() + ": is there already; remove it or choose another name");
  }
  auto file = OutputFile::create(path);
  if (!file) return std::move(file).error();
  auto writer = std::make_unique<TarGzWriter>(path, std::move(*file));
  if (auto opened = writer->open(); !opened) return std::move(opened).error();
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

Result<std::unique_ptr<ArchiveWriter>> ArchiveWriter::create(std::ostream& out, const std::string& name) {
  auto writer = std::make_unique<TarGzWriter>(out, name);
  if (auto opened = writer->open(); !opened) return std::move(opened).error();
  return std::unique_ptr<ArchiveWriter>(std::move(writer));
}

}  // namespace agent::cli
