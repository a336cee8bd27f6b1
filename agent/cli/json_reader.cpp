#include "agent/cli/json_reader.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <utility>

namespace agent::cli {
namespace {

namespace json = boost::json;

Document convert(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return value.get_bool();
    case json::kind::int64:
      return value.get_int64();
    case json::kind::uint64:
      return value.get_uint64();
    case json::kind::double_:
      return value.get_double();
    case json::kind::string:
      return std::string(value.get_string());
    case json::kind::array: {
      Document::Array list;
      for (const auto& item : value.get_array()) list.push_back(convert(item));
      return list;
    }
    case json::kind::object: {
      Document::Object fields;
      for (const auto& [key, item] : value.get_object()) fields.emplace_back(std::string(key), convert(item));
      return fields;
    }
  }
  return {};
}

}  // namespace

Result<Document> parse_json(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(json::string_view(text.data(), text.size()), failed);
  if (failed) return Error(Errc::kCorrupt, "not JSON: " + failed.message());
  return convert(value);
}

}  // namespace agent::cli
