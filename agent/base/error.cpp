#include "agent/base/error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace agent {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::kInvalidArgument:
      return "invalid argument";
    case Errc::kNotFound:
      return "not found";
    case Errc::kTimeout:
      return "timeout";
    case Errc::kUnavailable:
      return "unavailable";
    case Errc::kUnauthenticated:
      return "unauthenticated";
    case Errc::kPermissionDenied:
      return "permission denied";
    case Errc::kTooLarge:
      return "too large";
    case Errc::kCorrupt:
      return "corrupt";
    case Errc::kConflict:
      return "conflict";
    case Errc::kCancelled:
      return "cancelled";
    case Errc::kIo:
      return "input/output error";
    case Errc::kUnsupported:
      return "unsupported";
    case Errc::kInternal:
      return "internal error";
  }
  return "unknown";
}

Error::Error(Errc code, std::string message, std::string cause) : code_(code), message_(std::move(message)), cause_(std::move(cause)) {}

Error Error::context(std::string_view where) && {
  message_ = std::string(where) + ": " + message_;
  return std::move(*this);
}

Error Error::context(std::string_view where) const& {
  return Error(*this).context(where);
}

Error errno_error(int err, std::string_view what) {
  const auto code = err == ENOENT ? Errc::kNotFound : err == EACCES || err == EPERM ? Errc::kPermissionDenied : Errc::kIo;
  return Error(code, std::string(what) + ": " + std::generic_category().message(err));
}

}  // namespace agent
