#include "agent/http/file_stamp.hpp"

#include <sys/stat.h>

namespace agent::http {

FileStamp stamp_of(const std::string& path) {
  struct stat status {};
  if (path.empty() || ::stat(path.c_str(), &status) != 0) return {};
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  return {status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec * kNanosPerSecond + status.st_mtim.tv_nsec};
}

std::vector<FileStamp> stamps_of(const std::vector<std::string>& paths) {
  std::vector<FileStamp> stamps;
  for (const auto& path : paths) stamps.push_back(stamp_of(path));
  return stamps;
}

}  // namespace agent::http
