// The one way kprofd reports what went wrong: an Error value inside a Result (result.hpp).
// Log once, where the error stops travelling; lower layers return it with context().
#pragma once

#include <string>
#include <string_view>

namespace agent {

/// What a caller can do about it. HTTP statuses and exit codes are tables over this enum.
enum class Errc {
  kInvalidArgument,   ///< the caller's input is wrong
  kNotFound,          ///< no such thing
  kTimeout,           ///< a time limit ran out
  kUnavailable,       ///< the other side refuses or is busy; later may work
  kUnauthenticated,   ///< no or wrong credentials
  kPermissionDenied,  ///< known, but not allowed
  kTooLarge,          ///< a limit of size or count
  kCorrupt,           ///< bytes that are not what they claim to be
  kConflict,          ///< it is there already, or held by somebody else
  kCancelled,         ///< stopped on request
  kIo,                ///< the operating system says no
  kUnsupported,       ///< a version or format we do not know
  kInternal,          ///< a bug of ours
};

/// The enumerator in words, e.g. "not found".
[[nodiscard]] std::string_view to_string(Errc code);

/// An error as a value. A class with constructors, not an aggregate: g++ 12 destroys aggregate temporaries twice in expressions that
/// co_await.
class Error {
 public:
  /// `cause` is an optional stable token such as "connect_refused", used as a metric label and in JSON; `message` is for people.
  Error(Errc code, std::string message, std::string cause = {});

  [[nodiscard]] Errc code() const { return code_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  [[nodiscard]] const std::string& cause() const { return cause_; }

  /// The same error with "where: " before its message.
  [[nodiscard]] Error context(std::string_view where) &&;
  [[nodiscard]] Error context(std::string_view where) const&;

 private:
  Errc code_;
  std::string message_;
  std::string cause_;
};

/// kIo (kNotFound for ENOENT, kPermissionDenied for EACCES and EPERM) with "what: strerror(err)".
[[nodiscard]] Error errno_error(int err, std::string_view what);

}  // namespace agent
