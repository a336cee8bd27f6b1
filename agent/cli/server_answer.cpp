#include "agent/cli/server_answer.hpp"

#include "agent/cli/exit_code.hpp"
#include "agent/cli/json_reader.hpp"

#include <charconv>

namespace agent::cli {
namespace {

/// What to do about a failure of the connection; "" when its message says it all.
std::string advice(const std::string& cause) {
  if (cause == "connection_refused") return "; is kprofd running there? give --server URL, or --store DIR to read a folder without it";
  if (cause == "resolve_failed") return "; check the name in --server";
  if (cause == "connect_timeout" || cause == "connect_failed") return "; check --server and the way to it";
  if (cause == "tls_untrusted") return "; give its CA with --ca-file";
  if (cause == "tls_failed" || cause == "tls_timeout" || cause == "protocol_error") {
    return "; does --server say http where it is https, or the other way round?";
  }
  return "";
}

/// How http::Router speaks of a path that it does not serve; a 404 of the API speaks of a component, a series or a snapshot.
constexpr std::string_view kNoSuchPath = "there is nothing at ";

Errc code_of(int status) {
  switch (status) {
    case 400:
    case 413:
    case 415:
      return Errc::kInvalidArgument;
    case 401:
      return Errc::kUnauthenticated;
    case 403:
    case 421:
      return Errc::kPermissionDenied;
    case 404:
      return Errc::kNotFound;
    case 429:
    case 503:
      return Errc::kUnavailable;
    default:
      return Errc::kInternal;
  }
}

}  // namespace

Error unreachable(const std::string& server, const Error& why) {
  // A file of ours that cannot be read is no silence of the server.
  if (why.cause() == "credentials_unreadable" && why.code() == Errc::kNotFound) return Error(Errc::kIo, why.message(), why.cause());
  if (why.cause() == "credentials_unreadable" || why.code() == Errc::kInternal) return why;
  return Error(why.code(), server + ": " + why.message() + advice(why.cause()), std::string(kUnreachableCause));
}

Error error_of(const std::string& server, const http::ClientResponse& response) {
  const auto body = parse_json(response.body);
  const Document* detail = body ? body->find("detail") : nullptr;
  if (response.status == 404 && detail != nullptr && detail->string() != nullptr && detail->string()->starts_with(kNoSuchPath)) {
    return Error(Errc::kUnsupported, server + ": " + *detail->string() + "; kprofd's API is not there, check the path in --server");
  }
  if (detail != nullptr && detail->string() != nullptr) return Error(code_of(response.status), server + ": " + *detail->string());
  if (response.status == 401 || response.status == 403) {
    return Error(code_of(response.status),
                 server + ": answers " + std::to_string(response.status) + "; show who you are with --token-file, or --cert and --key");
  }
  return Error(Errc::kInternal, server + ": answers " + std::to_string(response.status) + " without kprofd's explanation; is it a kprofd?");
}

Duration retry_after(const http::Headers& headers) {
  const std::string_view text = headers.get("Retry-After");
  int seconds = 1;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return std::chrono::seconds(seconds < 1 ? 1 : seconds);
}

}  // namespace agent::cli
