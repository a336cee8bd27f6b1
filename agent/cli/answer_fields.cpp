#include "agent/cli/answer_fields.hpp"

#include <cmath>
#include <utility>

namespace agent::cli {

AnswerFields::AnswerFields(const Document& object, std::string where) : object_(object), where_(std::move(where)) {
  if (!std::holds_alternative<Document::Object>(object_.value())) error_ = Error(Errc::kCorrupt, where_ + ": expected an object");
}

std::string AnswerFields::where(std::string_view key) const {
  return where_.empty() ? std::string(key) : where_ + "." + std::string(key);
}

void AnswerFields::fail(std::string_view key, const std::string& why) {
  if (!error_) error_ = Error(Errc::kCorrupt, where(key) + ": " + why);
}

void AnswerFields::fail(const std::optional<Error>& inner) {
  if (!error_) error_ = inner;
}

const Document* AnswerFields::find(std::string_view key) const {
  const Document* value = object_.find(key);
  return value == nullptr || value->is_null() ? nullptr : value;
}

std::string AnswerFields::text(std::string_view key) {
  const Document* value = find(key);
  if (value == nullptr) return "";
  if (const auto* text = value->string()) return *text;
  fail(key, "expected a string");
  return "";
}

std::uint64_t AnswerFields::count(std::string_view key) {
  const Document* value = find(key);
  if (value == nullptr) return 0;
  if (const auto* number = std::get_if<std::uint64_t>(&value->value())) return *number;
  const auto* number = std::get_if<std::int64_t>(&value->value());
  if (number != nullptr && *number >= 0) return static_cast<std::uint64_t>(*number);
  fail(key, "expected a number that is not negative");
  return 0;
}

bool AnswerFields::flag(std::string_view key) {
  const Document* value = find(key);
  if (value == nullptr) return false;
  if (const auto* flag = std::get_if<bool>(&value->value())) return *flag;
  fail(key, "expected true or false");
  return false;
}

std::optional<Duration> AnswerFields::optional_seconds(std::string_view key) {
  const Document* value = find(key);
  if (value == nullptr) return std::nullopt;
  double seconds = 0;
  if (const auto* real = std::get_if<double>(&value->value())) {
    seconds = *real;
  } else {
    seconds = static_cast<double>(count(key));
  }
  if (std::isfinite(seconds) && std::abs(seconds) < 9e9) return Duration(std::llround(seconds * 1e9));
  fail(key, "expected seconds");
  return std::nullopt;
}

Duration AnswerFields::seconds(std::string_view key) {
  return optional_seconds(key).value_or(Duration(0));
}

std::optional<WallTime> AnswerFields::optional_time(std::string_view key) {
  const std::string word = text(key);
  if (word.empty()) return std::nullopt;
  auto time = parse_time(word, WallTime{});
  if (time) return *time;
  fail(key, time.error().message());
  return std::nullopt;
}

WallTime AnswerFields::time(std::string_view key) {
  return optional_time(key).value_or(WallTime{});
}

const Document* AnswerFields::object(std::string_view key) {
  const Document* value = find(key);
  if (value == nullptr || std::holds_alternative<Document::Object>(value->value())) return value;
  fail(key, "expected an object");
  return nullptr;
}

const Document::Array& AnswerFields::list(std::string_view key) {
  static const Document::Array kEmpty;
  const Document* value = find(key);
  if (value == nullptr) return kEmpty;
  if (const auto* list = value->array()) return *list;
  fail(key, "expected a list");
  return kEmpty;
}

}  // namespace agent::cli
