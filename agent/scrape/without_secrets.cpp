#include "agent/scrape/without_secrets.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace agent::scrape {
namespace {

constexpr std::string_view kMask = "***";

bool starts_without_case(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() && std::equal(lower_word.begin(), lower_word.end(), text.begin(), [](char want, char have) {
           return std::tolower(static_cast<unsigned char>(have)) == want;
         });
}

std::size_t end_of_run(std::string_view text, std::size_t at, std::string_view members) {
  return std::min(text.find_first_not_of(members, at), text.size());
}

/// Where the secret behind the name at `at` begins; 0 when no secret's name is there.
std::size_t secret_after(std::string_view text, std::size_t at) {
  const auto rest = text.substr(at);
  if (starts_without_case(rest, "authorization")) {
    // Authorization: x, "authorization":"x", Authorization=[x], Authorization:\n x; but not "authorization error".
    const auto colon = end_of_run(text, at + 13, "\"'\\ \t");
    if (colon == text.size() || (text[colon] != ':' && text[colon] != '=')) return 0;
    return end_of_run(text, colon + 1, "\"'\\ \t\r\n[");
  }
  if (starts_without_case(rest, "bearer")) {
    auto begin = end_of_run(text, at + 6, " \t+:=");
    if (text.substr(begin, 3) == "%20") begin += 3;
    return begin == at + 6 || starts_without_case(text.substr(begin), "token") ? 0 : begin;  // "invalid bearer token" tells none
  }
  return 0;
}

/// An escaped slash does not end a secret; an escaped quote or line end does.
std::size_t end_of_secret(std::string_view text, std::size_t at, std::string_view ends) {
  for (; at < text.size(); ++at) {
    if (ends.find(text[at]) != std::string_view::npos) return at;
    const bool is_escape = text[at] == '\\' && at + 1 < text.size();
    if (is_escape && std::string_view("\"'rn").find(text[at + 1]) != std::string_view::npos) return at;
  }
  return text.size();
}

}  // namespace

std::string without_secrets(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = secret_after(text, at);
    if (begin == 0) {
      clean.push_back(text[at++]);
      continue;
    }
    const bool is_field = starts_without_case(text.substr(at), "authorization");
    const auto end = end_of_secret(text, begin, is_field ? "\r\n\"']<" : " \t\r\n\"']<>,;&)");
    clean += text.substr(at, begin - at);
    if (end > begin) clean += kMask;
    at = end;
  }
  return clean;
}

std::string plain_location(std::string_view location) {
  location = location.substr(0, location.find_first_of("?#"));
  const auto authority = location.find("//");
  if (authority == std::string_view::npos) return std::string(location);
  const auto begin = authority + 2;
  const auto end = std::min(location.find('/', begin), location.size());
  const auto at = location.substr(begin, end - begin).rfind('@');
  std::string plain(location.substr(0, begin));
  plain += at == std::string_view::npos ? location.substr(begin) : location.substr(begin + at + 1);
  return plain;
}

}  // namespace agent::scrape
