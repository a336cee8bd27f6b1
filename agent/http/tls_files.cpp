#include "agent/http/tls_files.hpp"

#include "agent/base/file.hpp"

#include <boost/asio/buffer.hpp>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace agent::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kMaxPemBytes = 1024U * 1024;  // a bundle of all public authorities is about 220 KiB

Error unreadable(Errc code, const std::string& what) {
  ERR_clear_error();
  return Error(code, what, "credentials_unreadable");
}

Result<std::string> read_pem(const std::string& path) {
  auto text = read_file(path, kMaxPemBytes);
  if (!text) return unreadable(text.error().code(), text.error().message());
  return text;
}

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using X509Ptr = std::unique_ptr<X509, FreeX509>;

std::string der_of(X509* certificate) {
  std::string der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace

TlsContext make_tls_context(asio::ssl::context::method method) {
  auto context = std::make_shared<asio::ssl::context>(method);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS);
  // OpenSSL 3 calls a connection that ends without close_notify a protocol error; Asio tells it as stream_truncated, which we judge.
  return context;
}

Result<void> use_authorities(asio::ssl::context& context, const std::string& ca_file) {
  auto pem = read_pem(ca_file);
  if (!pem) return std::move(pem).error().context("authority");
  error_code error;
  context.add_certificate_authority(asio::buffer(*pem), error);
  if (error) return unreadable(Errc::kInvalidArgument, "authority: " + ca_file + " holds no PEM certificate: " + error.message());
  return {};
}

Result<void> use_certificate(asio::ssl::context& context, const std::string& cert_file, const std::string& key_file) {
  auto certificate = read_pem(cert_file);
  if (!certificate) return std::move(certificate).error().context("certificate");
  auto key = read_pem(key_file);
  if (!key) return std::move(key).error().context("key");
  error_code error;
  context.use_certificate_chain(asio::buffer(*certificate), error);
  if (error) return unreadable(Errc::kInvalidArgument, "certificate: " + cert_file + " holds no PEM certificate: " + error.message());
  context.use_private_key(asio::buffer(*key), asio::ssl::context::pem, error);
  OPENSSL_cleanse(key->data(), key->size());
  if (error) {
    // OpenSSL reports a key of another certificate here as well.
    return unreadable(Errc::kInvalidArgument, "key: " + key_file + " holds no PEM key of " + cert_file + ": " + error.message());
  }
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return unreadable(Errc::kInvalidArgument, "key: " + key_file + " does not belong to " + cert_file);
  }
  return {};
}

Result<std::string> read_certificate(const std::string& path) {
  auto pem = read_pem(path);
  if (!pem) return std::move(pem).error().context("pinned certificate");
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), BIO_free);
  const X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) return unreadable(Errc::kInvalidArgument, "pinned certificate: " + path + " holds no PEM certificate");
  return der_of(certificate.get());
}

std::string peer_certificate(SSL* tls) {
  const X509Ptr certificate(SSL_get1_peer_certificate(tls));
  return certificate ? der_of(certificate.get()) : std::string();
}

}  // namespace agent::http
