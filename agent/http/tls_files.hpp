// Loading of PEM files into a TLS context, with errors that name the file. Private to agent/http.
#pragma once

#include "agent/base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace agent::http {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 or later, with buffers given back while idle.
[[nodiscard]] TlsContext make_tls_context(boost::asio::ssl::context::method method);

/// All of them fail with cause credentials_unreadable.
[[nodiscard]] Result<void> use_authorities(boost::asio::ssl::context& context, const std::string& ca_file);
[[nodiscard]] Result<void> use_certificate(boost::asio::ssl::context& context, const std::string& cert_file, const std::string& key_file);
/// The DER form of the first certificate of a PEM file.
[[nodiscard]] Result<std::string> read_certificate(const std::string& path);

/// What the peer showed, in DER; "" when it showed none.
[[nodiscard]] std::string peer_certificate(SSL* tls);

}  // namespace agent::http
