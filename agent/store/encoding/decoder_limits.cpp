#include "agent/store/encoding/decoder_limits.hpp"

#include "agent/pprof/profile.hpp"

namespace agent::store {

Error merge_too_large() {
  return Error(Errc::kTooLarge,
               "the merge takes more memory than the agent has for it: ask for a shorter window, or merge with kprofctl --store DIR",
               "merge_too_large");
}

std::size_t memory_bytes(const pprof::Profile& p) {
  std::size_t bytes = p.strings.size() * sizeof(std::uint32_t);
  for (pprof::StringId id = 0; id < p.strings.size(); ++id) bytes += p.strings[id].size();
  bytes += p.mappings.size() * sizeof(pprof::Mapping) + p.functions.size() * sizeof(pprof::Function);
  bytes += p.locations.size() * sizeof(pprof::Location) + p.lines.size() * sizeof(pprof::Line);
  bytes += (p.stack.size() + p.stack_begin.size() + p.label_begin.size()) * sizeof(std::uint32_t);
  return bytes + p.values.size() * sizeof(std::int64_t) + p.labels.size() * sizeof(pprof::Label);
}

}  // namespace agent::store
