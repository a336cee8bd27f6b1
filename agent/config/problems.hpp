// Collects the mistakes of one file, so that they are reported all at once. Private to agent/config.
#pragma once

#include "agent/config/load.hpp"
#include "agent/config/yaml_node.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::config {

class Problems {
 public:
  /// Past this many, one line says that there are more.
  static constexpr std::size_t kMax = 200;

  explicit Problems(std::string file) : file_(std::move(file)) {}

  /// `key` is the dotted path, "" for the whole file.
  void add(Mark mark, std::string_view key, std::string_view message);
  [[nodiscard]] bool empty() const { return problems_.empty(); }
  /// In the order of the file.
  [[nodiscard]] std::vector<Problem> take() &&;

 private:
  std::string file_;
  std::vector<Problem> problems_;
};

/// `text` in quotes for a message: escaped, and cut when it is long.
[[nodiscard]] std::string quote(std::string_view text);
/// "a, b, c".
[[nodiscard]] std::string join(const std::vector<std::string_view>& words);
/// The word of `known` that `word` was probably meant to be, "" when none is near. Case, '_' and '-' do not count.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);
/// ", did you mean \"x\"?" or "; known: a, b, c".
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace agent::config
