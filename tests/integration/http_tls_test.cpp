// links: tests_http
// TLS of the client and of the server, with certificates made for each test.
#include "agent/async/task_group.hpp"
#include "agent/http/client.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/misbehaving_server.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_certificates.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>

namespace {

using agent::Errc;
using agent::Result;
using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;
using tests::Behaviour;
using tests::Certificate;
using tests::CertificateRequest;
using tests::MisbehavingOptions;
using tests::MisbehavingServer;

MisbehavingOptions with(Certificate certificate) {
  MisbehavingOptions options;
  options.tls = std::move(certificate);
  return options;
}

class HttpTlsTest : public testing::Test {
 protected:
  HttpTlsTest() { trusting_.ca_file = dir_.write("ca.pem", authority_.cert_pem()).string(); }

  static RequestLimits limits() {
    RequestLimits limits;
    limits.connect_timeout = 500ms;
    limits.header_timeout = 500ms;
    limits.total_timeout = 1s;
    return limits;
  }

  void connect(const std::string& url, const ClientTls& tls) {
    ClientOptions options;
    options.url = parse_url(url).value();
    options.tls = tls;
    options.bearer_token_file = token_file_;
    client_ = make_client(io_.get_executor(), std::move(options), log_);
  }

  Result<ClientResponse> get() {
    ClientRequest request;
    return tests::run_task(io_, client_->send(std::move(request), limits()));
  }

  Result<ClientResponse> get(const std::string& url, const ClientTls& tls) {
    connect(url, tls);
    return get();
  }

  void expect_failure(const Result<ClientResponse>& result, const std::string& cause, const std::string& part) {
    ASSERT_FALSE(result) << "status " << result->status;
    EXPECT_EQ(result.error().cause(), cause) << result.error().message();
    EXPECT_NE(result.error().message().find(part), std::string::npos) << result.error().message();
  }

