// How I/O is awaited: errors as values, `auto [ec, n] = co_await socket.async_read_some(buffer, async::use_tuple);`.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace agent::async {

// Named as Asio names its own. NOLINTNEXTLINE(readability-identifier-naming)
inline constexpr auto use_tuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace agent::async
