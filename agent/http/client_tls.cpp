#include "agent/http/client_tls.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;

Error untrusted(const std::string& why) {
  return Error(Errc::kUnauthenticated, "the server's certificate is not trusted: " + why, "tls_untrusted");
}

bool is_address(const std::string& host) {
  boost::system::error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

}  // namespace

ClientTlsSetup::ClientTlsSetup(ClientTls options, std::string host)
    : options_(std::move(options)),
      name_(options_.server_name.empty() ? std::move(host) : options_.server_name),
      paths_{options_.ca_file, options_.client_cert_file, options_.client_key_file, options_.pinned_cert_file} {}

Result<TlsContext> ClientTlsSetup::context() {
  auto stamps = stamps_of(paths_);
  if (context_ && stamps == stamps_) return context_;
  context_ = nullptr;
  auto loaded = load();
  if (!loaded) return std::move(loaded).error();
  context_ = *loaded;
  stamps_ = std::move(stamps);
  ++generation_;
  return context_;
}

Result<TlsContext> ClientTlsSetup::load() {
  auto context = make_tls_context(asio::ssl::context::tls_client);
  if (!options_.pinned_cert_file.empty()) {
    auto der = read_certificate(options_.pinned_cert_file);
    if (!der) return std::move(der).error();
    pinned_der_ = std::move(*der);
  } else if (!options_.ca_file.empty()) {
    if (auto used = use_authorities(*context, options_.ca_file); !used) return std::move(used).error();
  } else {
    boost::system::error_code error;
    context->set_default_verify_paths(error);
  }
  if (!options_.client_cert_file.empty()) {
    auto used = use_certificate(*context, options_.client_cert_file, options_.client_key_file);
    if (!used) return std::move(used).error().context("client");
  }
  return context;
}

void ClientTlsSetup::prepare(SSL* tls) const {
  const bool by_address = is_address(name_);
  // SSL_set_tlsext_host_name is a macro with a C cast.
  if (!by_address) SSL_ctrl(tls, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(name_.c_str()));
  // A pinned certificate is compared after the handshake, which has by then proven that the server holds its key.
  SSL_set_verify(tls, checks_chain() ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  if (!checks_chain()) return;
  if (by_address) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), name_.c_str());
  } else {
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    SSL_set1_host(tls, name_.c_str());
  }
}

Result<void> ClientTlsSetup::check_peer(SSL* tls) const {
  if (options_.pinned_cert_file.empty()) return {};
  if (peer_certificate(tls) == pinned_der_) return {};
  return untrusted("it is not the pinned one of " + options_.pinned_cert_file);
}

Error ClientTlsSetup::handshake_error(SSL* tls, const boost::system::error_code& error) const {
  const auto verdict = SSL_get_verify_result(tls);
  if (checks_chain() && verdict != X509_V_OK) {
    std::string why = X509_verify_cert_error_string(verdict);
    if (verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID) {
      return Error(Errc::kUnauthenticated, "the server's certificate is not trusted: " + why, "tls_expired");
    }
    if (verdict == X509_V_ERR_HOSTNAME_MISMATCH || verdict == X509_V_ERR_IP_ADDRESS_MISMATCH) why += ": expected " + name_;
    if (verdict == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || verdict == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN ||
        verdict == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) {
      why += " (unknown authority)";
    }
    return untrusted(why);
  }
  return tls_failed(error);
}

bool is_tls_error(const boost::system::error_code& error) {
  return error.category() == asio::error::get_ssl_category();
}

Error tls_failed(const boost::system::error_code& error) {
  std::string why = "TLS failed: " + error.message();
  if (is_tls_error(error) && ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_WRONG_VERSION_NUMBER) {
    why = "TLS failed: the other side does not speak TLS (" + error.message() + ")";
  } else if (error == asio::error::eof || error == asio::ssl::error::stream_truncated || error == asio::error::connection_reset) {
    why = "TLS failed: the other side closed the connection during the handshake";
  }
  return Error(Errc::kUnavailable, std::move(why), "tls_failed");
}

}  // namespace agent::http