  std::string write(const std::string& name, const std::string& content) { return dir_.write(name, content).string(); }

  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  tests::TempDir dir_;
  tests::TestAuthority authority_;
  ClientTls trusting_;
  std::string token_file_;
  std::unique_ptr<Client> client_;
};

TEST_F(HttpTlsTest, TrustsACertificateOfTheAuthorityForTheNameOrTheAddress) {
  MisbehavingServer server(Behaviour::kAnswer, with(authority_.issue()));
  const auto by_address = get(server.url(), trusting_);
  EXPECT_TRUE(by_address) << by_address.error().message();
  const auto by_name = get("https://localhost:" + std::to_string(server.port()), trusting_);
  EXPECT_TRUE(by_name) << by_name.error().message();
}

TEST_F(HttpTlsTest, TheServerNameOfTheConfigurationReplacesTheHost) {
  CertificateRequest request;
  request.dns_names = {"kube-apiserver.local"};
  request.addresses.clear();
  MisbehavingServer server(Behaviour::kAnswer, with(authority_.issue(request)));
  expect_failure(get(server.url(), trusting_), "tls_untrusted", "expected 127.0.0.1");
  auto named = trusting_;
  named.server_name = "kube-apiserver.local";
  EXPECT_TRUE(get(server.url(), named));
}

TEST_F(HttpTlsTest, SaysWhyACertificateIsNotTrusted) {
  CertificateRequest expired;
  expired.valid_from = -2h;
  expired.valid_to = -1h;
  MisbehavingServer old_server(Behaviour::kAnswer, with(authority_.issue(expired)));
  expect_failure(get(old_server.url(), trusting_), "tls_expired", "expired");

  CertificateRequest other;
  other.dns_names = {"other.example"};
  other.addresses.clear();
  MisbehavingServer other_server(Behaviour::kAnswer, with(authority_.issue(other)));
  expect_failure(get("https://localhost:" + std::to_string(other_server.port()), trusting_), "tls_untrusted", "expected localhost");

  const tests::TestAuthority stranger("somebody else");
  MisbehavingServer strange_server(Behaviour::kAnswer, with(stranger.issue()));
  expect_failure(get(strange_server.url(), trusting_), "tls_untrusted", "unknown authority");
  expect_failure(get(strange_server.url(), ClientTls()), "tls_untrusted", "unknown authority");
}

TEST_F(HttpTlsTest, APinnedCertificateIsEnoughAndNoOtherPasses) {
  CertificateRequest request;
  request.valid_from = -2h;
  request.valid_to = -1h;
  request.dns_names = {"whatever"};
  const auto pinned = authority_.issue(request);
  ClientTls tls;
  tls.pinned_cert_file = write("pin.pem", pinned.cert_pem);
  MisbehavingServer server(Behaviour::kAnswer, with(pinned));
  const auto answer = get(server.url(), tls);
  EXPECT_TRUE(answer) << answer.error().message();

  MisbehavingServer other(Behaviour::kAnswer, with(authority_.issue(request)));
  token_file_ = write("token", "secret");
  tls.ca_file = trusting_.ca_file;
  expect_failure(get(other.url(), tls), "tls_untrusted", "not the pinned one");
  EXPECT_TRUE(other.requests().empty()) << "nothing is sent to a server that is not trusted";
}

TEST_F(HttpTlsTest, SkippingTheCheckIsWarnedOfOnce) {
  MisbehavingServer server(Behaviour::kAnswer, with(tests::TestAuthority("stranger").issue()));
  ClientTls tls;
  tls.insecure_skip_verify = true;
  connect(server.url(), tls);
  EXPECT_TRUE(get());
  EXPECT_TRUE(get());
  ASSERT_EQ(log_.warnings.size(), 1U);
  EXPECT_NE(log_.warnings[0].find("insecureSkipVerify"), std::string::npos);
}

TEST_F(HttpTlsTest, TellsServersThatDoNotSpeakTls) {
  MisbehavingServer plain(Behaviour::kNotHttp);
  auto url = plain.url();
  url.replace(0, 4, "https");
  expect_failure(get(url, trusting_), "tls_failed", "does not speak TLS");
  MisbehavingServer closing(Behaviour::kCloseAtOnce);
  url = closing.url();
  url.replace(0, 4, "https");
  expect_failure(get(url, trusting_), "tls_failed", "closed the connection during the handshake");
  MisbehavingServer hanging(Behaviour::kAcceptAndHang);
  url = hanging.url();
  url.replace(0, 4, "https");
  expect_failure(get(url, trusting_), "tls_timeout", "TLS handshake");
}

TEST_F(HttpTlsTest, BodiesCutShortAreTruncatedAlsoWithoutALength) {
  MisbehavingServer cut(Behaviour::kTruncatedBody, with(authority_.issue()));
  expect_failure(get(cut.url(), trusting_), "response_truncated", "too early");
  MisbehavingServer whole(Behaviour::kAnswerAndClose, with(authority_.issue()));
  const auto answer = get(whole.url(), trusting_);
  ASSERT_TRUE(answer) << answer.error().message();
  EXPECT_EQ(answer->body, "hello");
}

TEST_F(HttpTlsTest, AClientCertificateIsShownAndItsRefusalToldApart) {
  const tests::TestAuthority clients("clients");
  auto options = with(authority_.issue());
  options.client_ca_pem = clients.cert_pem();
  MisbehavingServer server(Behaviour::kAnswer, options);
  expect_failure(get(server.url(), trusting_), "tls_failed", "certificate");

  const auto mine = clients.issue();
  auto tls = trusting_;
  tls.client_cert_file = write("client.pem", mine.cert_pem);
  tls.client_key_file = write("client.key", mine.key_pem);
  const auto answer = get(server.url(), tls);
  EXPECT_TRUE(answer) << answer.error().message();

  const auto strange = tests::TestAuthority("strangers").issue();
  write("client.pem", strange.cert_pem);
  write("client.key", strange.key_pem);
  expect_failure(get(), "tls_failed", "");
  write("client.pem", mine.cert_pem);
  expect_failure(get(), "credentials_unreadable", "client.key");
  write("client.key", mine.key_pem);
  EXPECT_TRUE(get()) << "rotated files are used without a restart";
}

TEST_F(HttpTlsTest, UnreadableFilesAreNamed) {
  MisbehavingServer server(Behaviour::kAnswer, with(authority_.issue()));
  auto tls = trusting_;
  tls.ca_file = (dir_ / "absent.pem").string();
  expect_failure(get(server.url(), tls), "credentials_unreadable", "absent.pem");
  tls.ca_file = write("bad.pem", "not a certificate");
  expect_failure(get(server.url(), tls), "credentials_unreadable", "bad.pem");
  tls = ClientTls();
  tls.pinned_cert_file = write("pin.pem", "");
  expect_failure(get(server.url(), tls), "credentials_unreadable", "pin.pem");
}

TEST_F(HttpTlsTest, TheTokenGoesOverTls) {
  MisbehavingServer server(Behaviour::kAnswer, with(authority_.issue()));
  token_file_ = write("token", "t0ken");
  ASSERT_TRUE(get(server.url(), trusting_));
  EXPECT_NE(server.requests().at(0).find("Authorization: Bearer t0ken\r\n"), std::string::npos);
}

Task<void> say_hello(const ServerRequest& /*request*/, ResponseWriter& writer) {
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::string(300'000, 'h')));
}

class HttpsServerTest : public HttpTlsTest {
 protected:
  void TearDown() override {
    client_.reset();
    if (!server_) return;
    server_->stop(0s);
    tests::run_task(io_, tasks_.join());
  }

  void start(const Certificate& certificate, const std::string& client_ca = "") {
    ServerOptions options;
    options.tls = true;
    options.tls_files.cert_file = write("server.pem", certificate.cert_pem);
    options.tls_files.key_file = write("server.key", certificate.key_pem);
    if (!client_ca.empty()) options.tls_files.client_ca_file = write("clients.pem", client_ca);
    auto made = make_server(io_.get_executor(), std::move(options), say_hello, log_);
    ASSERT_TRUE(made) << made.error().message();
    server_ = std::move(*made);
    tasks_.spawn(server_->run());
  }

  agent::async::TaskGroup tasks_{io_.get_executor(), [](const std::exception_ptr& exception) { std::rethrow_exception(exception); }};
  std::unique_ptr<Server> server_;
};

TEST_F(HttpsServerTest, ServesTlsAndKeepsConnections) {
  start(authority_.issue());
  connect("https://" + server_->address(), trusting_);
  for (int i = 0; i < 3; ++i) {
    const auto answer = get();
    ASSERT_TRUE(answer) << answer.error().message();
    EXPECT_EQ(answer->body.size(), 300'000U);
  }
  EXPECT_EQ(server_->stats().accepted, 1U);
}

TEST_F(HttpsServerTest, ARotatedCertificateIsUsedAndABrokenOneIsNot) {
  start(authority_.issue());
  ASSERT_TRUE(get("https://" + server_->address(), trusting_));
  const tests::TestAuthority next("next authority");
  const auto renewed = next.issue();
  write("server.pem", renewed.cert_pem);
  write("server.key", renewed.key_pem);
  expect_failure(get("https://" + server_->address(), trusting_), "tls_untrusted", "unknown authority");
  ClientTls trusting_next;
  trusting_next.ca_file = write("next.pem", next.cert_pem());
  ASSERT_TRUE(get("https://" + server_->address(), trusting_next));
  write("server.pem", "broken");
  ASSERT_TRUE(get("https://" + server_->address(), trusting_next));
  EXPECT_EQ(log_.warnings.size(), 1U);
}

TEST_F(HttpsServerTest, ClientsNeedACertificateWhenAnAuthorityIsGiven) {
  const tests::TestAuthority clients("clients");
  start(authority_.issue(), clients.cert_pem());
  expect_failure(get("https://" + server_->address(), trusting_), "tls_failed", "certificate");
  const auto mine = clients.issue();
  auto tls = trusting_;
  tls.client_cert_file = write("client.pem", mine.cert_pem);
  tls.client_key_file = write("client.key", mine.key_pem);
  const auto answer = get("https://" + server_->address(), tls);
  EXPECT_TRUE(answer) << answer.error().message();
}

TEST_F(HttpsServerTest, ACertificateThatDoesNotLoadFailsTheStart) {
  ServerOptions options;
  options.tls = true;
  options.tls_files.cert_file = write("server.pem", authority_.issue().cert_pem);
  options.tls_files.key_file = write("server.key", authority_.issue().key_pem);
  const auto made = make_server(io_.get_executor(), std::move(options), say_hello, log_);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message().find("server.key"), std::string::npos) << made.error().message();
}

}  // namespace
