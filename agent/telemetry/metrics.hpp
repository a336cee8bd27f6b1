// The agent's own metrics. The only place that knows prometheus-cpp.
//
// Handles are cheap values that may outlive the Metrics they came from and the removal of their series (they then count for nobody); one
// that was made by default does nothing. Thread-safe. Names follow Prometheus: kprofd_*, base units, _total.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace agent::telemetry {

using Labels = std::map<std::string, std::string>;

class Counter {
 public:
  void add(double amount = 1) const;  ///< amount >= 0

 private:
  friend class Metrics;
  std::shared_ptr<prometheus::Counter> metric_;
};

class Gauge {
 public:
  void set(double value) const;
  void add(double amount) const;

 private:
  friend class Metrics;
  std::shared_ptr<prometheus::Gauge> metric_;
};

class Histogram {
 public:
  void observe(double value) const;

 private:
  friend class Metrics;
  std::shared_ptr<prometheus::Histogram> metric_;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// The same name and labels give the same metric. `help` is a constant text without newline (the format does not escape it); label values
  /// are made valid UTF-8. A name or label that the format forbids, or a name used with two kinds, is a mistake of ours: std::logic_error.
  /// The number of series is the caller's to bound: labels have few values, and remove() forgets those of what is gone.
  [[nodiscard]] Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  /// `bounds` are the upper bounds of the buckets, rising, without +Inf. Those of the first call for a name hold for all its series.
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds,
                                    const Labels& labels = {});
  /// Forgets every series that has this label value (a target that is gone).
  void remove(const std::string& label, const std::string& value);
  /// `refresh` runs at the start of every serialize(), on its thread, to set gauges of what is only known then (store bytes, own process).
  void on_collect(std::function<void()> refresh);

  /// text/plain; version=0.0.4. Families in the order of their names, series in the order of their labels.
  [[nodiscard]] std::string serialize() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace agent::telemetry
