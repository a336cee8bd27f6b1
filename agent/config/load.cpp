#include "agent/config/load.hpp"

#include "agent/base/file.hpp"
#include "agent/config/environment.hpp"
#include "agent/config/map_reader.hpp"
#include "agent/config/sections.hpp"
#include "agent/config/targets.hpp"
#include "agent/config/yaml_tree.hpp"

#include <utility>

namespace agent::config {
namespace {

Config read_config(const YamlNode& root, Problems& problems) {
  Config config;
  MapReader reader(root, "", problems);
  set(config.node_name, reader.text("nodeName"));
  read_log(reader.map("log"), config.log);
  read_listen(reader.map("listen"), config.listen);
  read_store(reader.map("store"), config.store);
  read_scrape(reader.map("scrape"), config.scrape, problems);
  read_discovery(reader.map("discovery"), config.discovery);
  if (const YamlNode* targets = reader.child("targets")) config.targets = read_targets(*targets, config.scrape, problems);
  reader.finish();
  return config;
}

}  // namespace

Loaded parse(std::string_view yaml, const std::string& name, const Environment& environment) {
  Problems problems(name);
  Config config;
  if (auto root = read_yaml(yaml, problems)) {
    substitute_all(*root, environment, problems);
    config = read_config(*root, problems);
  }
  if (problems.empty()) return Loaded{std::move(config), {}};
  return Loaded{std::nullopt, std::move(problems).take()};
}

Loaded load(const std::filesystem::path& file, const Environment& environment) {
  auto text = read_file(file, kMaxYamlBytes);
  if (!text) return Loaded{std::nullopt, {Problem{file.string(), 0, 0, text.error().message()}}};
  return parse(*text, file.string(), environment);
}

}  // namespace agent::config
