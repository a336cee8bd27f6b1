#include "agent/config/problems.hpp"

#include "agent/base/json_text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace agent::config {
namespace {

constexpr std::size_t kMaxQuoted = 100;
constexpr std::size_t kMinBeginning = 4;
constexpr std::size_t kMaxWord = 64;  // bounds the edit distance, which is quadratic

/// Lower case without separators, so that cpu_duration and cpuDuration are the same word.
std::string fold(std::string_view word) {
  std::string folded;
  for (const char c : word) {
    if (c == '_' || c == '-' || c == '.') continue;
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return folded;
}

/// Levenshtein's distance: insertions, deletions and replacements from one to the other.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[to.size()];
}

}  // namespace

std::string to_string(const Problem& problem) {
  const std::string where = problem.line == 0 ? "" : ":" + std::to_string(problem.line) + ":" + std::to_string(problem.column);
  return problem.file + where + ": " + problem.message;
}

void Problems::add(Mark mark, std::string_view key, std::string_view message) {
  if (problems_.size() > kMax) return;
  if (problems_.size() == kMax) {
    problems_.push_back(Problem{file_, mark.line, mark.column, "more than " + std::to_string(kMax) + " mistakes; the rest is not shown"});
    return;
  }
  std::string text(key);
  text.append(key.empty() ? "" : ": ").append(message);
  problems_.push_back(Problem{file_, mark.line, mark.column, std::move(text)});
}

std::vector<Problem> Problems::take() && {
  const auto by_place = [](const Problem& a, const Problem& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); };
  std::stable_sort(problems_.begin(), problems_.end(), by_place);
  return std::move(problems_);
}

std::string quote(std::string_view text) {
  return text.size() <= kMaxQuoted ? json_quote(text) : json_quote(std::string(text.substr(0, kMaxQuoted)) + "...");
}

std::string join(const std::vector<std::string_view>& words) {
  std::string joined;
  for (const auto word : words) joined.append(joined.empty() ? "" : ", ").append(word);
  return joined;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  if (word.size() > kMaxWord) return {};
  const std::string wanted = fold(word);
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const auto candidate : known) {
    const std::string folded = fold(candidate);
    const bool is_beginning = wanted.size() >= kMinBeginning && folded.starts_with(wanted);  // bearerToken for bearerTokenFile
    const std::size_t steps = is_beginning ? 1 : distance(wanted, folded);
    if (steps < best_distance) {
      best = candidate;
      best_distance = steps;
    }
  }
  return best;
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view near = nearest(word, known);
  return near.empty() ? "; known: " + join(known) : ", did you mean " + quote(near) + "?";
}

}  // namespace agent::config
