#include "agent/api/capture_body.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <string>
#include <utility>

namespace agent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxEntries = 100;
constexpr std::size_t kMaxReasonBytes = 1000;
constexpr double kMaxSeconds = 300;

Error wrong(std::string_view key, std::string_view expected) {
  return Error(Errc::kInvalidArgument, std::string(key) + ": expected " + std::string(expected));
}

Result<std::vector<std::string>> texts_of(std::string_view key, const json::value& value) {
  const auto* array = value.if_array();
  if (array == nullptr) return wrong(key, "a list of strings");
  if (array->size() > kMaxEntries) return wrong(key, "at most 100 entries");
  std::vector<std::string> out;
  for (const auto& entry : *array) {
    const auto* text = entry.if_string();
    if (text == nullptr) return wrong(key, "a list of strings");
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

Result<std::vector<model::ProfileType>> types_of(const json::value& value) {
  auto words = texts_of("types", value);
  if (!words) return std::move(words).error();
  std::vector<model::ProfileType> out;
  for (const auto& word : *words) {
    const auto type = model::parse_profile_type(word);
    if (!type) return type.error().context("types");
    out.push_back(*type);
  }
  return out;
}

Result<Duration> seconds_of(const json::value& value) {
  boost::system::error_code ec;
  const double number = value.is_number() ? value.to_number<double>(ec) : std::nan("");
  if (!(number >= 1) || number > kMaxSeconds || number != std::floor(number)) return wrong("seconds", "a whole number from 1 to 300");
  return Duration(std::chrono::seconds(std::llround(number)));
}

Result<std::string> reason_of(const json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr || text->size() > kMaxReasonBytes) return wrong("reason", "a text of at most 1000 bytes");
  return std::string(text->data(), text->size());
}

/// Puts a value where it belongs, or hands its error on.
template <class T, class Field>
Result<void> assign(Result<T> value, Field& field) {
  if (!value) return std::move(value).error();
  field = *std::move(value);
  return {};
}

Result<void> apply(std::string_view key, const json::value& value, model::CaptureRequest& request) {
  if (key == "components") return assign(texts_of(key, value), request.components);
  if (key == "types") return assign(types_of(value), request.types);
  if (key == "seconds") return assign(seconds_of(value), request.seconds);
  if (key == "reason") return assign(reason_of(value), request.reason);
  return Error(Errc::kInvalidArgument, "unknown key \"" + std::string(key) + "\"; valid: components, types, seconds, reason");
}

}  // namespace

Result<model::CaptureRequest> parse_capture_request(std::string_view body) {
  model::CaptureRequest request;
  if (body.empty()) return request;
  boost::system::error_code ec;
  const json::value document = json::parse(json::string_view(body.data(), body.size()), ec);
  if (ec) return Error(Errc::kInvalidArgument, "the body is not JSON: " + ec.message());
  const auto* object = document.if_object();
  if (object == nullptr) return Error(Errc::kInvalidArgument, "the body must be a JSON object");
  for (const auto& member : *object) {
    auto applied = apply(std::string_view(member.key().data(), member.key().size()), member.value(), request);
    if (!applied) return std::move(applied).error();
  }
  return request;
}

}  // namespace agent::api
