// A folder shaped like /proc, built in a test and gone after it.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace tests {

struct FakeProcess {
  std::int64_t pid = 0;
  std::string comm;
  std::string exe;                     ///< where the link points; "" leaves it out, as for one that we may not read
  std::vector<std::string> arguments;  ///< empty leaves cmdline empty, as for a kernel thread
  std::uint64_t start_ticks = 0;
  char state = 'S';
  std::uint64_t flags = 0x00400000;
  std::string network = {};  ///< of its namespace, as "net:[1]"; "" leaves it out
};

class ProcTree {
 public:
  static constexpr std::int64_t kBootSeconds = 1'700'000'000;

  ProcTree() {
    std::string name = (std::filesystem::temp_directory_path() / "kprofd-proc.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    root_ = name;
    boot(kBootSeconds);
  }
  ~ProcTree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  ProcTree(const ProcTree&) = delete;
  ProcTree& operator=(const ProcTree&) = delete;

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  void boot(std::int64_t unix_seconds) const { write("stat", "cpu  1 2 3\nbtime " + std::to_string(unix_seconds) + "\nprocesses 9\n"); }

  void add(const FakeProcess& process) const {
    const std::string folder = std::to_string(process.pid);
    remove(process.pid);
    write(folder + "/stat", stat_line(process));
    std::string cmdline;
    for (const auto& argument : process.arguments) cmdline.append(argument).push_back('\0');
    write(folder + "/cmdline", cmdline);
    if (!process.exe.empty()) std::filesystem::create_symlink(process.exe, root_ / folder / "exe");
    if (!process.network.empty()) {
      std::filesystem::create_directory(root_ / folder / "ns");
      std::filesystem::create_symlink(process.network, root_ / folder / "ns" / "net");
    }
  }
  /// Gives a process a descriptor that is the socket with this inode.
  void add_socket(std::int64_t pid, std::uint64_t inode) const {
    const auto folder = root_ / std::to_string(pid) / "fd";
    std::filesystem::create_directories(folder);
    std::filesystem::create_symlink("socket:[" + std::to_string(inode) + "]", folder / std::to_string(inode));
  }
  void remove(std::int64_t pid) const { std::filesystem::remove_all(root_ / std::to_string(pid)); }

  void write(std::string_view name, std::string_view content) const {
    const auto file = root_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << content;
  }

  /// /proc/PID/stat as Linux 6.1 writes it: 100 ticks of utime, 50 of stime, 7 threads, 2998272 bytes, 393 pages.
  [[nodiscard]] static std::string stat_line(const FakeProcess& process) {
    return std::to_string(process.pid) + " (" + process.comm + ") " + process.state + " 1 1 1 0 -1 " + std::to_string(process.flags) +
           " 103 0 0 0 100 50 0 0 20 0 7 0 " + std::to_string(process.start_ticks) +
           " 2998272 393 18446744073709551615 1 1 0 0 0 0 0 0 0\n";
  }

 private:
  std::filesystem::path root_;
};

}  // namespace tests
