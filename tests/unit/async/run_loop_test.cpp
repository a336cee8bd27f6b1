#include "agent/async/run_loop.hpp"

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace {

TEST(RunLoop, AnExceptionOfOneHandlerIsHeardAndTheOthersRun) {
  boost::asio::io_context io(1);
  int ran = 0;
  int heard = 0;
  boost::asio::post(io, [&] { ++ran; });
  boost::asio::post(io, [] { throw std::length_error("field value too large"); });
  boost::asio::post(io, [&] { ++ran; });
  agent::async::run_loop(io, [&](const std::exception_ptr& /*exception*/) { ++heard; });
  EXPECT_EQ(ran, 2);
  EXPECT_EQ(heard, 1);
}

}  // namespace
