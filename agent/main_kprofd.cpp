#include "agent/cli/kprofd_command_line.hpp"
#include "agent/cli/kprofd_run.hpp"

#include <malloc.h>

int main(int argc, char** argv) {
  // The agent lives in little memory: few arenas, and what a burst of large profiles took goes back to the system at once.
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_TRIM_THRESHOLD, 256 * 1024);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
  return agent::cli::run_kprofd(agent::cli::parse_kprofd_command_line(argc, argv));
}
