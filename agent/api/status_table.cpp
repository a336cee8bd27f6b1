#include "agent/api/status_table.hpp"

#include <array>
#include <cstddef>

namespace agent::api {
namespace {

struct Row {
  Errc code;
  int status;
  std::string_view word;
};

constexpr std::array kTable{
    Row{Errc::kInvalidArgument, 400, "invalid_argument"},
    Row{Errc::kNotFound, 404, "not_found"},
    Row{Errc::kTimeout, 504, "timeout"},
    Row{Errc::kUnavailable, 503, "unavailable"},
    Row{Errc::kUnauthenticated, 401, "unauthenticated"},
    Row{Errc::kPermissionDenied, 403, "permission_denied"},
    Row{Errc::kTooLarge, 413, "too_large"},
    Row{Errc::kCorrupt, 500, "corrupt"},
    Row{Errc::kConflict, 409, "conflict"},
    Row{Errc::kCancelled, 503, "cancelled"},
    Row{Errc::kIo, 500, "io_error"},
    Row{Errc::kUnsupported, 500, "unsupported"},
    Row{Errc::kInternal, 500, "internal"},
};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].code) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Errc::kInternal) + 1;
}
static_assert(is_in_order(), "one row for each Errc, in its order");

const Row& row_of(Errc code) {
  return kTable[static_cast<std::size_t>(code)];
}

}  // namespace

int status_of(Errc code) {
  return row_of(code).status;
}

int gateway_status_of(const Error& error) {
  if (error.code() == Errc::kTimeout) return 504;
  if (error.code() == Errc::kInvalidArgument || error.code() == Errc::kNotFound) return status_of(error.code());
  return error.cause() == "busy" || error.cause() == "too_many_goroutines" ? 503 : 502;
}

std::string_view word_of(Errc code) {
  return row_of(code).word;
}

}  // namespace agent::api
