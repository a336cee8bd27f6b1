// Which handler answers which path. Pure but for calling it.
#pragma once

#include "agent/http/server.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace agent::http {

/// The parts of the path that stand for the names of the pattern, percent-decoded.
using PathParams = std::map<std::string, std::string, std::less<>>;

/// All arguments live until it returns.
using RouteHandler = std::function<async::Task<void>(const ServerRequest&, const PathParams&, ResponseWriter&)>;

/// A pattern is segments: literal ("/api/v1/snapshots"), one named segment ("/api/v1/snapshots/{id}", never empty), or, at the end, a named
/// rest ("/targets/{target}/debug/pprof/{*path}", may be empty; its slashes are kept). Literal segments win over named ones, those over a
/// rest. Segments "." and ".." are refused with 400, before and after decoding, also between decoded slashes ("a%2f..%2fb"), so that no
/// rest and no name climbs out of where it is put.
class Router {
 public:
  /// GET answers HEAD as well. A pattern that is added twice for a method, or is not one, is a mistake of ours: std::logic_error.
  void add(std::string method, std::string_view pattern, RouteHandler handler);

  /// Answers by the routes; what none fits gets 404 or 405 (with Allow) as JSON {error, detail}. The Router outlives what it returns.
  [[nodiscard]] Handler handler() const;

  /// For tests and metrics: the pattern that a path fits, "" when none does.
  [[nodiscard]] std::string pattern_of(std::string_view path) const;

 private:
  struct Route {
    std::string pattern;
    std::vector<std::string> segments;
    std::map<std::string, RouteHandler> by_method;
  };

  [[nodiscard]] const Route* find(const std::vector<std::string>& segments, PathParams& params) const;
  async::Task<void> answer(const ServerRequest& request, ResponseWriter& writer) const;

  std::vector<Route> routes_;
};

/// Answers with JSON {error, detail}.
[[nodiscard]] async::Task<Result<void>> respond_error(ResponseWriter& writer, int status, std::string error, std::string detail);

}  // namespace agent::http
