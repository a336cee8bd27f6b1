#include "agent/cli/exit_code.hpp"

namespace agent::cli {

ExitCode exit_code_of(const Error& error) {
  if (error.cause() == kUnreachableCause) return ExitCode::kUnreachable;
  switch (error.code()) {
    case Errc::kInvalidArgument:
      return ExitCode::kUsage;
    case Errc::kNotFound:
      return ExitCode::kNothingFound;
    case Errc::kTimeout:
    case Errc::kUnavailable:
    case Errc::kUnauthenticated:
    case Errc::kPermissionDenied:
    case Errc::kTooLarge:
    case Errc::kCorrupt:
    case Errc::kConflict:
    case Errc::kCancelled:
    case Errc::kIo:
    case Errc::kUnsupported:
    case Errc::kInternal:
      return ExitCode::kFailed;
  }
  return ExitCode::kFailed;
}

std::string_view exit_code_help() {
  return "Exit codes:\n"
         "  0  done\n"
         "  1  failed, or only part of it was done, or verify found damage\n"
         "  2  wrong usage: an option, a value or a file that cannot be meant\n"
         "  3  the server cannot be reached\n"
         "  4  nothing there: no such store, component, type, series or snapshot, or none in the window\n";
}

}  // namespace agent::cli
