#include "agent/cli/source.hpp"

#include <algorithm>

namespace agent::cli {
namespace {

template <class T>
bool admits(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace

bool matches(const Filter& filter, const model::SnapshotInfo& snapshot) {
  return admits(filter.components, snapshot.component) && admits(filter.types, snapshot.type) &&
         (!filter.from || snapshot.start >= *filter.from) && (!filter.to || snapshot.start < *filter.to) &&
         (!filter.cause || snapshot.cause == *filter.cause);
}

}  // namespace agent::cli
