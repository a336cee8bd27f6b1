// `go tool pprof`, the judge of what a profile is and says. Tests that need it skip by name where Go is not installed.
#pragma once

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace tests {

/// The pprof binary of the installed Go. Runs it in UTC and with its own scratch folder, so that nothing of the user's is touched.
class GoPprof {
 public:
  struct Outcome {
    bool succeeded = false;
    std::string output;  ///< stdout; stderr when it failed
  };

  /// Empty where there is no Go.
  static std::optional<GoPprof> find() {
    Outcome outcome = shell("go tool -n pprof 2>/dev/null");
    while (outcome.output.ends_with('\n')) outcome.output.pop_back();
    if (!outcome.succeeded || !std::filesystem::exists(outcome.output)) return std::nullopt;
    return GoPprof(outcome.output);
  }

  /// `options` as typed in a shell, for example "-top -addresses"; nothing is trimmed.
  [[nodiscard]] Outcome run(const std::string& options, const std::vector<std::filesystem::path>& files) const {
    const std::filesystem::path scratch = files.front().parent_path();
    std::string command = "TZ=UTC PPROF_TMPDIR=" + quoted(scratch) + " " + quoted(binary_) + " -symbolize=none " + options;
    for (const auto& file : files) command += " " + quoted(file);
    Outcome outcome = shell(command + " 2>" + quoted(scratch / "stderr"));
    if (!outcome.succeeded) outcome.output = shell("cat " + quoted(scratch / "stderr")).output;
    return outcome;
  }

 private:
  explicit GoPprof(std::filesystem::path binary) : binary_(std::move(binary)) {}

  static std::string quoted(const std::filesystem::path& path) { return "'" + path.string() + "'"; }

  static Outcome shell(const std::string& command) {
    Outcome outcome;
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return outcome;
    std::array<char, 65536> buffer;
    for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) outcome.output.append(buffer.data(), size);
    const int status = ::pclose(pipe);
    outcome.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    return outcome;
  }

  std::filesystem::path binary_;
};

/// The lines of a report in byte order: reports differ in the order of equal rows.
inline std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out.append(line).append("\n");
  return out;
}

}  // namespace tests
