#include "agent/http/server_tls.hpp"

#include <boost/asio/ssl/verify_mode.hpp>
#include <openssl/ssl.h>

#include <utility>

namespace agent::http {
namespace {

namespace asio = boost::asio;

Result<TlsContext> load_files(const ServerTls& files) {
  auto context = make_tls_context(asio::ssl::context::tls_server);
  if (auto used = use_certificate(*context, files.cert_file, files.key_file); !used) return std::move(used).error().context("server");
  if (files.client_ca_file.empty()) return context;
  if (auto used = use_authorities(*context, files.client_ca_file); !used) return std::move(used).error().context("clients");
  context->set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
  // Without a session id context OpenSSL refuses to resume sessions of verified clients, with an error they do not expect.
  SSL_CTX_set_session_cache_mode(context->native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_TICKET);
  return context;
}

}  // namespace

ServerTlsSetup::ServerTlsSetup(ServerTls files, Logger& log)
    : files_(std::move(files)), log_(log), paths_{files_.cert_file, files_.key_file, files_.client_ca_file} {}

Result<void> ServerTlsSetup::load() {
  stamps_ = stamps_of(paths_);
  auto loaded = load_files(files_);
  if (!loaded) return std::move(loaded).error();
  context_ = *loaded;
  return {};
}

TlsContext ServerTlsSetup::context() {
  auto stamps = stamps_of(paths_);
  if (stamps == stamps_) return context_;
  stamps_ = std::move(stamps);
  auto loaded = load_files(files_);
  if (loaded) {
    context_ = *loaded;
    log_.info("the server's certificate was renewed", {{"file", files_.cert_file}});
  } else {
    log_.error("the server's new certificate does not load; the one before is used", {{"error", loaded.error().message()}});
  }
  return context_;
}

}  // namespace agent::http
