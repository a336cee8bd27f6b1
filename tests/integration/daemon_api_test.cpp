// The built daemon records a real etcd; its answers are held against openapi.yaml, go tool pprof and promtool.
// links: api tests_http
#include "agent/api/json_writer.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/daemon.hpp"
#include "tests/support/etcd_server.hpp"
#include "tests/support/test_certificates.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using agent::http::ClientOptions;
using agent::http::ClientRequest;
using agent::http::ClientResponse;

int shell(const std::string& command) {
  return std::system(command.c_str());  // NOLINT(bugprone-command-processor,cert-env33-c)
}

class DaemonApi : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (!tests::EtcdServer::is_installed()) return;
    etcd_ = new tests::EtcdServer();
    daemon_ = new tests::Daemon(etcd_->config("1s"));
    daemon_->waits_for("/readyz", "\"ready\":true");
    daemon_->waits_for("/api/v1/series", "\"goroutine\"");
    daemon_->waits_for("/api/v1/series", "\"heap\"");
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete etcd_;
  }
  void SetUp() override {
    if (etcd_ == nullptr) GTEST_SKIP() << "no etcd: apt-get install etcd-server";
    ASSERT_FALSE(daemon_->address().empty()) << daemon_->log();
  }

  static std::string first_id(const std::string& query) {
    const auto page = json::parse(daemon_->get("/api/v1/snapshots?limit=1&" + query).body);
    return page.at("snapshots").at(0).at("id").as_string().c_str();
  }

  static inline tests::EtcdServer* etcd_ = nullptr;
  static inline tests::Daemon* daemon_ = nullptr;
};

std::string exchange(const ClientRequest& request, const ClientResponse& answer) {
  agent::api::JsonWriter out;
  out.begin_object()
      .member("method", request.method)
      .member("path", request.target)
      .member("status", answer.status)
      .member("body", answer.body)
      .key("headers")
      .begin_object();
  for (const auto& [name, value] : answer.headers) out.member(name, value);
  out.end_object().end_object();
  return out.take();
}

TEST_F(DaemonApi, AnswersAsOpenApiSays) {
  const auto file = daemon_->dir() / "exchanges.jsonl";
  std::ofstream exchanges(file);
  const auto record = [&](ClientRequest request) { exchanges << exchange(request, daemon_->send(request)) << "\n"; };
  const auto id = first_id("type=heap");
  for (const auto& target :
       {std::string("/"), std::string("/healthz"), std::string("/readyz"), std::string("/metrics"), std::string("/api/v1/openapi.yaml"),
        std::string("/api/v1/status"), std::string("/api/v1/targets"), std::string("/api/v1/series"), std::string("/api/v1/snapshots"),
        "/api/v1/snapshots/" + id, "/api/v1/snapshots/" + id + "/profile", std::string("/api/v1/profile?component=etcd&type=heap"),
        std::string("/api/v1/captures"), std::string("/targets/etcd/debug/pprof/heap"), std::string("/targets/nobody/debug/pprof/heap"),
        std::string("/api/v1/snapshots?limit=0")}) {
    ClientRequest request;
    request.target = target;
    record(request);
  }
  ClientRequest capture;
  capture.method = "POST";
  capture.target = "/api/v1/captures";
  capture.headers.add("Content-Type", "application/json");
  capture.body = R"({"types":["heap"],"reason":"test"})";
  record(capture);
  capture.body = std::string(2U << 20U, ' ');  // past the server's limit: 413
  record(capture);
  exchanges.close();
  EXPECT_EQ(shell("python3 '" KPROFD_SOURCE_DIR "/tests/support/openapi_check.py' '" KPROFD_SOURCE_DIR "/agent/api/openapi.yaml' '" +
                  file.string() + "'"),
            0);
}

