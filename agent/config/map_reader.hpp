// Typed reading of one YAML map. Every key that is asked for is known; finish() reports the others. Private to agent/config.
#pragma once

#include "agent/base/time.hpp"
#include "agent/config/problems.hpp"
#include "agent/config/yaml_node.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::config {

/// Inclusive.
template <class T>
struct Range {
  T min;
  T max;
};

/// "a list", "a map", ... for messages.
[[nodiscard]] std::string_view name_of(YamlNode::Kind kind);

/// A value that is absent, null or wrong reads as nullopt; all but absent is reported. Lives no longer than the node and the problems.
class MapReader {
 public:
  /// `path` is the dotted key of the map, "" for the whole file. Nothing written is an empty map; anything but a map is a problem.
  MapReader(const YamlNode& node, std::string path, Problems& problems);

  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  /// An absolute path, also when "" is allowed to mean none.
  [[nodiscard]] std::optional<std::string> path_or_empty(std::string_view key);
  [[nodiscard]] std::optional<std::string> path(std::string_view key);
  [[nodiscard]] std::optional<bool> flag(std::string_view key);
  [[nodiscard]] std::optional<std::uint64_t> count(std::string_view key, Range<std::uint64_t> range);
  [[nodiscard]] std::optional<double> fraction(std::string_view key);  ///< 0.001 to 1; "1/6" is read too
  [[nodiscard]] std::optional<Duration> duration(std::string_view key, Range<Duration> range);
  /// 0, which means no limit, is read too.
  [[nodiscard]] std::optional<Duration> duration_or_zero(std::string_view key, Range<Duration> range);
  [[nodiscard]] std::optional<Duration> whole_seconds(std::string_view key, Range<Duration> range);
  [[nodiscard]] std::optional<std::uint64_t> size(std::string_view key, Range<std::uint64_t> range);
  /// 0, which means no limit, is read too.
  [[nodiscard]] std::optional<std::uint64_t> size_or_zero(std::string_view key, Range<std::uint64_t> range);
  /// The position of the word in `words`.
  [[nodiscard]] std::optional<std::size_t> choice(std::string_view key, const std::vector<std::string_view>& words);

  /// The value as it stands, nullptr when absent.
  [[nodiscard]] const YamlNode* child(std::string_view key);
  /// A nested map; an absent one reads as empty.
  [[nodiscard]] MapReader map(std::string_view key);

  /// False when something else stood where the map belongs, which is reported already.
  [[nodiscard]] bool is_map() const { return is_map_; }
  /// Where `key`'s value stands; where the map stands when it is absent.
  [[nodiscard]] Mark mark(std::string_view key) const;
  /// The first of `keys` that is written, else the last one: where a mistake that several keys make together is shown.
  [[nodiscard]] std::string_view first_of(const std::vector<std::string_view>& keys) const;
  [[nodiscard]] std::string key_path(std::string_view key) const;
  void problem(std::string_view key, std::string_view message);
  /// Reports every key that was not asked for.
  void finish();

 private:
  /// The scalar of `key`, or nullptr after reporting what stands there instead.
  const YamlNode* scalar(std::string_view key, std::string_view expected);

  const YamlNode* node_;
  Mark mark_;
  bool is_map_ = true;
  std::string path_;
  Problems* problems_;
  std::vector<std::string_view> known_;
};

/// Sets `to` when there is a value.
template <class T, class U>
void set(T& to, std::optional<U> from) {
  if (from) to = static_cast<T>(*std::move(from));
}

}  // namespace agent::config
