// `kprofctl merge` of all heap snapshots in a store that holds all types of a component, against `go tool pprof -proto` on the files: whole
// processes, in turns, so that both see the same machine. Both results must say the same to `go tool pprof -top`.
// store_merge_bench [FOLDER [RUNS]], where FOLDER/TYPE-NNNN.pb.gz are the component's profiles, and FOLDER's name is the component's.
// Needs bin/kprofctl of the same build.
// links: base
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Cost {
  double wall_ms = 1e9;
  double cpu_ms = 1e9;
};

double milliseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
}

/// Runs a command to its end, its output to `output`. The cost is that of the process and its children.
Cost run(const std::vector<std::string>& command, const std::string& output = "/dev/null") {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const auto begin = std::chrono::steady_clock::now();
  pid_t pid = 0;
  int status = -1;
  rusage used{};
  if (posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ) != 0 || wait4(pid, &status, 0, &used) != pid || status != 0) {
    std::printf("%s failed\n", command[0].c_str());
    std::exit(1);
  }
  posix_spawn_file_actions_destroy(&actions);
  return {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count(),
          milliseconds(used.ru_utime) + milliseconds(used.ru_stime)};
}

void keep_best(Cost& best, const Cost& cost) {
  best.wall_ms = std::min(best.wall_ms, cost.wall_ms);
  best.cpu_ms = std::min(best.cpu_ms, cost.cpu_ms);
}

std::vector<std::string> files_of(const fs::path& folder, const std::string& prefix) {
  std::vector<std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    if (name.starts_with(prefix) && name.ends_with(".pb.gz")) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

std::string top_of(const std::string& profile, const std::string& sample_index, const fs::path& scratch) {
  run({"go", "tool", "pprof", "-top", "-nodecount=1000000", "-sample_index=" + sample_index, profile}, scratch);
  std::ifstream in(scratch);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  const fs::path folder = argc > 1 ? argv[1] : KPROFD_SOURCE_DIR "/../shared/profiles/kube-apiserver";
  const int runs = argc > 2 ? std::atoi(argv[2]) : 10;
  const std::string component = folder.filename();
  const std::string kprofctl = KPROFD_BINARY_DIR "/bin/kprofctl";
  std::string scratch = fs::temp_directory_path() / "store_merge_bench.XXXXXX";
  if (mkdtemp(scratch.data()) == nullptr) return 1;
  const std::string store = scratch + "/store";
  const std::string ours = scratch + "/kprofctl.pb.gz";
  const std::string theirs = scratch + "/pprof.pb.gz";
  run(with({kprofctl, "--store", store, "import", "-c", component}, files_of(folder, "")));
  const auto heaps = files_of(folder, "heap-");
  const auto pprof = with({"go", "tool", "pprof", "-proto", "-output=" + theirs}, heaps);
  Cost our_best;
  Cost their_best;
  Cost start_best;
  for (int i = 0; i < runs; ++i) {
    fs::remove(ours);
    keep_best(our_best, run({kprofctl, "--store", store, "merge", "-c", component, "-t", "heap", "-o", ours}));
    keep_best(start_best, run({kprofctl, "version"}));
    if (i % 3 == 0) keep_best(their_best, run(pprof));
  }
  std::printf("%zu heaps of %s, best of %d (pprof: %d), whole processes:\n", heaps.size(), component.c_str(), runs, (runs + 2) / 3);
  std::printf("  kprofctl merge        wall %6.1f ms  CPU %6.1f ms  %ju bytes\n", our_best.wall_ms, our_best.cpu_ms,
              static_cast<std::uintmax_t>(fs::file_size(ours)));
  std::printf("  kprofctl version      wall %6.1f ms  CPU %6.1f ms\n", start_best.wall_ms, start_best.cpu_ms);
  std::printf("  go tool pprof -proto  wall %6.1f ms  CPU %6.1f ms  %ju bytes\n", their_best.wall_ms, their_best.cpu_ms,
              static_cast<std::uintmax_t>(fs::file_size(theirs)));
  std::printf("  ratio                 wall %6.1f     CPU %6.1f\n", their_best.wall_ms / our_best.wall_ms,
              their_best.cpu_ms / our_best.cpu_ms);
  bool same = true;
  for (const char* index : {"inuse_space", "inuse_objects", "alloc_space", "alloc_objects"})
    same = top_of(ours, index, scratch + "/a") == top_of(theirs, index, scratch + "/b") && same;
  std::printf("  go tool pprof -top of all four sample types: %s\n", same ? "the same" : "DIFFERENT");
  fs::remove_all(scratch);
  return same ? 0 : 1;
}
