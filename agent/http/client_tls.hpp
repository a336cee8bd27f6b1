// How a client trusts and identifies itself: one TLS context for all its connections, made anew when a file changes. Private to agent/http.
#pragma once

#include "agent/base/result.hpp"
#include "agent/http/client.hpp"
#include "agent/http/file_stamp.hpp"
#include "agent/http/tls_files.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace agent::http {

class ClientTlsSetup {
 public:
  /// `host` is that of the URL.
  ClientTlsSetup(ClientTls options, std::string host);

  /// The context for the files as they are now. Errors: credentials_unreadable.
  [[nodiscard]] Result<TlsContext> context();
  /// Rises with each new context: connections of an older generation are not used again.
  [[nodiscard]] std::uint64_t generation() const { return generation_; }

  /// Sets the server name and what is checked, before the handshake.
  void prepare(SSL* tls) const;
  /// What is checked after it: the pinned certificate. Errors: tls_untrusted.
  [[nodiscard]] Result<void> check_peer(SSL* tls) const;
  /// Why a handshake failed: tls_untrusted, tls_expired or tls_failed.
  [[nodiscard]] Error handshake_error(SSL* tls, const boost::system::error_code& error) const;

 private:
  [[nodiscard]] Result<TlsContext> load();
  [[nodiscard]] bool checks_chain() const { return options_.pinned_cert_file.empty() && !options_.insecure_skip_verify; }

  ClientTls options_;
  std::string name_;  ///< expected of the server
  std::vector<std::string> paths_;
  std::vector<FileStamp> stamps_;
  TlsContext context_;
  std::string pinned_der_;
  std::uint64_t generation_ = 0;
};

/// Why TLS broke after the handshake, when that is the cause: TLS 1.3 tells the refusal of a client certificate only then.
[[nodiscard]] bool is_tls_error(const boost::system::error_code& error);
[[nodiscard]] Error tls_failed(const boost::system::error_code& error);

}  // namespace agent::http
