// Writes JSON as it goes: no tree is ever built. What is written so far can be taken away and sent at any point.
//
//   JsonWriter json;
//   json.begin_object().member("id", id).key("items").begin_array();
//   for (...) { json.value(item); if (json.size() > kChunk) send(json.take()); }
//   json.end_array().end_object();
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::api {

/// The caller keeps begin and end in balance and gives each value of an object its key. Compact output, without spaces.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& null();
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  /// Shortest form that reads back the same; null for what JSON has no number for.
  JsonWriter& value(double number);
  JsonWriter& value(std::same_as<bool> auto truth) { return raw(truth ? "true" : "false"); }
  template <std::integral T>
  requires(!std::same_as<T, bool>) JsonWriter& value(T number) { return raw(std::to_string(number)); }
  /// null when absent.
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }

  template <class T>
  JsonWriter& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  [[nodiscard]] std::size_t size() const { return out_.size(); }
  /// What was written since the last take().
  [[nodiscard]] std::string take();

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  JsonWriter& raw(std::string_view text);
  void separate();

  std::string out_;
  std::vector<bool> has_members_;  ///< of each open object or array
  bool after_key_ = false;
};

}  // namespace agent::api
