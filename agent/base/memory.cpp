#include "agent/base/memory.hpp"

#include <malloc.h>

namespace agent {

void release_free_memory() {
  ::malloc_trim(0);
}

}  // namespace agent
