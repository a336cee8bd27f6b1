// A profile that decodes encodes to bytes that decode to the same profile, merges with itself, and never takes more than its limits.
#include "agent/pprof/decode.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/pprof/merge.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/canonical_profile.hpp"

namespace {

using agent::Result;
using agent::pprof::Profile;
using tests::canonical_dump;
using tests::promise;

agent::pprof::DecodeLimits small_limits() {
  agent::pprof::DecodeLimits limits;
  limits.max_decompressed_bytes = limits.max_profile_bytes = 1U << 20U;
  return limits;
}

void check_merge(const Profile& profile) {
  const Profile* const twice[] = {&profile, &profile};
  const Result<Profile> merged = agent::pprof::merge(twice);
  promise(merged.has_value(), "a profile merges with itself");
  promise(merged->sample_count() <= profile.sample_count(), "a merge of equals has no more samples");
  const Profile* const once[] = {&*merged};
  const Result<Profile> again = agent::pprof::merge(once);
  promise(again.has_value() && canonical_dump(*merged) == canonical_dump(*again), "merging a merge changes nothing");
  const Result<Profile> decoded = agent::pprof::decode(agent::pprof::encode(*merged));
  promise(decoded.has_value() && canonical_dump(*merged) == canonical_dump(*decoded), "a merge encodes and decodes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Result<Profile> profile = agent::pprof::decode(bytes, small_limits());
  if (!profile) {
    promise(!profile.error().cause().empty(), "every refusal has a cause");
    return 0;
  }
  const std::string encoded = agent::pprof::encode(*profile);
  const Result<Profile> again = agent::pprof::decode(encoded);
  promise(again.has_value(), "what was decoded and encoded decodes again");
  promise(canonical_dump(*profile) == canonical_dump(*again), "nothing is lost");
  promise(encoded == agent::pprof::encode(*again), "encoding is stable");
  check_merge(*profile);
  return 0;
}
