#include "agent/config/map_reader.hpp"

#include "agent/base/size.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace agent::config {
namespace {

constexpr double kMinFraction = 0.001;

const YamlNode& nothing() {
  static const YamlNode kNode;
  return kNode;
}

}  // namespace

std::string_view name_of(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return "a value";
    case YamlNode::Kind::kSequence:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
    case YamlNode::Kind::kRefused:
      return "something refused";
  }
  return "something";
}

namespace {

template <class T>
bool parse_whole(std::string_view text, T& value) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  return ec == std::errc() && end == text.data() + text.size();
}

/// "0.25" or "1/6".
bool parse_fraction(std::string_view text, double& value) {
  const auto slash = text.find('/');
  double divisor = 1;
  if (!parse_whole(text.substr(0, slash), value)) return false;
  if (slash != std::string_view::npos && (!parse_whole(text.substr(slash + 1), divisor) || !(divisor > 0))) return false;
  value /= divisor;
  return value >= kMinFraction && value <= 1;
}

}  // namespace

MapReader::MapReader(const YamlNode& node, std::string path, Problems& problems)
    : node_(&node), mark_(node.mark), path_(std::move(path)), problems_(&problems) {
  if (node.kind == YamlNode::Kind::kMap || node.kind == YamlNode::Kind::kNull) return;
  if (node.kind != YamlNode::Kind::kRefused) {
    problems_->add(node.mark, path_, std::string("expected keys and values, got ").append(name_of(node.kind)));
  }
  node_ = &nothing();
  is_map_ = false;
}