TEST_F(DaemonApi, PagesThroughAllSnapshots) {
  const auto list = [](const std::string& query) { return json::parse(daemon_->get("/api/v1/snapshots?" + query).body); };
  ASSERT_TRUE(tests::wait_until([&] { return list("limit=5").at("snapshots").as_array().size() == 5; }, std::chrono::seconds(20)));
  std::vector<std::string> seen;
  for (std::string cursor;;) {
    const auto page = list("limit=3" + cursor);
    for (const auto& one : page.at("snapshots").as_array()) seen.emplace_back(one.at("id").as_string().c_str());
    if (page.at("next").is_null()) break;
    cursor = "&before=" + std::string(page.at("next").as_string().c_str());
  }
  std::vector<std::string> whole;  // without what was recorded since the first page
  const auto page = list("limit=1000");
  for (const auto& one : page.at("snapshots").as_array()) {
    if (std::string id = one.at("id").as_string().c_str(); id <= seen.front()) whole.push_back(std::move(id));
  }
  EXPECT_EQ(seen, whole);
}

TEST_F(DaemonApi, GivesProfilesThatGoToolPprofOpens) {
  if (tests::find_in_path("go").empty()) GTEST_SKIP() << "no go toolchain: apt-get install golang-go";
  for (const auto& target :
       {"/api/v1/snapshots/" + first_id("type=heap") + "/profile", std::string("/api/v1/profile?component=etcd&type=heap&from=-15m"),
        std::string("/targets/etcd/debug/pprof/heap"), std::string("/targets/etcd/debug/pprof/profile?seconds=1")}) {
    const auto out = daemon_->dir() / "top";
    const auto command = "PPROF_TMPDIR='" + daemon_->dir().path().string() + "' go tool pprof -top '" + daemon_->url(target) + "' >'" +
                         out.string() + "' 2>&1";
    EXPECT_EQ(shell(command), 0) << target;
    EXPECT_NE(tests::file_content(out).find("flat%"), std::string::npos) << target << "\n" << tests::file_content(out);
  }
}

TEST_F(DaemonApi, HasMetricsThatPromtoolLikes) {
  if (tests::find_in_path("promtool").empty()) GTEST_SKIP() << "no promtool: apt-get install prometheus";
  const auto file = daemon_->dir().write("metrics", daemon_->get("/metrics").body);
  const auto out = daemon_->dir() / "promtool";
  EXPECT_EQ(shell("promtool check metrics <'" + file.string() + "' >'" + out.string() + "' 2>&1"), 0) << tests::file_content(out);
  for (const auto* name : {"kprofd_build_info{", "kprofd_store_bytes ", "kprofd_store_writable 1", "kprofd_store_snapshots ",
                           "kprofd_store_oldest_snapshot_timestamp_seconds ", "process_resident_memory_bytes ",
                           "kprofd_config_last_reload_successful 1", "kprofd_http_requests_total "}) {
    EXPECT_NE(tests::file_content(file).find(std::string("\n") + name), std::string::npos) << name;
  }
}

TEST_F(DaemonApi, RefusesAForeignHostOnLoopback) {
  EXPECT_EQ(shell("test $(curl -s -o /dev/null -w '%{http_code}' -H 'Host: evil.example' '" + daemon_->url("/api/v1/status") + "') = 421"),
            0);
}

TEST_F(DaemonApi, ServesOverTlsWithItsCertificate) {
  const tests::TestAuthority authority;
  const auto certificate = authority.issue();
  const tests::TempDir dir;
  const auto yaml = "listen: {tls: {certFile: " + dir.write("cert.pem", certificate.cert_pem).string() +
                    ", keyFile: " + dir.write("key.pem", certificate.key_pem).string() + "}}\ndiscovery: {processes: false}\n";
  tests::Daemon daemon(yaml);
  ClientOptions options;
  options.url = agent::http::parse_url("https://" + daemon.address()).value();
  options.tls.ca_file = dir.write("ca.pem", authority.cert_pem()).string();
  EXPECT_EQ(daemon.send_with(ClientRequest(), options).status, 200) << daemon.log();
  EXPECT_EQ(daemon.get("/healthz").status, 0);  // plain HTTP
  EXPECT_EQ(daemon.stop().exit_code, 0);
}

}  // namespace
