// HTTP messages as plain values, so that nobody outside agent/http sees Beast.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::http {

/// ASCII only, as header names, schemes and tokens are.
[[nodiscard]] bool equal_without_case(std::string_view left, std::string_view right);

/// In the order of the wire. Names compare without case.
class Headers {
 public:
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  /// The first value, "" when there is none.
  [[nodiscard]] std::string_view get(std::string_view name) const;
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A whole message of a client: asked for or answered.
struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path below the client's base URL, with its query; starts with '/'
  Headers headers;
  std::string body;
};

struct ClientResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

}  // namespace agent::http
