// Where a command writes, what it may assume of the other end, and how it waits. Made by main(), by tests over string streams.
#pragma once

#include "agent/base/clock.hpp"

#include <functional>
#include <ostream>

namespace agent::cli {

struct Console {
  std::ostream& out;  ///< what was asked for, and nothing else
  std::ostream& err;  ///< notes, progress and errors
  const Clock& clock;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  unsigned columns = 80;  ///< of the terminal behind err
  std::function<void(Duration)> sleep = {};
};

}  // namespace agent::cli
