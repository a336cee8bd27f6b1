// links: tests_http
// Our server under the clients of others (curl, Go, go tool pprof), and our client against Go's net/http/pprof.
#include "agent/async/task_group.hpp"
#include "agent/async/use_tuple.hpp"
#include "agent/codec/gzip.hpp"
#include "agent/http/client.hpp"
#include "agent/http/router.hpp"
#include "agent/http/server.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/run_task.hpp"
#include "tests/support/temp_dir.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace {

using agent::async::Task;
using namespace agent::http;
using namespace std::chrono_literals;

struct Shell {
  int status = -1;
  std::string output;
};

Shell run(const std::string& command) {
  Shell shell;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 65536> buffer;
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) shell.output.append(buffer.data(), size);
  shell.status = WEXITSTATUS(::pclose(pipe));
  return shell;
}

bool has(const std::string& program) {
  return run("command -v " + program).status == 0;
}

std::string read_whole(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

std::string sample_profile() {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(KPROFD_SOURCE_DIR "/tests/testdata/profiles")) {
    const auto name = entry.path().filename().string();
    if (!name.ends_with(".pb.gz") || name.find("heap") == std::string::npos) continue;
    return read_whole(entry.path());
  }
  return "";
}

Task<void> respond(ResponseWriter& writer, std::string body) {
  Headers headers;
  static_cast<void>(co_await writer.respond(200, std::move(headers), std::move(body)));
}

Task<void> echo(const ServerRequest& request, const PathParams& /*params*/, ResponseWriter& writer) {
  co_await respond(
      writer, request.method + " " + request.path + " auth=" + std::string(request.headers.get("Authorization")) + " body=" + request.body);
}

Task<void> large(const ServerRequest& /*request*/, const PathParams& /*params*/, ResponseWriter& writer) {
  co_await respond(writer, std::string(3'000'000, 'l'));
}

Task<void> profile(const ServerRequest& /*request*/, const PathParams& /*params*/, ResponseWriter& writer) {
  co_await respond(writer, sample_profile());
}

Task<void> stream(const ServerRequest& /*request*/, const PathParams& /*params*/, ResponseWriter& writer) {
  Headers headers;
  static_cast<void>(co_await writer.start(200, std::move(headers)));
  for (int i = 0; i < 500; ++i) static_cast<void>(co_await writer.write(std::string(1000, 's')));
  static_cast<void>(co_await writer.finish());
}

Task<void> wait_for_cancel(ResponseWriter& writer, int& cancelled) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 10s);
  const auto [aborted] = co_await timer.async_wait(agent::async::use_tuple);
  if (aborted) ++cancelled;
  co_await respond(writer, "late");
}

/// A server on a thread of its own, for clients that are processes.
class InteropServer {
 public:
  InteropServer() {
    for (const char* method : {"GET", "POST"}) router_.add(method, "/echo", echo);
    router_.add("GET", "/large", large);
    router_.add("GET", "/stream", stream);
    router_.add("GET", "/targets/{target}/debug/pprof/{*path}", profile);
    router_.add("GET", "/wait", [this](const ServerRequest& /*request*/, const PathParams& /*params*/, ResponseWriter& writer) {
      return wait_for_cancel(writer, cancelled_);
    });
    router_.add("GET", "/cancelled", [this](const ServerRequest& /*request*/, const PathParams& /*params*/, ResponseWriter& writer) {
      return respond(writer, std::to_string(cancelled_));
    });
    server_ = std::move(make_server(io_.get_executor(), ServerOptions(), router_.handler(), log_).value());
    tasks_.spawn(server_->run());
    thread_ = std::thread([this] { io_.run(); });
  }
  ~InteropServer() {
    boost::asio::post(io_, [this] { server_->stop(0s); });
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "http://" + server_->address(); }

 private:
  boost::asio::io_context io_{1};
  tests::FakeLogger log_;
  Router router_;
  int cancelled_ = 0;
  std::unique_ptr<Server> server_;
  agent::async::TaskGroup tasks_{io_.get_executor(), [](const std::exception_ptr& exception) { std::rethrow_exception(exception); }};
  std::thread thread_;
};

