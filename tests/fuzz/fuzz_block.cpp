// The payloads of a block, each behind two bytes of length: every answer is a value whose indexes hold, or kCorrupt.
#include "agent/store/encoding/block_decoder.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/canonical_profile.hpp"

#include <string_view>
#include <variant>
#include <vector>

namespace {

using tests::promise;

// A bit can cost as little as 1/2000 of one, so that the work of a payload is linear in its size, by a large factor.
constexpr std::size_t kMaxInput = 2000;
constexpr std::size_t kMaxSamples = 2000;

void check_reads(agent::store::BlockDecoder& decoder) {
  std::vector<std::size_t> profiles;
  for (std::size_t i = decoder.snapshots().size(); i-- > 0;) {
    const auto content = decoder.read(i);
    if (!content) {
      promise(content.error().code() != agent::Errc::kInternal, "damage is not a bug");
      continue;
    }
    const auto* profile = std::get_if<agent::pprof::Profile>(&*content);
    if (profile == nullptr) continue;
    if (profile->sample_count() < kMaxSamples) promise(!tests::canonical_dump(*profile).empty(), "a profile can be walked");
    profiles.insert(profiles.begin(), i);
  }
  if (!profiles.empty()) static_cast<void>(decoder.merge(profiles));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (bytes.size() > kMaxInput) return 0;
  agent::store::BlockDecoder decoder({});
  while (bytes.size() >= 2) {
    const std::size_t length = static_cast<unsigned char>(bytes[0]) * std::size_t{256} + static_cast<unsigned char>(bytes[1]);
    const std::string_view payload = bytes.substr(2, length);
    bytes.remove_prefix(2 + payload.size());
    if (auto added = decoder.add(payload, 0); !added) promise(added.error().code() == agent::Errc::kCorrupt, "a bad head is damage");
  }
  check_reads(decoder);
  return 0;
}
