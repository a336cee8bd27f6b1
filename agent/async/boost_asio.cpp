// Asio's own code, compiled once (BOOST_ASIO_SEPARATE_COMPILATION). The TLS part is in agent/http, which seals OpenSSL.
#include <boost/asio/impl/src.hpp>
