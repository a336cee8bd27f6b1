#include "agent/config/targets.hpp"

#include "agent/config/plan.hpp"
#include "agent/config/preset_names.hpp"
#include "agent/config/ranges.hpp"
#include "agent/config/sections.hpp"
#include "agent/model/component_name.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace agent::config {
namespace {

constexpr std::size_t kMaxTargets = 256;

std::vector<std::string_view> preset_names() {
  return {kPresetNames.begin(), kPresetNames.end()};
}

bool is_url_byte(char c) {
  return static_cast<unsigned char>(c) > ' ' && static_cast<unsigned char>(c) < 0x7F &&
         std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
}

/// Each '%' of a URL starts an escaped byte.
bool has_bad_escape(std::string_view url) {
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  for (auto at = url.find('%'); at != std::string_view::npos; at = url.find('%', at + 1)) {
    if (at + 2 >= url.size() || kHex.find(url[at + 1]) == std::string_view::npos || kHex.find(url[at + 2]) == std::string_view::npos)
      return true;
  }
  return false;
}

/// HOST, HOST:PORT, [V6] or [V6]:PORT; "" when it is fine.
std::string authority_problem(std::string_view authority) {
  const bool is_bracketed = authority.starts_with('[');
  const auto end = is_bracketed ? std::min(authority.find(']'), authority.size() - 1) + 1 : std::min(authority.find(':'), authority.size());
  const std::string_view host = authority.substr(0, end);
  const auto is_name_byte = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  };
  const bool is_v6 = is_bracketed && host.ends_with(']') && host.find(':') != std::string_view::npos &&
                     host.find_first_not_of("[]0123456789abcdefABCDEF:.") == std::string_view::npos;
  if (!is_v6 && (host.empty() || !std::all_of(host.begin(), host.end(), is_name_byte))) {
    return "expected a host name or an address (IPv6 in brackets), got " + quote(host);
  }
  if (end == authority.size()) return {};
  const std::string_view port = authority.substr(end + 1);
  std::uint16_t number = 0;
  const auto [stop, failed] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool is_number = failed == std::errc() && stop == port.data() + port.size() && number != 0;
  return authority[end] == ':' && is_number ? "" : "expected a port from 1 to 65535, got " + quote(authority.substr(end));
}

/// `path` is what follows unix://, with an optional prefix for requests behind ":/".
std::string unix_problem(std::string_view path, std::string_view url) {
  constexpr std::size_t kMaxSocketPath = 107;  // unix(7): sun_path has 108 bytes with its NUL
  const std::string_view socket = path.substr(0, path.find(":/"));
  if (socket == "/") return "a socket needs an absolute path: unix:///run/x.sock, got " + quote(url);
  return socket.size() > kMaxSocketPath && socket.find('%') == std::string_view::npos ? "the path of a socket has at most 107 bytes" : "";
}

/// What is wrong with a base URL as far as it can be seen here (agent/http has the whole grammar); "" when nothing is.
std::string url_problem(std::string_view url) {
  constexpr std::string_view kForms = "expected http://HOST:PORT, https://HOST:PORT or unix:///path/to.sock, got ";
  const bool is_unix = url.starts_with("unix://");
  if (!is_unix && !url.starts_with("http://") && !url.starts_with("https://")) return std::string(kForms) + quote(url);
  const std::string_view rest = url.substr(url.find("://") + 3);
  if (is_unix && !rest.starts_with('/')) return "a socket needs an absolute path: unix:///run/x.sock, got " + quote(url);
  if (rest.empty() || (!is_unix && (rest.front() == '/' || rest.front() == ':'))) return std::string(kForms) + quote(url);
  if (!std::all_of(url.begin(), url.end(), is_url_byte)) {
    return "no spaces, control characters or others that a URL has to escape, got " + quote(url);
  }
  if (has_bad_escape(url)) return "% must be followed by two hexadecimal digits, got " + quote(url);
  if (rest.find_first_of("?#") != std::string_view::npos) return "a base URL has no query and no fragment, got " + quote(url);
  if (is_unix) return unix_problem(rest, url);
  const std::string_view authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != std::string_view::npos) {
    return "a URL holds no user name or password; use bearerTokenFile or clientCertFile";
  }
  return authority_problem(authority);
}

bool is_loopback_url(std::string_view url) {
  const std::string_view rest = url.substr(std::min(url.size(), url.find("://") + 3));
  const std::string_view authority = rest.substr(0, rest.find('/'));
  const std::string_view host = authority.substr(0, authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':'));
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

void read_identity(MapReader& reader, TargetConfig& target) {
  set(target.component, reader.text("component"));
  if (!reader.is_map()) return;
  set(target.preset, reader.text("preset"));
  target.url = reader.text("url");
  if (target.component.empty()) {
    if (reader.child("component") == nullptr) {
      reader.problem("component", "is missing; give a name: one of " + join(preset_names()) + " or your own together with url");
    } else if (reader.child("component")->kind == YamlNode::Kind::kScalar) {
      reader.problem("component", "expected a name, got \"\"");
    }
    return;
  }
  if (!model::is_component_name(target.component)) {
    reader.problem("component", "expected " + std::string(model::kComponentNameRule) + ", got " + quote(target.component));
    return;
  }
  if (!target.preset.empty() && !is_preset_name(target.preset)) {
    reader.problem("preset", "unknown preset " + quote(target.preset) + suggestion(target.preset, preset_names()));
  } else if (target.preset.empty() && !is_preset_name(target.component) && reader.child("url") == nullptr) {
    const auto near = nearest(target.component, preset_names());
    reader.problem("component", quote(target.component) + " is not a preset, so it needs url" +
                                    (near.empty() ? "; presets: " + join(preset_names()) : ", or did you mean " + quote(near) + "?"));
  }
}

