#include "agent/cli/import_file.hpp"

#include "agent/base/file.hpp"
#include "agent/base/size.hpp"
#include "agent/cli/profile_kind.hpp"
#include "agent/cli/snapshot_file_name.hpp"
#include "agent/model/component_name.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/store/block_limits.hpp"
#include "agent/store/encoding/encoder_limits.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

namespace agent::cli {
namespace {

Error invalid(const std::string& message) {
  return Error(Errc::kInvalidArgument, message);
}

Result<WallTime> modification_time(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno_error(errno, "stat");
  return WallTime(std::chrono::seconds(status.st_mtim.tv_sec) + Duration(status.st_mtim.tv_nsec));
}

Result<WallTime> default_time(const std::filesystem::path& path, const ImportDefaults& defaults) {
  if (const auto* time = std::get_if<WallTime>(&defaults.time)) return *time;
  if (std::holds_alternative<ModificationTime>(defaults.time)) return modification_time(path);
  return invalid("it does not say when it was taken; give --time 2026-11-24T05:00:00Z, or --time mtime for the file's own time");
}

Result<void> describe_raw(std::string bytes, model::ProfileType type, const FileNameFacts& facts, const ImportDefaults& defaults,
                          ImportFile& file) {
  auto decided = decide_type(defaults.type, std::nullopt, {type});
  if (!decided) return std::move(decided).error();
  file.info.type = *decided;
  if (facts.time) file.info.start = *facts.time;
  file.content = std::move(bytes);
  return {};
}

/// Profiles shrink to a tenth or a twentieth, zeros to a thousandth: a small file that expands to much more is no profile.
pprof::DecodeLimits limits_for(std::size_t compressed_bytes) {
  constexpr std::size_t kAlwaysAllowed = 64U << 20U;
  constexpr std::size_t kMaxRatio = 200;
  pprof::DecodeLimits limits = pprof::DecodeLimits::for_files();
  limits.max_decompressed_bytes = std::min(limits.max_decompressed_bytes, std::max(kAlwaysAllowed, compressed_bytes * kMaxRatio));
  return limits;
}

Result<void> describe_profile(std::string_view bytes, const FileNameFacts& facts, const ImportDefaults& defaults, ImportFile& file) {
  auto profile = pprof::decode(bytes, limits_for(bytes.size()));
  if (!profile) return std::move(profile).error();
  if (auto size = store::check_profile_size(*profile); !size) return std::move(size).error();
  auto type = decide_type(defaults.type, facts.type, types_of_content(*profile));
  if (!type) return std::move(type).error();
  if (!model::is_pprof(*type)) return invalid("it is a profile, not a " + std::string(model::to_string(*type)));
  file.info.type = *type;
  file.info.start = from_unix_nanos(profile->time_nanos);
  if (profile->time_nanos == 0 && facts.time) file.info.start = *facts.time;
  // Go takes a profile whose duration is negative, which no snapshot has; the profile keeps its own.
  file.info.duration = Duration(std::max<std::int64_t>(0, profile->duration_nanos));
  file.content = std::move(*profile);
  return {};
}

/// Before it is opened: opening a pipe waits for its other end, and reading a device may never end.
Result<void> check_on_disk(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return errno_error(errno, "open " + path.string());
  if (S_ISDIR(status.st_mode)) return invalid("it is a folder; give the files in it");
  if (!S_ISREG(status.st_mode)) return invalid("it is not a regular file");
  if (static_cast<std::uint64_t>(status.st_size) > kMaxImportBytes) {
    return Error(Errc::kTooLarge, "it has " + format_size(static_cast<std::uint64_t>(status.st_size)) + ", above the limit of " +
                                      format_size(kMaxImportBytes));
  }
  return {};
}

/// What a store would refuse, so that it is known before anything is written.
Result<void> check_storable(const ImportFile& file) {
  const auto& info = file.info;
  if (model::time_of(model::make_snapshot_id(info.start, 0)) != std::chrono::floor<std::chrono::milliseconds>(info.start)) {
    return invalid("it was taken at " + format_time(info.start) + ", and a store holds what was taken from 1970 to 2109");
  }
  const auto* raw = std::get_if<std::string>(&file.content);
  if (raw != nullptr && raw->size() > store::kMaxRawBytes) {
    return Error(Errc::kTooLarge, "it has " + format_size(raw->size()) + ", and a store takes a " +
                                      std::string(model::to_string(info.type)) + " up to " + format_size(store::kMaxRawBytes));
  }
  return {};
}

Result<ImportFile> read_named(const std::filesystem::path& path, const ImportDefaults& defaults) {
  if (auto fine = check_on_disk(path); !fine) return std::move(fine).error();
  auto bytes = read_file(path, kMaxImportBytes);
  if (!bytes) return std::move(bytes).error();
  const FileNameFacts facts = read_file_name(path.filename().string());
  ImportFile file;
  file.pulled_id = facts.id;
  file.info.cause = model::Cause::kManual;
  file.info.fetched_bytes = bytes->size();
  file.info.component = !defaults.component.empty() ? defaults.component : facts.component.value_or("");
  if (file.info.component.empty()) return invalid("its name does not tell the component; give --component");
  if (!model::is_component_name(file.info.component)) {
    return invalid("its component would be \"" + file.info.component + "\"; expected " + std::string(model::kComponentNameRule) +
                   "; give another --component");
  }
  const auto raw = raw_type_of_content(*bytes);
  auto described = raw ? describe_raw(std::move(*bytes), *raw, facts, defaults, file) : describe_profile(*bytes, facts, defaults, file);
  if (!described) return std::move(described).error();
  if (file.info.start != WallTime{}) return file;
  auto time = default_time(path, defaults);
  if (!time) return std::move(time).error();
  file.info.start = *time;
  return file;
}

/// splitmix64's finaliser: spreads each bit over all.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

class Hash {
 public:
  void add(std::uint64_t value) { state_ = mix(state_ + 0x9E3779B97F4A7C15U + value); }
  void add(std::int64_t value) { add(static_cast<std::uint64_t>(value)); }
  void add(std::string_view text) { add(std::uint64_t{std::hash<std::string_view>{}(text)}); }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0;
};

/// Each location by what it stands for.
std::vector<std::uint64_t> location_hashes(const pprof::Profile& profile) {
  std::vector<std::uint64_t> hashes;
  hashes.reserve(profile.locations.size());
  for (const auto& location : profile.locations) {
    Hash hash;
    hash.add(location.address);
    for (const auto& line : profile.lines_of(location)) {
      hash.add(line.line);
      if (line.function != pprof::kNone) hash.add(profile.string(profile.functions[line.function].name));
    }
    hashes.push_back(hash.value());
  }
  return hashes;
}

std::uint64_t fingerprint_of(const pprof::Profile& profile) {
  const auto locations = location_hashes(profile);
  std::uint64_t samples = 0;  // a sum, so that order does not matter
  for (std::size_t i = 0; i < profile.sample_count(); ++i) {
    Hash hash;
    for (const auto location : profile.stack_of(i)) hash.add(locations[location]);
    for (const auto value : profile.values_of(i)) hash.add(value);
    for (const auto& label : profile.labels_of(i)) {
      hash.add(profile.string(label.key));
      hash.add(profile.string(label.str));
      hash.add(label.num);
    }
    samples += hash.value();
  }
  Hash hash;
  for (const auto& type : profile.sample_types) hash.add(profile.string(type.type));
  hash.add(samples);
  hash.add(profile.time_nanos);
  hash.add(profile.duration_nanos);
  hash.add(profile.period);
  return hash.value();
}

}  // namespace

Result<ImportFile> read_import_file(const std::filesystem::path& path, const ImportDefaults& defaults) {
  auto file = read_named(path, defaults);
  if (file) {
    auto storable = check_storable(*file);
    if (storable) return file;
    file = std::move(storable).error();
  }
  // Messages about the file system name it already.
  const bool named = file.error().message().find(path.string()) != std::string::npos;
  return named ? std::move(file).error() : std::move(file).error().context(path.string());
}

std::uint64_t fingerprint(const ProfileContent& content) {
  if (const auto* profile = std::get_if<pprof::Profile>(&content)) return fingerprint_of(*profile);
  Hash hash;
  hash.add(std::string_view(std::get<std::string>(content)));
  return hash.value();
}

}  // namespace agent::cli
