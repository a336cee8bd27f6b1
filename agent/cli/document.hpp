// What a command has to say, as a tree: read from the API's JSON, and printed as JSON or YAML, which therefore say the same.
#pragma once

#include <concepts>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace agent::cli {

/// Null, a boolean, a number, a string, a list or an object whose keys keep their order.
class Document {
 public:
  using Array = std::vector<Document>;
  using Object = std::vector<std::pair<std::string, Document>>;
  using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array, Object>;

  Document() = default;
  template <std::same_as<bool> T>
  Document(T value) : value_(value) {}  // NOLINT(google-explicit-constructor)
  template <std::integral T>
  requires(!std::same_as<T, bool>) Document(T value)  // NOLINT(google-explicit-constructor)
      : value_(static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(value)) {}
  Document(double value) : value_(value) {}                         // NOLINT(google-explicit-constructor)
  Document(std::string value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Document(std::string_view value) : value_(std::string(value)) {}  // NOLINT(google-explicit-constructor)
  Document(const char* value) : value_(std::string(value)) {}       // NOLINT(google-explicit-constructor)
  Document(Array value) : value_(std::move(value)) {}               // NOLINT(google-explicit-constructor)
  Document(Object value) : value_(std::move(value)) {}              // NOLINT(google-explicit-constructor)

  [[nodiscard]] const Value& value() const { return value_; }

  /// The member of an object; nullptr when this is not an object or has no such key.
  [[nodiscard]] const Document* find(std::string_view key) const;
  [[nodiscard]] const Array* array() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const std::string* string() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }

 private:
  Value value_;
};

/// Indented by two, with a newline at the end.
void write_json(std::ostream& out, const Document& document);
/// YAML 1.2 that YAML 1.1 readers take for the same: every string that either could read as something else is quoted.
void write_yaml(std::ostream& out, const Document& document);

}  // namespace agent::cli
