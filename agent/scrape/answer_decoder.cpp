#include "agent/scrape/answer_decoder.hpp"

#include "agent/pprof/decode.hpp"
#include "agent/scrape/component_advice.hpp"
#include "agent/scrape/without_secrets.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace agent::scrape {
namespace {

using model::ProfileType;
using model::ScrapeFailure;

/// Of an answer's text that is looked at for a message.
constexpr std::size_t kMaxAnswerBytes = 4096;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string_view without_leading_space(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

ScrapeFailure failure(std::string cause, std::string message, std::string hint) {
  ScrapeFailure made;
  made.cause = std::move(cause);
  made.message = std::move(message);
  made.hint = std::move(hint);
  return made;
}

/// "NAME answers 403: CLAUSE".
std::string answers(const Answer& answer, std::string_view clause) {
  return std::string(answer.component) + " answers " + std::to_string(answer.status) + ": " + std::string(clause);
}

ScrapeFailure explain_forbidden(const Answer& answer) {
  if (contains(answer.body, "system:anonymous")) {
    return failure("forbidden", readable_message(answer.body),
                   answers(answer, "it took the request for anonymous; set bearerTokenFile, or clientCertFile and clientKeyFile"));
  }
  return failure("forbidden", readable_message(answer.body), answers(answer, permission_advice(answer.component)));
}

ScrapeFailure explain_not_found(const Answer& answer) {
  if (answer.headers.get("X-Go-Pprof").empty()) {
    return failure("profiling_disabled", readable_message(answer.body),
                   answers(answer, "profiling is off; " + profiling_advice(answer.component)));
  }
  const std::string type(model::to_string(answer.type));
  return failure("profile_unknown", readable_message(answer.body),
                 answers(answer, "profiling is on, but it does not serve " + type + "; disable the type for this target"));
}

ScrapeFailure explain_bad_request(const Answer& answer) {
  if (contains(answer.body, "HTTP request to an HTTPS server")) {  // net/http
    return failure("https_expected", readable_message(answer.body), answers(answer, "it speaks TLS; url has to begin with https://"));
  }
  if (contains(answer.body, "WriteTimeout")) {
    return failure("write_timeout", readable_message(answer.body),
                   answers(answer, "its WriteTimeout is shorter than the profile; lower the duration"));
  }
  return failure("bad_request", readable_message(answer.body), answers(answer, "it does not accept the duration or the parameters"));
}

ScrapeFailure explain_method(const Answer& answer) {
  if (contains(answer.body, "disabled")) {
    return failure("profiling_disabled", readable_message(answer.body),
                   answers(answer, "profiling is off; " + profiling_advice(answer.component)));
  }
  return failure("method_not_allowed", readable_message(answer.body), answers(answer, "GET is not allowed there; check url and pprofPath"));
}

ScrapeFailure explain_server_error(const Answer& answer) {
  // runtime/pprof and runtime/trace: "cpu profiling already in use", "tracing is already enabled".
  if (contains(answer.body, "already in use") || contains(answer.body, "already enabled")) {
    return failure("busy", readable_message(answer.body),
                   answers(answer, "another profiler holds the process; give one of the two a shorter duration or a longer interval"));
  }
  if (contains(answer.body, "Authorization error") || contains(answer.body, "authorization error")) {
    return failure("authorization_failed", readable_message(answer.body),
                   answers(answer, "it could not ask kube-apiserver for a SubjectAccessReview; look at kube-apiserver first"));
  }
  if (answer.status == 502 || answer.status == 503 || answer.status == 504) {
    return failure("overloaded", readable_message(answer.body), answers(answer, "it, or a proxy before it, is not able to serve now"));
  }
  return failure("server_error", readable_message(answer.body), answers(answer, "look into its log"));
}

/// Of 3xx, those that lead elsewhere; 304 and 300 do not.
bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

ScrapeFailure explain_redirect(const Answer& answer) {
  const auto to = answer.headers.get("Location");
  const std::string location = to.empty() ? "none" : readable_message(plain_location(to));
  return failure(
      "redirect", "Location: " + location,
      answers(answer, "redirects are not followed, so that credentials stay with the configured listener; set url to the final address"));
}

std::optional<ScrapeFailure> explain_status(const Answer& answer) {
  switch (answer.status) {
    case 200:
      return std::nullopt;
    case 400:
      return explain_bad_request(answer);
    case 401:
      return failure("unauthorized", readable_message(answer.body),
                     answers(answer,
                             "the credentials are missing, expired or not known to it; check bearerTokenFile or the client certificate "
                             "(tokens also fail while kube-apiserver is down)"));
    case 403:
      return explain_forbidden(answer);
    case 404:
      return explain_not_found(answer);
    case 405:
      return explain_method(answer);
    case 429:
      return failure("overloaded", readable_message(answer.body), answers(answer, "it limits requests; scrape it less often"));
    default:
      break;
  }
  if (answer.status >= 500) return explain_server_error(answer);
  if (is_redirect(answer.status)) return explain_redirect(answer);
  return failure("unexpected_status", readable_message(answer.body), answers(answer, "this is not what net/http/pprof answers; check url"));
}

bool has_magic(ProfileType type, std::string_view body) {
  if (type == ProfileType::kTrace) return body.starts_with("go 1.");  // internal/trace: "go 1.22 trace\0\0\0"
  if (type == ProfileType::kGoroutineDebug2) return body.starts_with("goroutine ");
  return body.starts_with("\x1f\x8b");
}

std::optional<ScrapeFailure> explain_content(const Answer& answer) {
  const auto start = without_leading_space(answer.body);
  const auto content_type = answer.headers.get("Content-Type");
  const std::string_view check_url = "another program listens there, or a login page stands before it; check url and pprofPath";
  if (answer.body.empty()) return failure("empty_answer", "", answers(answer, "but without a body; is this its pprof port?"));
  if (has_magic(answer.type, answer.body)) return std::nullopt;
  if (model::is_pprof(answer.type) && pprof::has_profile_fields(answer.body)) return std::nullopt;  // without gzip
  if (start.starts_with("<") || content_type.starts_with("text/html")) {
    return failure("html", readable_message(answer.body), answers(answer, "with a web page; " + std::string(check_url)));
  }
  if (start.starts_with("{") || start.starts_with("[") || content_type.starts_with("application/json")) {
    return failure("json", readable_message(answer.body), answers(answer, "with JSON; " + std::string(check_url)));
  }
  return failure("not_a_profile", readable_message(answer.body),
                 answers(answer, "with something that is no profile; " + std::string(check_url)));
}

/// The hint for a cause of http::Client or of what follows it.
std::string hint_for(std::string_view cause) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kHints{{
      {"resolve_failed", "the host of url has no address; on a node an IP address is best"},
      {"connection_refused", "nobody listens at url: is the component running here, on this port, or is the socket at another path?"},
      {"connect_timeout", "no answer to a connection: a firewall drops it, or url names another host"},
      {"connect_failed",
       "kprofd cannot connect: check url and, as the message says, the route and the network policy, hostNetwork, or who may use the "
       "socket"},
      {"tls_untrusted",
       "set caFile to the CA that signed its certificate, serverName to a name in it, or pinnedCertFile to the certificate itself"},
      {"tls_expired",
       "renew its certificate (or that of its CA), or correct the clock of this node: the certificate is out of its time, as the message "
       "says"},
      {"tls_failed", "check that it speaks TLS at url (https or http?) and accepts clientCertFile"},
      {"tls_timeout",
       "it takes connections and does not answer the TLS handshake: it hangs, is overloaded, or speaks no TLS (https or http?)"},
      {"credentials_unreadable", "make the named file readable for kprofd, or correct its path in the configuration"},
      {"header_timeout", "it accepted the request and did not answer: it hangs or is overloaded; raise headerTimeout if it is only slow"},
      {"total_timeout", "the answer came too slowly; raise totalTimeout if it is only slow"},
      {"header_too_large", "no pprof endpoint answers with a header that long, and no setting allows it; check url"},
      {"response_too_large", "raise maxResponseBytes if it may be that large"},
      {"response_truncated",
       "the connection broke before the end of the answer: it was restarted, a WriteTimeout cut it, or, when it never answers, it speaks "
       "TLS "
       "(http or https?)"},
      {"protocol_error", "what listens at url does not speak HTTP/1.1: check scheme (http or https?) and port"},
      {"gzip_truncated", "the answer breaks off: it was restarted, or a proxy or a WriteTimeout cut it"},
      {"gzip_corrupt", "the answer is damaged gzip; a proxy may have changed it"},
      {"gzip_bomb",
       "the profile is larger decompressed than kprofd accepts in its bounded memory, and no setting raises that: disable the type for "
       "this "
       "target; if it should be small, check that url is its pprof port"},
      {"profile_too_large",
       "the profile is larger than kprofd accepts in its bounded memory; no setting raises that: disable the type for this target"},
      {"empty_profile", "the answer is empty once decompressed; is this its pprof port?"},
      {"not_a_profile", "the answer is no profile.proto; check url and pprofPath"},
      {"malformed_profile", "the answer contradicts itself; look for a proxy that changes it"},
      {"concatenated_profiles", "the answer holds two profiles; look for a proxy that joins them"},
      {"invalid_url", "correct url in the configuration"},
      {"process_restarted", "nothing to do: the next round takes the new process"},
      {"store_failed", "look at the store in /readyz: the disk may be full or read-only"},
      {"too_many_goroutines", "take goroutine instead, or raise maxDebug2Goroutines"},
  }};
  for (const auto& [known, hint] : kHints) {
    if (known == cause) return std::string(hint);
  }
  return "look into the log of kprofd";
}

std::string cause_of(const Error& error) {
  if (!error.cause().empty()) return error.cause();
  switch (error.code()) {
    case Errc::kCorrupt:
    case Errc::kInvalidArgument:
    case Errc::kUnsupported:
      return "malformed_profile";
    case Errc::kTooLarge:
      return "profile_too_large";
    case Errc::kTimeout:
      return "total_timeout";
    case Errc::kIo:
    case Errc::kUnavailable:
    case Errc::kNotFound:
    case Errc::kUnauthenticated:
    case Errc::kPermissionDenied:
    case Errc::kConflict:
    case Errc::kCancelled:
    case Errc::kInternal:
      break;
  }
  return "internal_error";
}

/// The "message" of a Kubernetes Status object; "" when `text` is none. Not a JSON parser: a Status is written by one encoder.
std::string_view status_message(std::string_view text) {
  if (!contains(text, "\"Status\"")) return {};
  const auto key = text.find("\"message\":");
  if (key == std::string_view::npos) return {};
  const auto open = text.find('"', key + 10);
  if (open == std::string_view::npos) return {};
  auto close = open + 1;
  while (close < text.size() && text[close] != '"') close += text[close] == '\\' ? 2U : 1U;
  return text.substr(open + 1, std::min(close, text.size()) - open - 1);
}

}  // namespace

std::optional<ScrapeFailure> explain_answer(const Answer& answer) {
  if (auto by_status = explain_status(answer)) return by_status;
  return explain_content(answer);
}

ScrapeFailure explain_error(std::string_view component, const Error& error) {
  auto cause = cause_of(error);
  auto hint = std::string(component) + ": " + hint_for(cause);
  return failure(std::move(cause), readable_message(error.message()), std::move(hint));
}

std::string readable_message(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (const auto status = status_message(text); !status.empty()) text = status;
  const auto clean = without_secrets(without_leading_space(text).substr(0, kMaxAnswerBytes));
  text = clean;
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (result.size() >= kMaxMessageBytes - 4) return result += "...";
    if (byte >= 0x20 && byte < 0x7f) {
      result.push_back(c);
    } else if (std::isspace(byte) != 0) {
      if (!result.ends_with(' ')) result.push_back(' ');
    } else {
      result += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return result;
}

}  // namespace agent::scrape
