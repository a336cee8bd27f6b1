// Tables as kubectl prints them: upper-case headers, columns three blanks apart, aligned by what the terminal shows.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace agent::cli {

class Table {
 public:
  explicit Table(std::vector<std::string> headers);

  /// One row; cells are made printable. Missing cells are empty, there must not be more than headers.
  void add(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  /// No blanks at the ends of lines.
  void write(std::ostream& out) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the first is the header
};

}  // namespace agent::cli
