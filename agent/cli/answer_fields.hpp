// The members of one JSON object, read with their types. The first one that is wrong is remembered and told by error(); reading goes on
// with empty values, so that a reader is a list of fields and not a list of checks.
#pragma once

#include "agent/base/result.hpp"
#include "agent/base/time.hpp"
#include "agent/cli/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agent::cli {

class AnswerFields {
 public:
  /// `where` names the object in messages: "snapshots[3]". `object` outlives this.
  AnswerFields(const Document& object, std::string where);

  // Null and missing read as "", 0, false, nullopt and the epoch.
  [[nodiscard]] std::string text(std::string_view key);
  [[nodiscard]] std::uint64_t count(std::string_view key);
  [[nodiscard]] bool flag(std::string_view key);
  [[nodiscard]] Duration seconds(std::string_view key);
  [[nodiscard]] std::optional<Duration> optional_seconds(std::string_view key);
  [[nodiscard]] WallTime time(std::string_view key);
  [[nodiscard]] std::optional<WallTime> optional_time(std::string_view key);
  /// The member when it is an object; nullptr for null and missing.
  [[nodiscard]] const Document* object(std::string_view key);
  /// An empty list for null and missing.
  [[nodiscard]] const Document::Array& list(std::string_view key);

  /// text(key) read by `parse` (parse_profile_type, ...).
  template <class T>
  [[nodiscard]] T word(std::string_view key, Result<T> (*parse)(std::string_view)) {
    auto parsed = parse(text(key));
    if (parsed) return *parsed;
    fail(key, parsed.error().message());
    return T{};
  }

  /// Remembers what went wrong, unless something did before.
  void fail(std::string_view key, const std::string& why);
  void fail(const std::optional<Error>& inner);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  [[nodiscard]] std::string where(std::string_view key) const;

 private:
  /// nullptr for null and missing.
  [[nodiscard]] const Document* find(std::string_view key) const;

  const Document& object_;
  std::string where_;
  std::optional<Error> error_;
};

}  // namespace agent::cli