void check_url(MapReader& reader, TargetConfig& target) {
  if (target.url) {
    if (const auto problem = url_problem(*target.url); !problem.empty()) {
      reader.problem("url", problem);
      target.url.reset();
    }
  }
  target.pprof_path = reader.text("pprofPath");
  if (!target.pprof_path) return;
  const std::string& path = *target.pprof_path;
  if (!path.starts_with('/')) {
    reader.problem("pprofPath", "expected a path that starts with '/', like /debug/pprof, got " + quote(path));
  } else if (!std::all_of(path.begin(), path.end(), is_url_byte) || path.find_first_of("?#[]") != std::string::npos ||
             has_bad_escape(path)) {
    reader.problem("pprofPath",
                   "expected a path without spaces, control characters, a query or others that a URL has to escape, got " + quote(path));
  }
}

void read_credentials(MapReader& reader, TargetConfig& target) {
  target.bearer_token_file = reader.path_or_empty("bearerTokenFile");
  target.client_cert_file = reader.path_or_empty("clientCertFile");
  target.client_key_file = reader.path_or_empty("clientKeyFile");
  target.ca_file = reader.path_or_empty("caFile");
  target.server_name = reader.text("serverName");
  target.pinned_cert_file = reader.path_or_empty("pinnedCertFile");
  target.insecure_skip_verify = reader.flag("insecureSkipVerify");
}

bool is_set(const std::optional<std::string>& value) {
  return value && !value->empty();
}

void check_credentials(MapReader& reader, const TargetConfig& target) {
  if (is_set(target.client_cert_file) != is_set(target.client_key_file)) {
    reader.problem(is_set(target.client_cert_file) ? "clientCertFile" : "clientKeyFile",
                   "clientCertFile and clientKeyFile go together; give both or none");
  }
  const bool skips = target.insecure_skip_verify.value_or(false);
  if (skips && (is_set(target.ca_file) || is_set(target.pinned_cert_file))) {
    reader.problem("insecureSkipVerify", std::string("together with ") + (is_set(target.ca_file) ? "caFile" : "pinnedCertFile") +
                                             " it would never look at that file; remove one of them");
  }
  if (!target.url || target.url->starts_with("https://")) return;
  for (const auto& [key, used] : {std::pair("clientCertFile", is_set(target.client_cert_file)), std::pair("caFile", is_set(target.ca_file)),
                                  std::pair("serverName", is_set(target.server_name)),
                                  std::pair("pinnedCertFile", is_set(target.pinned_cert_file)), std::pair("insecureSkipVerify", skips)}) {
    if (used) reader.problem(key, "is for https:// only, and url is " + quote(*target.url));
  }
  if (is_set(target.bearer_token_file) && target.url->starts_with("http://") && !is_loopback_url(*target.url)) {
    reader.problem("bearerTokenFile", "would send the token unencrypted to " + quote(*target.url) + "; use https://");
  }
}

void check_target_plan(MapReader& reader, const ScrapeConfig& scrape, const TargetConfig& target) {
  const auto inherited = check_plan(scrape, plan_for(scrape, {}));
  const auto checked = check_plan(scrape, plan_for(scrape, target));
  if (checked || (!inherited && checked.error().message() == inherited.error().message())) return;
  reader.problem(reader.first_of({"interval", "profiles", "component"}), checked.error().message());
}

TargetConfig read_target(MapReader reader, const ScrapeConfig& scrape, Problems& problems) {
  TargetConfig target;
  target.line = reader.mark("").line;
  read_identity(reader, target);
  check_url(reader, target);
  target.process_name = reader.text("processName");
  read_credentials(reader, target);
  check_credentials(reader, target);
  target.interval = reader.duration("interval", kIntervalRange);
  read_profiles(reader, problems, target.profiles);
  const WrittenLimits limits = read_limits(reader);
  target.connect_timeout = limits.connect_timeout;
  target.header_timeout = limits.header_timeout;
  target.total_timeout = limits.total_timeout;
  target.max_response_bytes = limits.max_response_bytes;
  reader.finish();
  check_target_plan(reader, scrape, target);
  return target;
}

}  // namespace

std::vector<TargetConfig> read_targets(const YamlNode& list, const ScrapeConfig& scrape, Problems& problems) {
  std::vector<TargetConfig> targets;
  if (list.kind == YamlNode::Kind::kNull || list.kind == YamlNode::Kind::kRefused) return targets;
  if (list.kind != YamlNode::Kind::kSequence) {
    problems.add(list.mark, "targets", "expected a list, each item starting with \"- component: NAME\"");
    return targets;
  }
  if (list.items.size() > kMaxTargets) {
    problems.add(list.items[kMaxTargets].mark, "targets", "more than " + std::to_string(kMaxTargets) + " targets");
    return targets;
  }
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const std::string path = "targets[" + std::to_string(i) + "]";
    MapReader reader(list.items[i], path, problems);
    auto target = read_target(reader, scrape, problems);
    const auto same = [&](const TargetConfig& other) { return !target.component.empty() && other.component == target.component; };
    const auto first = std::find_if(targets.begin(), targets.end(), same);
    if (first != targets.end()) {
      reader.problem("component", quote(target.component) + " is already the target at line " + std::to_string(first->line));
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace agent::config
