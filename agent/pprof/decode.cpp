#include "agent/pprof/decode.hpp"

#include "agent/base/size.hpp"
#include "agent/codec/gzip.hpp"
#include "agent/pprof/profile_counts.hpp"
#include "agent/pprof/profile_reader.hpp"
#include "agent/pprof/wire.hpp"

#include <string>
#include <utility>

namespace agent::pprof {
namespace {

constexpr std::size_t kMaxIndex = kNone - 1;

Error too_large(const std::string& what, const std::string& limit) {
  return Error(Errc::kTooLarge, "the profile has " + what + ", more than the limit of " + limit, "profile_too_large");
}

Error not_a_profile(std::string_view detail) {
  return Error(Errc::kCorrupt, "parsing profile: unrecognized profile format (" + std::string(detail) + ")", "not_a_profile");
}

struct CountLimit {
  const char* what;
  std::size_t count;
  std::size_t limit;
};

Result<void> check_counts(const ProfileCounts& counts, const DecodeLimits& limits) {
  const CountLimit checks[] = {
      {"samples", counts.samples, limits.max_samples},
      {"stack entries", counts.stack_entries, limits.max_stack_entries},
      {"labels", counts.labels, limits.max_labels},
      {"sample types", counts.sample_types, limits.max_sample_types},
      {"mappings", counts.mappings, limits.max_mappings},
      {"locations", counts.locations, limits.max_locations},
      {"lines", counts.lines, limits.max_lines},
      {"functions", counts.functions, limits.max_functions},
      {"strings", counts.strings, limits.max_strings},
      {"comments", counts.comments, limits.max_comments},
      {"bytes of strings", counts.string_bytes, limits.max_string_bytes},
  };
  for (const CountLimit& check : checks) {
    const std::size_t limit = std::min(check.limit, kMaxIndex);
    if (check.count > limit) return too_large(std::to_string(check.count) + " " + check.what, std::to_string(limit));
  }
  if (counts.profile_bytes() > limits.max_profile_bytes) {
    return too_large(format_size(counts.profile_bytes()) + " in memory", format_size(limits.max_profile_bytes));
  }
  return {};
}

Result<Profile> decode_plain(std::string_view bytes, const DecodeLimits& limits) {
  if (bytes.empty()) return Error(Errc::kCorrupt, "parsing profile: empty input file", "empty_profile");
  if (bytes.size() > limits.max_decompressed_bytes) return too_large(format_size(bytes.size()), format_size(limits.max_decompressed_bytes));
  try {
    const ProfileCounts counts = count_profile(bytes);
    const Result<void> within = check_counts(counts, limits);
    if (!within) return within.error();
    ProfileReader reader(bytes, counts);
    reader.read();
    if (reader.has_bad_string()) return not_a_profile("a string index points outside the string table");
    if (const auto complaint = reader.complaint()) {
      return Error(Errc::kCorrupt, "malformed profile: " + *complaint, "malformed_profile");
    }
    return std::move(reader).take();
  } catch (const ConcatenatedProfiles&) {
    return Error(Errc::kCorrupt, "parsing profile: concatenated profiles detected", "concatenated_profiles");
  } catch (const protozero::exception& failure) {
    return not_a_profile(failure.what());
  }
}

}  // namespace

DecodeLimits DecodeLimits::for_files() {
  DecodeLimits limits;
  limits.max_compressed_bytes = limits.max_decompressed_bytes = 1UL << 30U;
  limits.max_profile_bytes = 4UL << 30U;
  limits.max_samples = limits.max_stack_entries = limits.max_labels = limits.max_sample_types = limits.max_mappings = kMaxIndex;
  limits.max_locations = limits.max_lines = limits.max_functions = limits.max_strings = limits.max_comments = kMaxIndex;
  limits.max_string_bytes = kMaxIndex;
  return limits;
}

Result<Profile> decode(std::string_view bytes, const DecodeLimits& limits) {
  if (!codec::is_gzip(bytes)) return decode_plain(bytes, limits);
  if (bytes.size() > limits.max_compressed_bytes) {
    return too_large(format_size(bytes.size()) + " of gzip data", format_size(limits.max_compressed_bytes));
  }
  const Result<std::string> plain = codec::gunzip(bytes, limits.max_decompressed_bytes);
  if (!plain) return plain.error().context("decompressing profile");
  return decode_plain(*plain, limits);
}

bool has_profile_fields(std::string_view bytes) {
  constexpr std::uint64_t kFirstTooFar = 64;  // 15 are taken; Go may add some
  try {
    FieldReader fields(bytes);
    while (fields.next()) {
      const bool is_plausible = fields.number() > 0 && fields.number() < kFirstTooFar && (fields.is_varint() || fields.is_bytes());
      if (!is_plausible) return false;
    }
    return !bytes.empty();
  } catch (const protozero::exception&) {
    return false;
  }
}

}  // namespace agent::pprof
