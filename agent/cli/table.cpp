#include "agent/cli/table.hpp"

#include "agent/cli/display_width.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace agent::cli {
namespace {

constexpr std::size_t kGap = 3;

}  // namespace

Table::Table(std::vector<std::string> headers) {
  rows_.push_back(std::move(headers));
}

void Table::add(std::vector<std::string> cells) {
  assert(cells.size() <= rows_.front().size());
  for (auto& cell : cells) cell = printable(cell);
  cells.resize(rows_.front().size());
  rows_.push_back(std::move(cells));
}

void Table::write(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += row[i] + std::string(widths[i] + kGap - display_width(row[i]), ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << "\n";
  }
}

}  // namespace agent::cli
