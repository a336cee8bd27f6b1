// A recorder that records nothing: it answers what a test puts into it and keeps a log of what it was asked.
#pragma once

#include "agent/scrape/recorder.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tests {

class FakeRecorder final : public agent::scrape::Recorder {
 public:
  void apply(std::vector<agent::model::Target> targets, agent::scrape::RecorderOptions) override { applied.push_back(std::move(targets)); }
  agent::async::Task<void> run() override { co_return; }
  void stop() override { stopped = true; }

  [[nodiscard]] std::vector<agent::model::TargetStatus> targets() const override { return statuses; }

  agent::Result<agent::model::Capture> start_capture(agent::model::CaptureRequest request, agent::model::Cause) override {
    if (refusal) return *refusal;
    agent::model::Capture capture;
    capture.id = "c" + std::to_string(all_captures.size() + 1);
    capture.request = std::move(request);
    all_captures.push_back(capture);
    return capture;
  }
  [[nodiscard]] std::optional<agent::model::Capture> capture(const std::string& id) const override {
    const auto found = std::find_if(all_captures.begin(), all_captures.end(), [&](const auto& capture) { return capture.id == id; });
    if (found == all_captures.end()) return std::nullopt;
    return *found;
  }
  [[nodiscard]] std::vector<agent::model::Capture> captures() const override { return all_captures; }

  agent::async::Task<agent::Result<agent::http::ClientResponse>> fetch_live(std::string component, std::string path_and_query) override {
    fetched.push_back(component + " " + path_and_query);
    if (refusal) co_return *refusal;
    co_return live;
  }

  agent::async::Task<agent::Result<agent::http::ClientResponse>> look_up_symbols(std::string component, std::string addresses) override {
    fetched.push_back(component + " POST symbol " + addresses);
    if (refusal) co_return *refusal;
    co_return live;
  }

  std::vector<agent::model::TargetStatus> statuses;
  std::vector<agent::model::Capture> all_captures;
  std::optional<agent::Error> refusal;  ///< of start_capture, fetch_live and look_up_symbols
  agent::http::ClientResponse live;

  std::vector<std::vector<agent::model::Target>> applied;
  std::vector<std::string> fetched;  ///< "component path?query"
  bool stopped = false;
};

}  // namespace tests