std::string MapReader::key_path(std::string_view key) const {
  return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

void MapReader::problem(std::string_view key, std::string_view message) {
  problems_->add(mark(key), key_path(key), message);
}

const YamlNode* MapReader::child(std::string_view key) {
  known_.push_back(key);
  for (const auto& entry : node_->entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Mark MapReader::mark(std::string_view key) const {
  for (const auto& entry : node_->entries) {
    // An empty value stands where the next token is, which may be lines below: its key says more.
    if (entry.key == key) return entry.value.kind == YamlNode::Kind::kNull ? entry.mark : entry.value.mark;
  }
  return mark_;
}

std::string_view MapReader::first_of(const std::vector<std::string_view>& keys) const {
  const auto is_written = [&](std::string_view key) {
    return std::any_of(node_->entries.begin(), node_->entries.end(), [&](const Entry& entry) { return entry.key == key; });
  };
  const auto found = std::find_if(keys.begin(), keys.end(), is_written);
  return found == keys.end() ? keys.back() : *found;
}

MapReader MapReader::map(std::string_view key) {
  const YamlNode* node = child(key);
  return MapReader(node == nullptr ? nothing() : *node, key_path(key), *problems_);
}

const YamlNode* MapReader::scalar(std::string_view key, std::string_view expected) {
  const YamlNode* node = child(key);
  if (node == nullptr || node->kind == YamlNode::Kind::kRefused) return nullptr;
  if (node->kind == YamlNode::Kind::kScalar && node->scalar.find('\0') == std::string::npos) return node;
  if (node->kind == YamlNode::Kind::kScalar) {
    problem(key, "expected " + std::string(expected) + " without a NUL byte, got " + quote(node->scalar));
    return nullptr;
  }
  problem(key, "expected " + std::string(expected) + ", got " + std::string(name_of(node->kind)));
  return nullptr;
}

std::optional<std::string> MapReader::text(std::string_view key) {
  const YamlNode* node = scalar(key, "text");
  if (node == nullptr) return std::nullopt;
  return node->scalar;
}

std::optional<std::string> MapReader::path_or_empty(std::string_view key) {
  auto value = text(key);
  if (!value || value->empty() || value->starts_with('/')) return value;
  problem(key, "expected an absolute path, got " + quote(*value));
  return std::nullopt;
}

std::optional<std::string> MapReader::path(std::string_view key) {
  auto value = path_or_empty(key);
  if (value && value->empty()) {
    problem(key, "expected an absolute path, got \"\"");
    return std::nullopt;
  }
  return value;
}

std::optional<bool> MapReader::flag(std::string_view key) {
  const YamlNode* node = scalar(key, "true or false");
  if (node == nullptr) return std::nullopt;
  if (!node->quoted && node->scalar == "true") return true;
  if (!node->quoted && node->scalar == "false") return false;
  problem(key, "expected true or false" + std::string(node->quoted ? " without quotes" : "") + ", got " + quote(node->scalar));
  return std::nullopt;
}

std::optional<std::uint64_t> MapReader::count(std::string_view key, Range<std::uint64_t> range) {
  const std::string expected = "a whole number from " + std::to_string(range.min) + " to " + std::to_string(range.max);
  const YamlNode* node = scalar(key, expected);
  if (node == nullptr) return std::nullopt;
  std::uint64_t value = 0;
  const bool is_octal = node->scalar.size() > 1 && node->scalar.front() == '0';  // YAML 1.1 reads 010 as 8, YAML 1.2 as 10
  if (!node->quoted && !is_octal && parse_whole(node->scalar, value) && value >= range.min && value <= range.max) return value;
  problem(key, "expected " + expected + (node->quoted ? " without quotes" : "") + ", got " + quote(node->scalar));
  return std::nullopt;
}

std::optional<double> MapReader::fraction(std::string_view key) {
  const std::string_view expected = "a number from 0.001 to 1, like 0.1 or 1/6";
  const YamlNode* node = scalar(key, expected);
  if (node == nullptr) return std::nullopt;
  double value = 0;
  if (!node->quoted && parse_fraction(node->scalar, value)) return value;
  problem(key, "expected " + std::string(expected) + (node->quoted ? " without quotes" : "") + ", got " + quote(node->scalar));
  return std::nullopt;
}

std::optional<Duration> MapReader::duration(std::string_view key, Range<Duration> range) {
  const YamlNode* node = scalar(key, "a duration like 10s, 1m30s or 250ms");
  if (node == nullptr) return std::nullopt;
  const auto value = parse_duration(node->scalar);
  if (!value) {
    problem(key, "expected a duration like 10s, 1m30s or 250ms, got " + quote(node->scalar));
    return std::nullopt;
  }
  if (*value >= range.min && *value <= range.max) return *value;
  problem(key, "expected " + format_duration(range.min) + " to " + format_duration(range.max) + ", got " + quote(node->scalar));
  return std::nullopt;
}

std::optional<Duration> MapReader::duration_or_zero(std::string_view key, Range<Duration> range) {
  const auto value = duration(key, {Duration(0), Duration::max()});
  if (!value || *value == Duration(0) || (*value >= range.min && *value <= range.max)) return value;
  problem(key, "expected 0, or " + format_duration(range.min) + " to " + format_duration(range.max) + ", got " + format_duration(*value));
  return std::nullopt;
}

std::optional<Duration> MapReader::whole_seconds(std::string_view key, Range<Duration> range) {
  const auto value = duration(key, range);
  if (!value || *value % std::chrono::seconds(1) == Duration(0)) return value;
  problem(key, "expected whole seconds (pprof takes no parts of a second), got " + format_duration(*value));
  return std::nullopt;
}

std::optional<std::uint64_t> MapReader::size(std::string_view key, Range<std::uint64_t> range) {
  const YamlNode* node = scalar(key, "a size like 512MiB or 1.5GiB");
  if (node == nullptr) return std::nullopt;
  const auto value = parse_size(node->scalar);
  if (!value) {
    problem(key, "expected a size like 512MiB or 1.5GiB, got " + quote(node->scalar));
    return std::nullopt;
  }
  if (*value >= range.min && *value <= range.max) return *value;
  problem(key, "expected " + format_size(range.min) + " to " + format_size(range.max) + ", got " + quote(node->scalar));
  return std::nullopt;
}

std::optional<std::uint64_t> MapReader::size_or_zero(std::string_view key, Range<std::uint64_t> range) {
  const auto value = size(key, {0, UINT64_MAX});
  if (!value || *value == 0 || (*value >= range.min && *value <= range.max)) return value;
  problem(key, "expected 0, or " + format_size(range.min) + " to " + format_size(range.max) + ", got " + format_size(*value));
  return std::nullopt;
}

std::optional<std::size_t> MapReader::choice(std::string_view key, const std::vector<std::string_view>& words) {
  const YamlNode* node = scalar(key, "one of " + join(words));
  if (node == nullptr) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), node->scalar);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  problem(key, "expected one of " + join(words) + ", got " + quote(node->scalar));
  return std::nullopt;
}

void MapReader::finish() {
  for (const auto& entry : node_->entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    const std::string_view merge = entry.key == "<<" ? "; merge keys are not supported, write the values out" : "";
    problems_->add(entry.mark, path_,
                   "unknown key " + quote(entry.key) + (merge.empty() ? suggestion(entry.key, known_) : std::string(merge)));
  }
}

}  // namespace agent::config
