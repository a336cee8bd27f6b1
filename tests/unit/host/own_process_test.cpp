#include "agent/host/own_process.hpp"

#include "tests/support/proc_tree.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace agent::host {
namespace {

void write_self(const tests::ProcTree& tree) {
  tree.write("self/stat", tests::ProcTree::stat_line({9, "kprofd", "", {}, 300}));
  tree.write("self/limits",
             "Limit                     Soft Limit           Hard Limit           Units     \n"
             "Max processes             63214                63214                processes \n"
             "Max open files            1024                 1048576              files     \n");
  tree.write("self/fd/0", "");
  tree.write("self/fd/1", "");
  tree.write("self/fd/2", "");
}

TEST(OwnProcess, ReadsWhatTheKernelSays) {
  const tests::ProcTree tree;
  write_self(tree);
  const auto own = OwnProcessReader(tree.root()).read();
  ASSERT_TRUE(own);
  EXPECT_DOUBLE_EQ(own->cpu_seconds, 1.5);
  EXPECT_EQ(own->resident_bytes, 393U * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)));
  EXPECT_EQ(own->virtual_bytes, 2998272U);
  EXPECT_EQ(own->threads, 7U);
  EXPECT_EQ(own->max_fds, 1024U);
  EXPECT_EQ(own->open_fds, 2U);  // three, and one of them reads the folder
  EXPECT_EQ(own->start_time, WallTime(std::chrono::seconds(tests::ProcTree::kBootSeconds + 3)));
}

TEST(OwnProcess, UnlimitedFilesAreZero) {
  const tests::ProcTree tree;
  write_self(tree);
  tree.write("self/limits", "Max open files            unlimited            unlimited            files\n");
  EXPECT_EQ(OwnProcessReader(tree.root()).read()->max_fds, 0U);
}

TEST(OwnProcess, TellsWhatIsWrong) {
  const tests::ProcTree tree;
  EXPECT_EQ(OwnProcessReader(tree.root()).read().error().code(), Errc::kNotFound);
  write_self(tree);
  tree.write("self/stat", "nonsense");
  EXPECT_EQ(OwnProcessReader(tree.root()).read().error().code(), Errc::kCorrupt);
}

TEST(OwnProcess, CountsRealDescriptors) {
  const OwnProcessReader reader;
  const auto before = reader.read();
  ASSERT_TRUE(before);
  EXPECT_GT(before->resident_bytes, 1U << 20U);
  const int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(reader.read()->open_fds, before->open_fds + 1);
  ::close(fd);
}

}  // namespace
}  // namespace agent::host