TEST(HttpInterop, CurlGetsWhatItAsksFor) {
  if (!has("curl")) GTEST_SKIP() << "no curl here";
  const InteropServer server;
  const auto kept = run("curl -sv " + server.url() + "/echo " + server.url() + "/echo");
  EXPECT_NE(kept.output.find("Re-using existing connection"), std::string::npos) << kept.output;
  EXPECT_EQ(run("curl -s " + server.url() + "/large | wc -c").output, "3000000\n");
  EXPECT_EQ(run("curl -s " + server.url() + "/stream | wc -c").output, "500000\n");
  EXPECT_EQ(run("curl -s --http1.0 " + server.url() + "/stream | wc -c").output, "500000\n");
  EXPECT_NE(run("curl -sI " + server.url() + "/large").output.find("Content-Length: 3000000"), std::string::npos);
  EXPECT_EQ(run("curl -s -o /dev/null -w '%{http_code}' " + server.url() + "/nothing").output, "404");
  EXPECT_EQ(run("curl -s -o /dev/null -w '%{http_code}' -X PUT " + server.url() + "/echo").output, "405");
  EXPECT_EQ(run("head -c 3000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' -H 'Expect: 100-continue' --data-binary @- " +
                server.url() + "/echo")
                .output,
            "413");
  EXPECT_EQ(run("head -c 100000 /dev/zero | curl -s -w '%{http_code}' -o /dev/null -H 'Transfer-Encoding: chunked' --data-binary @- " +
                server.url() + "/echo")
                .output,
            "200");
}

TEST(HttpInterop, GoToolPprofOpensAUrl) {
  if (!has("go")) GTEST_SKIP() << "no go here";
  if (sample_profile().empty()) GTEST_SKIP() << "no sample heap profile in tests/testdata/profiles";
  const tests::TempDir dir;
  const InteropServer server;
  const auto top = run("PPROF_TMPDIR=" + dir.path().string() + " go tool pprof -symbolize=none -top " + server.url() +
                       "/targets/kubelet/debug/pprof/heap");
  EXPECT_EQ(top.status, 0) << top.output;
  EXPECT_NE(top.output.find("Type: inuse_space"), std::string::npos) << top.output;
}

class GoProgram {
 public:
  GoProgram() { built = run("cd " KPROFD_SOURCE_DIR "/tests/integration/go_http && go build -o " + path() + " main.go"); }
  [[nodiscard]] std::string path() const { return (dir_ / "go_http").string(); }
  Shell built;

 private:
  tests::TempDir dir_;
};

TEST(HttpInterop, GosClientFindsNothingToComplainAbout) {
  if (!has("go")) GTEST_SKIP() << "no go here";
  const GoProgram go;
  ASSERT_EQ(go.built.status, 0) << go.built.output;
  const InteropServer server;
  EXPECT_EQ(run(go.path() + " client " + server.url()).output, "passed\n");
}

TEST(HttpInterop, OurClientTakesProfilesFromGosServer) {
  if (!has("go")) GTEST_SKIP() << "no go here";
  const GoProgram go;
  ASSERT_EQ(go.built.status, 0) << go.built.output;
  const tests::TempDir dir;
  // Its standard input is a pipe to us: it ends when the pipe does.
  FILE* server = ::popen((go.path() + " server > " + (dir / "url").string()).c_str(), "w");
  std::string url;
  for (int i = 0; i < 200 && !url.ends_with('\n'); ++i) {
    std::this_thread::sleep_for(10ms);
    url = read_whole(dir / "url");
  }
  ASSERT_TRUE(url.ends_with('\n'));
  url.pop_back();

  boost::asio::io_context io(1);
  tests::FakeLogger log;
  ClientOptions options;
  options.url = parse_url(url).value();
  const auto client = make_client(io.get_executor(), std::move(options), log);
  const auto get = [&](const std::string& target) {
    ClientRequest request;
    request.target = target;
    return tests::run_task(io, client->send(std::move(request), RequestLimits()));
  };
  for (const char* type : {"heap", "goroutine", "allocs", "profile?seconds=1"}) {
    const auto answer = get("/debug/pprof/" + std::string(type));
    ASSERT_TRUE(answer) << type << ": " << answer.error().message();
    EXPECT_EQ(answer->status, 200) << type;
    EXPECT_TRUE(agent::codec::gunzip(answer->body, 32U << 20U)) << type;
  }
  const auto unknown = get("/debug/pprof/nothing");
  EXPECT_EQ(unknown->status, 404);
  EXPECT_EQ(unknown->headers.get("X-Go-Pprof"), "1");
  EXPECT_EQ(get("/debug/pprof")->status, 301) << "not followed";
  ::pclose(server);
}

}  // namespace
