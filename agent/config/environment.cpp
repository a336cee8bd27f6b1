#include "agent/config/environment.hpp"

#include <cstdlib>
#include <optional>
#include <utility>

namespace agent::config {
namespace {

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (name.empty() || is_digit(name.front())) return false;
  for (const char c : name) {
    if (!is_letter(c) && !is_digit(c)) return false;
  }
  return true;
}

/// The value of what stands between ${ and }.
Result<std::string> expand(std::string_view inside, const Environment& environment) {
  const auto split = inside.find(":-");
  const std::string name(inside.substr(0, split));
  if (!is_name(name)) return Error(Errc::kInvalidArgument, "expected a variable like ${NODE_NAME}, got " + quote("${" + name + "}"));
  auto value = environment(name);
  if (split == std::string_view::npos) {
    if (value) return *std::move(value);
    return Error(Errc::kInvalidArgument, "environment variable " + name + " is not set; set it or give a default: ${" + name + ":-value}");
  }
  return value && !value->empty() ? *std::move(value) : std::string(inside.substr(split + 2));
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
}

Result<std::string> substitute(std::string_view text, const Environment& environment) {
  std::string out;
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar + 1);
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find('}');
    if (!text.starts_with('{') || end == std::string_view::npos) {
      return Error(Errc::kInvalidArgument, "'$' stands alone; write ${NAME} for a variable and $$ for a dollar sign");
    }
    auto value = expand(text.substr(1, end - 1), environment);
    if (!value) return value;
    out += *value;
    text.remove_prefix(end + 1);
    if (out.size() > kMaxValueBytes) break;
  }
  if (out.size() > kMaxValueBytes) {
    return Error(Errc::kInvalidArgument, "longer than " + std::to_string(kMaxValueBytes) + " bytes");
  }
  return out;
}

void substitute_all(YamlNode& node, const Environment& environment, Problems& problems, const std::string& path) {
  if (node.kind == YamlNode::Kind::kScalar) {
    auto value = substitute(node.scalar, environment);
    if (value) {
      node.scalar = *std::move(value);
    } else {
      problems.add(node.mark, path, value.error().message());
      node.kind = YamlNode::Kind::kRefused;
    }
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    substitute_all(node.items[i], environment, problems, path + "[" + std::to_string(i) + "]");
  }
  for (auto& entry : node.entries) {
    substitute_all(entry.value, environment, problems, path.empty() ? entry.key : path + "." + entry.key);
  }
}

}  // namespace agent::config
