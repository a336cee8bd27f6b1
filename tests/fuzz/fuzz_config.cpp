// Any text is a configuration or a list of problems that a terminal can show; what is accepted keeps to its own rules.
#include "agent/config/load.hpp"
#include "agent/config/plan.hpp"
#include "tests/fuzz/fuzz_target.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace {

using agent::config::Config;
using agent::config::Problem;
using tests::promise;

std::optional<std::string> environment(const std::string& name) {
  if (name == "NODE_NAME") return "node1";
  if (name == "N") return "2";
  return std::nullopt;
}

void check_problem(const Problem& problem, std::size_t lines) {
  constexpr std::size_t kMaxMessage = 2000;
  promise(problem.line <= lines + 1, "a problem stands in the text");
  promise(!problem.message.empty() && problem.message.size() <= kMaxMessage, "a message is short");
  promise((problem.line == 0) == (problem.column == 0), "a place is whole");
}

void check_config(const Config& config) {
  std::set<std::string> components;
  for (const auto& target : config.targets) {
    promise(!target.component.empty() && components.insert(target.component).second, "components have names of their own");
    const auto plan = agent::config::plan_for(config.scrape, target);
    promise(agent::config::check_plan(config.scrape, plan).has_value(), "plans keep to the CPU share");
    for (const auto& profile : plan) promise(profile.interval >= std::chrono::seconds(1), "intervals have a least");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = agent::config::parse(text, "f", environment);
  promise(loaded.config.has_value() == loaded.problems.empty(), "a configuration or problems");
  const auto breaks = std::count(text.begin(), text.end(), '\n') + std::count(text.begin(), text.end(), '\r');
  for (const auto& problem : loaded.problems) check_problem(problem, static_cast<std::size_t>(breaks));
  if (loaded.config) check_config(*loaded.config);
  return 0;
}
