// The built daemon starts, reloads and stops: signals, exit codes, a changed configuration.
// links: http
#include "tests/support/daemon.hpp"
#include "tests/support/etcd_server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using tests::Daemon;
using tests::EtcdServer;

int exit_code_of(const std::string& arguments, const fs::path& output) {
  const auto command = Daemon::program() + " " + arguments + " >'" + output.string() + "' 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));  // NOLINT(bugprone-command-processor,cert-env33-c)
}

class DaemonLifecycle : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!EtcdServer::is_installed()) GTEST_SKIP() << "no etcd: apt-get install etcd-server";
  }
};

constexpr const char* kNobody = "discovery: {processes: false}\nstore: {minFreeBytes: 1MiB}\n";

TEST_F(DaemonLifecycle, StopsCleanlyOnEitherSignalWhileAProfileRuns) {
  const EtcdServer etcd;
  for (const int signal : {SIGTERM, SIGINT}) {
    Daemon daemon(etcd.config("1s"));
    ASSERT_TRUE(daemon.waits_for("/readyz", "\"ready\":true")) << daemon.log();
    daemon.post("/api/v1/captures", R"({"types":["cpu"],"seconds":30})");
    const auto end = daemon.stop(signal);
    EXPECT_EQ(end.exit_code, 0) << daemon.log();
    EXPECT_LT(end.took, 5s);
    EXPECT_NE(daemon.log().find("msg=\"stopped\""), std::string::npos);
  }
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_F(DaemonLifecycle, GoesOnInMemoryWhileTheDiskHasNoRoomAndSaysSoOnce) {
  const EtcdServer etcd;
  const auto roomy = etcd.config("1s");
  auto full = roomy;
  full.replace(full.find("1MiB"), 4, "1000000GiB");  // no disk leaves that much
  Daemon daemon(full);
  ASSERT_TRUE(daemon.waits_for("/readyz", "the store is not writable: ")) << daemon.log();
  EXPECT_NE(daemon.get("/readyz").body.find("minFreeBytes"), std::string::npos);
  const auto pending = [&] {
    const auto metrics = daemon.get("/metrics").body;
    const std::string name = "\nkprofd_store_pending_snapshots ";
    const auto at = metrics.find(name);
    return at == std::string::npos ? 0 : std::atoi(metrics.c_str() + at + name.size());
  };
  ASSERT_TRUE(tests::wait_until([&] { return pending() >= 12; }, 30s)) << daemon.log();  // two rounds of six types
  const auto metrics = daemon.get("/metrics").body;
  EXPECT_NE(metrics.find("\nkprofd_store_writable 0\n"), std::string::npos);
  EXPECT_NE(metrics.find("\nkprofd_store_dropped_snapshots_total 0\n"), std::string::npos);
  EXPECT_EQ(metrics.find("result=\"failure\""), std::string::npos);
  EXPECT_NE(daemon.get("/api/v1/targets").body.find("\"state\":\"ok\""), std::string::npos);
  EXPECT_EQ(daemon.get("/api/v1/targets").body.find("\"state\":\"failing\""), std::string::npos);
  EXPECT_EQ(count_of(daemon.log(), "level=warn"), 1U) << daemon.log();

  daemon.configure(roomy);
  daemon.send_signal(SIGHUP);
  EXPECT_TRUE(daemon.waits_for("/readyz", "\"ready\":true")) << daemon.get("/readyz").body;
  EXPECT_TRUE(daemon.waits_for("/metrics", "\nkprofd_store_pending_snapshots 0\n"));
  EXPECT_TRUE(daemon.waits_for("/api/v1/series", "\"etcd\""));
  EXPECT_EQ(count_of(daemon.log(), "the store writes again"), 1U) << daemon.log();
  EXPECT_EQ(count_of(daemon.log(), "level=warn"), 1U) << daemon.log();
}

TEST_F(DaemonLifecycle, ASecondSignalEndsItAtOnce) {
  Daemon daemon(kNobody);
  // A client that never ends its request holds the server for its grace of 2 s.
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket held(io);
  const auto address = daemon.address();
  held.connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1)))});
  boost::asio::write(held,
                     boost::asio::buffer(std::string("POST /api/v1/captures HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n")));
  std::this_thread::sleep_for(200ms);
  daemon.send_signal(SIGTERM);
  ASSERT_TRUE(daemon.logs("msg=\"stopping\""));
  const auto end = daemon.stop(SIGTERM);
  EXPECT_LT(end.took, 1s);
  EXPECT_TRUE(end.exit_code == 128 + SIGTERM || end.exit_code == 0) << end.exit_code;
}

