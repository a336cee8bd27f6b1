#include "tests/support/test_certificates.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace tests {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Free>;
using X509Ptr = std::unique_ptr<X509, Free>;
using BioPtr = std::unique_ptr<BIO, Free>;

KeyPtr make_key() {
  // EVP_EC_gen is a macro with a C cast.
  return KeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
  return std::string(data, static_cast<std::size_t>(size));
}

std::string pem_of(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

X509Ptr blank(EVP_PKEY* key, const std::string& name, std::chrono::seconds from, std::chrono::seconds to) {
  X509Ptr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  std::uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial >> 1U);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to.count());
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()), -1, 0);
  return certificate;
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension) throw std::runtime_error("bad extension: " + value);
  X509_add_ext(certificate, extension.get(), -1);
}

std::string alternative_names(const CertificateRequest& request) {
  std::string names;
  for (const auto& name : request.dns_names) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  for (const auto& address : request.addresses) names += (names.empty() ? "IP:" : ",IP:") + address;
  return names;
}

}  // namespace

struct TestAuthority::Key {
  KeyPtr key = make_key();
  X509Ptr certificate;
};

TestAuthority::TestAuthority(const std::string& name) : key_(std::make_unique<Key>()) {
  key_->certificate = blank(key_->key.get(), name, std::chrono::hours(-48), std::chrono::hours(48));
  X509_set_issuer_name(key_->certificate.get(), X509_get_subject_name(key_->certificate.get()));
  extend(key_->certificate.get(), key_->certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  extend(key_->certificate.get(), key_->certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(key_->certificate.get(), key_->key.get(), EVP_sha256());
  cert_pem_ = pem_of(key_->certificate.get());
}

TestAuthority::~TestAuthority() = default;

Certificate TestAuthority::issue(const CertificateRequest& request) const {
  const auto key = make_key();
  const auto certificate = blank(key.get(), request.common_name, request.valid_from, request.valid_to);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(key_->certificate.get()));
  extend(certificate.get(), key_->certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
  if (const auto names = alternative_names(request); !names.empty()) {
    extend(certificate.get(), key_->certificate.get(), NID_subject_alt_name, names);
  }
  X509_sign(certificate.get(), key_->key.get(), EVP_sha256());
  return {pem_of(certificate.get()), pem_of(key.get())};
}

}  // namespace tests
