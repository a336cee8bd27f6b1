// The agent's own metrics. The only place that knows prometheus-cpp.
//
// Handles are cheap values that stay valid as long as the Metrics they came from. Thread-safe. Names follow Prometheus: kprofd_*, base
// units, _total.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace agent::telemetry {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  void add(double amount = 1) const;  ///< amount >= 0

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

class Histogram {
 public:
  void observe(double value) const;

 private:
  friend class Metrics;
  void* metric_ = nullptr;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The same name and labels give the same metric. `help` is a constant text without newline; label values are made valid UTF-8.
  [[nodiscard]] Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                                    const Labels& labels = {});
  /// Forgets every series that has this label value (a target that is gone). Handles to them are dangling from then on.
  void remove(const std::string& label, const std::string& value);
  /// `refresh` runs at the start of every serialize(), to set gauges of what is only known then (store bytes, own process).
  void on_collect(std::function<void()> refresh);

  /// text/plain; version=0.0.4.
  [[nodiscard]] std::string serialize() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agent::telemetry
