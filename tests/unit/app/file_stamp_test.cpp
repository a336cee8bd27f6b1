#include "agent/app/file_stamp.hpp"

#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace agent::app {
namespace {

namespace fs = std::filesystem;

TEST(FileStamp, ChangesWithTheContentAndWithNothingElse) {
  const tests::TempDir dir;
  const auto file = dir.write("kprofd.yaml", "a: 1\n");
  const auto before = stamp_of(file);
  EXPECT_EQ(stamp_of(file), before);
  dir.write("kprofd.yaml", "a: 10\n");
  EXPECT_NE(stamp_of(file), before);
}

// A kubelet updates a mounted ConfigMap by renaming a new link over ..data; the file that a pod sees never changes by itself.
TEST(FileStamp, SeesTheSwapOfAConfigMap) {
  const tests::TempDir dir;
  dir.write("..2026_01/kprofd.yaml", "a: 1\n");
  dir.write("..2026_02/kprofd.yaml", "a: 2\n");
  fs::last_write_time(dir / "..2026_02/kprofd.yaml", fs::last_write_time(dir / "..2026_01/kprofd.yaml"));
  fs::create_directory_symlink("..2026_01", dir / "..data");
  fs::create_symlink("..data/kprofd.yaml", dir / "kprofd.yaml");
  const auto before = stamp_of(dir / "kprofd.yaml");
  fs::create_directory_symlink("..2026_02", dir / "..data_tmp");
  fs::rename(dir / "..data_tmp", dir / "..data");
  EXPECT_NE(stamp_of(dir / "kprofd.yaml"), before);
}

TEST(FileStamp, IsZeroForAFileThatIsNotThere) {
  EXPECT_EQ(stamp_of("/nonexistent/kprofd.yaml"), FileStamp());
}

}  // namespace
}  // namespace agent::app
