#include "agent/cli/snapshot_file_name.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace agent::cli {
namespace {

/// ISO 8601 basic format with milliseconds: no colons, so that it is a file name everywhere, and of one length, so that it sorts.
std::string compact_time(WallTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto days = std::chrono::floor<std::chrono::days>(millis);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(millis - days);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d%02u%02uT%02d%02d%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

/// "20261124T053628.250Z"
std::optional<WallTime> read_compact_time(std::string_view text) {
  if (text.size() != 20) return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t size) { return std::string(text.substr(from, size)); };
  const auto time =
      parse_time(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" + part(11, 2) + ":" + part(13, 7), {});
  if (text[8] != 'T' || !time) return std::nullopt;
  return *time;
}

std::string safe_name(std::string_view component) {
  std::string out(component);
  for (char& c : out) {
    const bool safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    if (!safe) c = '_';
  }
  if (out.empty() || out.front() == '.' || out.front() == '-') out.insert(out.begin(), '_');
  return out;
}

/// Cuts "-WORD" or the whole WORD from the end.
bool take_last_word(std::string_view& name, std::size_t size, std::string_view& word) {
  if (name.size() < size + 1 || name[name.size() - size - 1] != '-') return false;
  word = name.substr(name.size() - size);
  name.remove_suffix(size + 1);
  return true;
}

std::optional<FileNameFacts> read_own_name(std::string_view name) {
  FileNameFacts facts;
  std::string_view extension;
  for (const auto type : model::kAllProfileTypes) {
    if (name.ends_with(file_extension(type))) extension = file_extension(type);
  }
  name.remove_suffix(extension.size());
  std::string_view id;
  std::string_view time;
  if (extension.empty() || !take_last_word(name, 16, id) || !take_last_word(name, 20, time)) return std::nullopt;
  const auto parsed = model::parse_snapshot_id(id);
  facts.time = read_compact_time(time);
  if (!parsed || !facts.time) return std::nullopt;
  facts.id = *parsed;
  for (const auto type : model::kAllProfileTypes) {
    const std::string suffix = "-" + std::string(model::to_string(type));
    if (!name.ends_with(suffix) || name.size() == suffix.size()) continue;
    facts.type = type;
    facts.component = std::string(name.substr(0, name.size() - suffix.size()));
    return facts;
  }
  return std::nullopt;
}

}  // namespace

std::string_view file_extension(model::ProfileType type) {
  if (model::is_pprof(type)) return ".pb.gz";
  return type == model::ProfileType::kTrace ? ".trace" : ".txt";
}

std::string snapshot_file_name(const model::Snapshot& snapshot) {
  return safe_name(snapshot.info.component) + "-" + std::string(model::to_string(snapshot.info.type)) + "-" +
         compact_time(snapshot.info.start) + "-" + model::to_string(snapshot.id) + std::string(file_extension(snapshot.info.type));
}

FileNameFacts read_file_name(std::string_view name) {
  if (auto facts = read_own_name(name)) return *std::move(facts);
  FileNameFacts facts;
  bool unsure = false;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find_first_of("-_."), name.size());
    const auto type = model::parse_profile_type(name.substr(0, end));
    if (type) {
      unsure = unsure || (facts.type && *facts.type != *type);
      facts.type = *type;
    }
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  if (unsure) facts.type.reset();
  return facts;
}

}  // namespace agent::cli