TEST_F(DaemonLifecycle, TakesAChangedFileWithoutDroppingARunningCapture) {
  const EtcdServer etcd;
  Daemon daemon(etcd.config("1s"));
  ASSERT_TRUE(daemon.waits_for("/readyz", "\"ready\":true")) << daemon.log();
  const auto location = std::string(daemon.post("/api/v1/captures", R"({"types":["cpu"],"seconds":5})").headers.get("Location"));
  daemon.configure(
      "discovery: {processes: false}\nscrape: {interval: 2s, cpuDuration: 1s, profiles: {cpu: {interval: 6s}}}\n"
      "store: {minFreeBytes: 1MiB}\ntargets:\n  - {component: etcd, url: \"" +
      etcd.url() + "\"}\n  - {component: second, url: \"" + etcd.url() + "\"}\n");
  EXPECT_TRUE(daemon.logs("msg=\"the new configuration is in force\" targets=2")) << daemon.log();
  EXPECT_TRUE(daemon.waits_for(location, "\"state\":\"succeeded\"")) << daemon.get(location).body;
  EXPECT_TRUE(daemon.waits_for("/api/v1/series", "\"second\""));
  EXPECT_EQ(daemon.stop().exit_code, 0);
}

TEST_F(DaemonLifecycle, RefusesAnInvalidFileWithEveryProblemAndKeepsTheOldOne) {
  const EtcdServer etcd;
  Daemon daemon(etcd.config("1s"));
  ASSERT_TRUE(daemon.waits_for("/readyz", "\"ready\":true")) << daemon.log();
  daemon.configure("scrape: {interval: 10}\nstore: {maxbytes: 1GiB}\n");
  daemon.send_signal(SIGHUP);
  EXPECT_TRUE(daemon.logs("msg=\"the old configuration stays in force\" problems=2")) << daemon.log();
  EXPECT_NE(daemon.log().find(":1:20: scrape.interval: "), std::string::npos) << daemon.log();
  EXPECT_NE(daemon.log().find(":2:9: store: "), std::string::npos) << daemon.log();
  EXPECT_NE(daemon.get("/metrics").body.find("\nkprofd_config_last_reload_successful 0\n"), std::string::npos);
  EXPECT_NE(daemon.get("/api/v1/status").body.find("\"lastReloadSuccessful\":false"), std::string::npos);
  EXPECT_EQ(daemon.get("/readyz").status, 200);
  daemon.configure(etcd.config("1s"));
  EXPECT_TRUE(daemon.waits_for("/metrics", "\nkprofd_config_last_reload_successful 1\n"));
}

TEST_F(DaemonLifecycle, SaysWhatTakesEffectAtTheNextStartOnly) {
  Daemon daemon(kNobody);
  daemon.configure(std::string(kNobody) + "listen: {tls: {certFile: /nonexistent/c.pem, keyFile: /nonexistent/k.pem}}\n");
  EXPECT_TRUE(daemon.logs("takes effect at the next start only\" key=listen.tls.certFile")) << daemon.log();
  EXPECT_EQ(daemon.get("/healthz").status, 200);
}

TEST_F(DaemonLifecycle, IsNotReadyWithTheReason) {
  Daemon nobody(kNobody);
  EXPECT_EQ(nobody.get("/readyz").status, 503);
  EXPECT_NE(nobody.get("/readyz").body.find("no target: none is configured"), std::string::npos);
  const auto port = std::to_string(tests::free_port());
  Daemon refused(std::string(kNobody) +
                 "scrape: {interval: 1s, profiles: {cpu: {enabled: false}}}\ntargets: [{component: x, url: \"http://127.0.0.1:" + port +
                 "\"}]\n");
  EXPECT_TRUE(refused.waits_for("/readyz", "no target is up: x: connection_refused")) << refused.get("/readyz").body;
  EXPECT_EQ(refused.get("/healthz").status, 200);
}

TEST_F(DaemonLifecycle, RefusesAStoreThatAnotherDaemonWrites) {
  Daemon daemon(kNobody);
  const tests::TempDir dir;
  EXPECT_EQ(exit_code_of("--listen 127.0.0.1:0 --store '" + (daemon.dir() / "store").string() + "'", dir / "out"), 1);
  EXPECT_NE(tests::file_content(dir / "out").find("kprofd cannot start"), std::string::npos) << tests::file_content(dir / "out");
}

TEST_F(DaemonLifecycle, ExitCodesTellFailureFromWrongUsage) {
  const tests::TempDir dir;
  const auto good = dir.write("good.yaml", kNobody).string();
  const auto bad = dir.write("bad.yaml", "scrap: {}\n").string();
  const auto out = dir / "out";
  EXPECT_EQ(exit_code_of("version", out), 0);
  EXPECT_TRUE(tests::file_content(out).starts_with("kprofd "));
  EXPECT_EQ(exit_code_of("--help", out), 0);
  EXPECT_EQ(exit_code_of("--nonsense", out), 2);
  EXPECT_EQ(exit_code_of("check-config", out), 2);
  EXPECT_EQ(exit_code_of("check-config " + good, out), 0);
  EXPECT_EQ(tests::file_content(out), good + ": ok\n");
  EXPECT_EQ(exit_code_of("check-config " + good + " " + bad, out), 1);
  EXPECT_NE(tests::file_content(out).find(bad + ":1:1: unknown key \"scrap\""), std::string::npos) << tests::file_content(out);
  EXPECT_EQ(exit_code_of("--config " + bad, out), 1);
  EXPECT_EQ(exit_code_of("--config /nonexistent.yaml", out), 1);
}

}  // namespace
