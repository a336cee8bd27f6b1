// Answers that several handlers give. A peer that is gone ends a handler quietly: there is nobody to tell. Private to agent/api.
#pragma once

#include "agent/api/json_writer.hpp"
#include "agent/async/task.hpp"
#include "agent/base/error.hpp"
#include "agent/http/server.hpp"

#include <string>

namespace agent::api {

[[nodiscard]] http::Headers content_type(std::string type);

/// {error, detail} with the status of the error's code.
async::Task<void> respond_error(http::ResponseWriter& out, Error error);
/// The same with another status.
async::Task<void> respond_error(http::ResponseWriter& out, Error error, int status);
async::Task<void> respond_json(http::ResponseWriter& out, int status, JsonWriter json);
async::Task<void> respond_text(http::ResponseWriter& out, std::string type, std::string text);

/// JSON of any length with status 200, sent in chunks of about kChunkBytes while it is written.
class JsonStream {
 public:
  explicit JsonStream(http::ResponseWriter& out) : out_(out) {}

  [[nodiscard]] JsonWriter& json() { return json_; }
  /// Sends what is there once it is worth a chunk. False: the peer is gone, stop.
  async::Task<bool> flush_if_full();
  /// Sends the rest and ends the answer.
  async::Task<void> finish();

 private:
  static constexpr std::size_t kChunkBytes = 16 * 1024;

  async::Task<bool> flush();

  http::ResponseWriter& out_;
  JsonWriter json_;
};

}  // namespace agent::api
