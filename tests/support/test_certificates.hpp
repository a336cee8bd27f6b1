// Certificates made for a test: an authority and what it signs.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tests {

struct Certificate {
  std::string cert_pem;
  std::string key_pem;
};

struct CertificateRequest {
  std::string common_name = "kprofd-test";
  std::vector<std::string> dns_names = {"localhost"};
  std::vector<std::string> addresses = {"127.0.0.1", "::1"};
  std::chrono::seconds valid_from = std::chrono::hours(-1);  ///< from now
  std::chrono::seconds valid_to = std::chrono::hours(24);
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "kprofd test authority");
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  [[nodiscard]] const std::string& cert_pem() const { return cert_pem_; }
  /// Keys are EC P-256.
  [[nodiscard]] Certificate issue(const CertificateRequest& request = {}) const;

 private:
  struct Key;
  std::unique_ptr<Key> key_;
  std::string cert_pem_;
};

}  // namespace tests
