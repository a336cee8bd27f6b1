// One connection of the server, from handshake to close. Private to agent/http.
#pragma once

#include "agent/async/task.hpp"
#include "agent/http/connection.hpp"
#include "agent/http/message_reader.hpp"
#include "agent/http/response_writer.hpp"
#include "agent/http/server.hpp"

#include <memory>
#include <string>

namespace agent::http {

/// What sessions share; outlives them.
struct SessionShared {
  const ServerOptions& options;
  const Handler& handler;
  Logger& log;
  ServerStats& stats;
};

class Session {
 public:
  Session(SessionShared shared, async::Executor executor, std::shared_ptr<Connection> connection, std::string remote_address);

  /// Serves until the peer is done, breaks a limit or breaks off. Cancelling it cancels the handler and closes the connection.
  async::Task<void> run();
  /// Ends after the answer that is under way; at once when there is none.
  void drain();
  /// Closes the connection when no request is in progress: it is idle, in its handshake, or its header is not complete. False when one is,
  /// or it was closed so before.
  bool evict();
  /// Since when it waits for its next request.
  [[nodiscard]] SteadyTime since() const { return since_; }

 private:
  enum class Next { kAnotherRequest, kClose, kCloseAndDrain };
  enum class Stage { kIdle, kReadingHeader, kAnswering };

  async::Task<Next> serve_one();
  async::Task<ReadResult> wait_for_request();
  async::Task<ReadResult> read_request(MessageReader& reader, ServerRequest& request);
  async::Task<void> run_handler(const ServerRequest& request, SocketResponseWriter& writer);
  async::Task<Next> refuse(const ReadResult& result);
  async::Task<Next> answer_error(int status, std::string error, std::string detail);

  SessionShared shared_;
  async::Executor executor_;
  std::shared_ptr<Connection> connection_;
  std::string remote_address_;
  Stage stage_ = Stage::kIdle;  ///< between requests, also before the first
  SteadyTime since_ = std::chrono::steady_clock::now();
  bool draining_ = false;
  bool evicted_ = false;
  bool is_first_ = true;
};

}  // namespace agent::http
