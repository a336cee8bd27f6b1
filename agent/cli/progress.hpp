// A progress bar for a person who waits at a terminal; nothing for anybody else.
#pragma once

#include "agent/base/time.hpp"
#include "agent/cli/console.hpp"

#include <cstdint>
#include <string>

namespace agent::cli {

/// Drawn on err, at most ten times a second, wiped by finish() or at the end.
class Progress {
 public:
  /// `total` > 0 is the count that means done.
  Progress(Console& console, std::string label, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::uint64_t done, const std::string& detail);
  /// Wipes the bar, so that a message can be written.
  void wipe();

 private:
  Console& console_;
  std::string label_;
  std::uint64_t total_;
  SteadyTime started_;
  SteadyTime next_{};
  bool drawn_ = false;
};

}  // namespace agent::cli
