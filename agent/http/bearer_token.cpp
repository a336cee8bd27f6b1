#include "agent/http/bearer_token.hpp"

#include "agent/base/file.hpp"

#include <algorithm>

namespace agent::http {
namespace {

constexpr std::size_t kMaxTokenBytes = 16U * 1024;
constexpr std::string_view kWhiteSpace = " \t\r\n";

}  // namespace

Result<std::string> BearerToken::current() {
  const auto stamp = stamp_of(path_);
  if (token_ && stamp == stamp_) return *token_;
  token_.reset();
  const auto text = read_file(path_, kMaxTokenBytes);
  if (!text) return Error(text.error().code(), "bearer token: " + text.error().message(), "credentials_unreadable");
  const auto begin = text->find_first_not_of(kWhiteSpace);
  if (begin == std::string::npos) return Error(Errc::kUnauthenticated, "bearer token: " + path_ + " is empty", "credentials_unreadable");
  auto token = text->substr(begin, text->find_last_not_of(kWhiteSpace) + 1 - begin);
  const bool printable = std::all_of(token.begin(), token.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!printable) return Error(Errc::kUnauthenticated, "bearer token: " + path_ + " is not one line of text", "credentials_unreadable");
  stamp_ = stamp;
  token_ = std::move(token);
  return *token_;
}

}  // namespace agent::http
