// A bearer token that lives in a file and is rotated there. Private to agent/http.
#pragma once

#include "agent/base/result.hpp"
#include "agent/http/file_stamp.hpp"

#include <optional>
#include <string>

namespace agent::http {

class BearerToken {
 public:
  /// `path` "": there is none.
  explicit BearerToken(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] bool is_used() const { return !path_.empty(); }
  /// The token now, without white space around it; reads the file only when it changed. Errors: credentials_unreadable, naming the file and
  /// never its content.
  [[nodiscard]] Result<std::string> current();

 private:
  std::string path_;
  FileStamp stamp_;
  std::optional<std::string> token_;
};

}  // namespace agent::http
