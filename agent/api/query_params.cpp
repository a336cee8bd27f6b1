#include "agent/api/query_params.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace agent::api {
namespace {

constexpr std::size_t kDefaultLimit = 100;
constexpr std::size_t kMaxLimit = 1000;

std::string list_of(std::span<const std::string_view> names) {
  std::string out;
  for (const auto name : names) out.append(out.empty() ? "" : ", ").append(name);
  return out.empty() ? "none" : out;
}

/// Reads the parameter `name` with `parse` into `field`, when it is given.
template <class T, class Parse>
Result<void> read(const http::ServerRequest& request, std::string_view name, std::optional<T>& field, Parse parse) {
  const std::string* text = request.param(name);
  if (text == nullptr) return {};
  Result<T> value = parse(*text);
  if (!value) return std::move(value).error().context(name);
  field = *std::move(value);
  return {};
}

Result<std::string> not_empty(const std::string& text) {
  if (text.empty()) return Error(Errc::kInvalidArgument, "must not be empty");
  return text;
}

}  // namespace

Result<void> check_params(const http::ServerRequest& request, std::span<const std::string_view> known) {
  for (const auto& [name, value] : request.params) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return Error(Errc::kInvalidArgument, "unknown parameter \"" + name + "\"; valid: " + list_of(known));
    }
  }
  return check_given_once(request);
}

Result<void> check_given_once(const http::ServerRequest& request) {
  for (auto param = request.params.begin(); param != request.params.end(); ++param) {
    const auto same = [param](const auto& other) { return other.first == param->first; };
    if (!std::any_of(request.params.begin(), param, same)) continue;
    return Error(Errc::kInvalidArgument, "parameter \"" + param->first + "\" is given twice");
  }
  return {};
}

Result<store::SnapshotQuery> parse_snapshot_query(const http::ServerRequest& request, WallTime now) {
  store::SnapshotQuery query;
  const auto time = [now](const std::string& text) { return parse_time(text, now); };
  for (const auto& step :
       {read(request, "component", query.component, not_empty), read(request, "type", query.type, model::parse_profile_type),
        read(request, "from", query.from, time), read(request, "to", query.to, time),
        read(request, "cause", query.cause, model::parse_cause), read(request, "before", query.before, model::parse_snapshot_id)}) {
    if (!step) return step.error();
  }
  if (query.from && query.to && *query.from > *query.to) {
    return Error(Errc::kInvalidArgument, "from (" + format_time(*query.from) + ") is after to (" + format_time(*query.to) + ")");
  }
  return query;
}

Result<std::size_t> parse_limit(const http::ServerRequest& request) {
  const std::string* text = request.param("limit");
  if (text == nullptr) return kDefaultLimit;
  std::size_t limit = 0;
  const auto [end, ec] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (ec != std::errc() || end != text->data() + text->size() || limit < 1 || limit > kMaxLimit) {
    return Error(Errc::kInvalidArgument, "limit: expected a number from 1 to 1000, got \"" + *text + "\"");
  }
  return limit;
}

}  // namespace agent::api
