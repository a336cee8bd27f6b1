#include "agent/host/process_table.hpp"

#include "agent/base/file.hpp"
#include "agent/base/unique_fd.hpp"
#include "agent/host/listening_ports.hpp"
#include "agent/host/stat_line.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>

namespace agent::host {
namespace {

constexpr std::size_t kMaxProcesses = 10'000;
constexpr std::size_t kMaxArgumentBytes = 16U << 10U;
constexpr std::size_t kMaxListedArgumentBytes = 4U << 20U;  // of all processes of one list(); past it, the first kArgv0Bytes of each
constexpr std::size_t kArgv0Bytes = 256;
constexpr std::size_t kMaxDescriptors = 65'536;  // of one process, when its socket is looked for
constexpr std::size_t kMaxStatBytes = 4096;
constexpr std::size_t kCommBytes = 15;               // TASK_COMM_LEN - 1
constexpr std::uint64_t kKernelThread = 0x00200000;  // PF_KTHREAD, include/linux/sched.h

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// Where a link of /proc points; "" when we may not know.
std::string read_link(const std::filesystem::path& link) {
  std::array<char, 4096> target{};
  const ssize_t length = ::readlink(link.c_str(), target.data(), target.size());
  return std::string(target.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
}

/// Without " (deleted)", which an upgraded program's executable has.
std::string read_exe(const std::filesystem::path& link) {
  const std::string target = read_link(link);
  std::string_view path = target;
  constexpr std::string_view kDeleted = " (deleted)";
  if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
  return std::string(file_name(path));
}

/// argv as far as `max_bytes`; read_file would refuse a longer one.
std::vector<std::string> read_arguments(const std::filesystem::path& cmdline, std::size_t max_bytes) {
  std::vector<std::string> arguments;
  const UniqueFd fd(::open(cmdline.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return arguments;
  std::string text(max_bytes, '\0');
  const ssize_t got = ::read(fd.get(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = rest.find('\0');
    arguments.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return arguments;
}

/// "net:[4026531840]", the same for all of one network namespace (namespaces(7)).
std::string read_network(const std::filesystem::path& folder) {
  return read_link(folder / "ns" / "net");
}

std::optional<StatLine> read_stat(const std::filesystem::path& folder) {
  const auto line = read_file(folder / "stat", kMaxStatBytes);
  if (!line) return std::nullopt;
  return parse_stat(*line);
}

bool is_listed(const StatLine& stat) {
  return (stat.flags & kKernelThread) == 0 && stat.state != 'Z' && stat.state != 'X';
}

/// The numeric entries of /proc in ascending order.
Result<std::vector<std::int64_t>> list_pids(const std::filesystem::path& proc) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(proc.c_str()), &::closedir);
  if (!folder) return errno_error(errno, "open " + proc.string());
  std::vector<std::int64_t> pids;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  for (const dirent* entry = ::readdir(folder.get()); entry != nullptr; entry = ::readdir(folder.get())) {
    const std::string_view name(&entry->d_name[0]);
    std::int64_t pid = 0;
    const auto [end, ec] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (ec == std::errc() && end == name.data() + name.size() && pid > 0) pids.push_back(pid);
  }
  std::sort(pids.begin(), pids.end());
  if (pids.size() > kMaxProcesses) pids.resize(kMaxProcesses);
  return pids;
}

}  // namespace

bool ProcessInfo::is_program(std::string_view name) const {
  if (name.empty()) return false;
  const std::string_view argv0 = arguments.empty() ? std::string_view() : file_name(arguments.front());
  if (exe == name || argv0 == name || comm == name) return true;
  return exe.empty() && argv0.empty() && comm.size() == kCommBytes && name.starts_with(comm);
}

ProcessTable::ProcessTable(std::filesystem::path proc) : proc_(std::move(proc)), clock_(proc_) {}

std::string ProcessTable::our_network() const {
  return read_network(proc_ / (proc_ == "/proc" ? "self" : "1"));
}

std::optional<ProcessInfo> ProcessTable::read_with(std::int64_t pid, std::size_t max_argument_bytes, const std::string& our_network) const {
  const auto folder = proc_ / std::to_string(pid);
  auto stat = read_stat(folder);
  if (!stat || !is_listed(*stat)) return std::nullopt;
  ProcessInfo process;
  process.pid = pid;
  process.comm = std::move(stat->comm);
  process.exe = read_exe(folder / "exe");
  process.arguments = read_arguments(folder / "cmdline", max_argument_bytes);
  process.start_time = clock_.at(stat->start_ticks);
  const auto network = read_network(folder);
  process.shares_network = network.empty() || our_network.empty() || network == our_network;
  return process;
}

std::optional<ProcessInfo> ProcessTable::read(std::int64_t pid) const {
  return read_with(pid, kMaxArgumentBytes, our_network());
}

Result<std::vector<ProcessInfo>> ProcessTable::list() const {
  auto pids = list_pids(proc_);
  if (!pids) return std::move(pids).error();
  std::vector<ProcessInfo> processes;
  std::size_t argument_bytes = 0;
  const auto network = our_network();
  for (const auto pid : *pids) {
    auto process = read_with(pid, argument_bytes < kMaxListedArgumentBytes ? kMaxArgumentBytes : kArgv0Bytes, network);
    if (!process) continue;
    for (const auto& argument : process->arguments) argument_bytes += argument.size();
    processes.push_back(*std::move(process));
  }
  return processes;
}

bool ProcessTable::is_running(const model::Process& process) const {
  const auto stat = read_stat(proc_ / std::to_string(process.pid));
  return stat && is_listed(*stat) && clock_.at(stat->start_ticks) == process.start_time;
}

bool ProcessTable::holds_socket(std::int64_t pid, const std::set<std::uint64_t>& inodes) const {
  const auto path = proc_ / std::to_string(pid) / "fd";
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), &::closedir);
  if (!folder) return false;
  constexpr std::string_view kSocket = "socket:[";
  std::size_t left = kMaxDescriptors;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the stream is ours alone
  for (const dirent* entry = ::readdir(folder.get()); entry != nullptr && left > 0; entry = ::readdir(folder.get()), --left) {
    const std::string link = read_link(path / &entry->d_name[0]);
    if (!link.starts_with(kSocket)) continue;
    std::uint64_t inode = 0;
    std::from_chars(link.data() + kSocket.size(), link.data() + link.size(), inode);
    if (inodes.contains(inode)) return true;
  }
  return false;
}

const ProcessInfo* ProcessTable::find_listener(const std::vector<ProcessInfo>& processes, std::string_view name, std::uint16_t port) const {
  const ProcessInfo* oldest = find_program(processes, name);
  const auto is_another = [&](const ProcessInfo& process) {
    return &process != oldest && process.shares_network && process.is_program(name);
  };
  if (port == 0 || std::none_of(processes.begin(), processes.end(), is_another)) return oldest;
  const auto sockets = listening_sockets(port, proc_);
  if (!sockets || sockets->empty() || holds_socket(oldest->pid, *sockets)) return oldest;
  const auto found = std::find_if(processes.begin(), processes.end(),
                                  [&](const ProcessInfo& process) { return is_another(process) && holds_socket(process.pid, *sockets); });
  return found == processes.end() ? oldest : &*found;
}

const ProcessInfo* find_program(const std::vector<ProcessInfo>& processes, std::string_view name) {
  const ProcessInfo* oldest = nullptr;
  for (const auto& process : processes) {
    if (process.shares_network && process.is_program(name) && (oldest == nullptr || process.start_time < oldest->start_time))
      oldest = &process;
  }
  return oldest;
}

}  // namespace agent::host
