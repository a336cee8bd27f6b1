#include "agent/telemetry/metrics.hpp"

#include "agent/telemetry/utf8.hpp"

#include <prometheus/client_metric.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <variant>

namespace agent::telemetry {
namespace {

using Metric =
    std::variant<std::shared_ptr<prometheus::Counter>, std::shared_ptr<prometheus::Gauge>, std::shared_ptr<prometheus::Histogram>>;

// We keep the series ourselves and use prometheus-cpp's metrics and serializer, not its Registry: that one prints in hash order, and
// Family::Remove destroys a metric under the handles of others.
struct MetricFamily {
  std::string help;
  prometheus::MetricType type = prometheus::MetricType::Untyped;
  std::vector<double> bounds;
  std::map<Labels, Metric> series;
};

/// Letters, digits and '_' with no digit first; colons only in names of metrics.
bool is_name(const std::string& name, bool may_have_colons) {
  const auto fits = [=](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (may_have_colons && c == ':');
  };
  return !name.empty() && (name[0] < '0' || name[0] > '9') && std::all_of(name.begin(), name.end(), fits);
}

void check_names(const std::string& name, const std::string& help, const Labels& labels) {
  if (!is_name(name, true)) throw std::logic_error("not a metric name: " + name);
  if (help.find_first_of("\n\\") != std::string::npos) throw std::logic_error("metric " + name + ": its help must be one plain line");
  for (const auto& [label, value] : labels) {
    if (!is_name(label, false) || label.starts_with("__") || label == "le") {
      throw std::logic_error("metric " + name + ": not a label name: " + label);
    }
  }
}

Labels with_valid_values(const Labels& labels) {
  Labels valid;
  for (const auto& [label, value] : labels) valid.emplace(label, valid_utf8(value));
  return valid;
}

prometheus::ClientMetric collect(const Labels& labels, const Metric& metric) {
  auto sample = std::visit([](const auto& handle) { return handle->Collect(); }, metric);
  for (const auto& [name, value] : labels) {
    prometheus::ClientMetric::Label label;
    label.name = name;
    label.value = value;
    sample.label.push_back(std::move(label));
  }
  return sample;
}

}  // namespace

struct Metrics::State {
  /// The metric of this name and these labels, made by `make(bounds of the family)` when it is new.
  template <class T, class Make>
  std::shared_ptr<T> find_or_make(const std::string& name, const std::string& help, const Labels& labels, const std::vector<double>& bounds,
                                  const Make& make) {
    check_names(name, help, labels);
    const std::lock_guard lock(mutex);
    const auto [family, is_new] = families.try_emplace(name);
    if (is_new) family->second = MetricFamily{help, T::metric_type, bounds, {}};
    if (family->second.type != T::metric_type) throw std::logic_error("metric " + name + " is used with two types");
    auto& slot = family->second.series.try_emplace(with_valid_values(labels), std::shared_ptr<T>()).first->second;
    auto& metric = std::get<std::shared_ptr<T>>(slot);
    if (!metric) metric = make(family->second.bounds);
    return metric;
  }

  std::mutex mutex;
  std::map<std::string, MetricFamily> families;
  std::vector<std::function<void()>> refreshers;
};

void Counter::add(double amount) const {
  if (metric_) metric_->Increment(amount);
}

void Gauge::set(double value) const {
  if (metric_) metric_->Set(value);
}

void Gauge::add(double amount) const {
  if (metric_) metric_->Increment(amount);
}

void Histogram::observe(double value) const {
  if (metric_) metric_->Observe(value);
}

Metrics::Metrics() : state_(std::make_unique<State>()) {}

Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
  const auto make = [](const std::vector<double>& /*bounds*/) { return std::make_shared<prometheus::Counter>(); };
  Counter handle;
  handle.metric_ = state_->find_or_make<prometheus::Counter>(name, help, labels, {}, make);
  return handle;
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  const auto make = [](const std::vector<double>& /*bounds*/) { return std::make_shared<prometheus::Gauge>(); };
  Gauge handle;
  handle.metric_ = state_->find_or_make<prometheus::Gauge>(name, help, labels, {}, make);
  return handle;
}

Histogram Metrics::histogram(const std::string& name, const std::string& help, const std::vector<double>& bounds, const Labels& labels) {
  const auto make = [](const std::vector<double>& of_family) { return std::make_shared<prometheus::Histogram>(of_family); };
  Histogram handle;
  handle.metric_ = state_->find_or_make<prometheus::Histogram>(name, help, labels, bounds, make);
  return handle;
}

void Metrics::remove(const std::string& label, const std::string& value) {
  const auto valid = valid_utf8(value);
  const auto has_label = [&](const auto& series) {
    const auto found = series.first.find(label);
    return found != series.first.end() && found->second == valid;
  };
  const std::lock_guard lock(state_->mutex);
  for (auto& [name, family] : state_->families) std::erase_if(family.series, has_label);
}

void Metrics::on_collect(std::function<void()> refresh) {
  const std::lock_guard lock(state_->mutex);
  state_->refreshers.push_back(std::move(refresh));
}

std::string Metrics::serialize() const {
  std::vector<std::function<void()>> refreshers;
  {
    const std::lock_guard lock(state_->mutex);
    refreshers = state_->refreshers;
  }
  for (const auto& refresh : refreshers) refresh();  // unlocked: it may well ask for a metric

  std::vector<prometheus::MetricFamily> page;
  {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [name, family] : state_->families) {
      if (family.series.empty()) continue;
      prometheus::MetricFamily collected{name, family.help, family.type, {}};
      for (const auto& [labels, metric] : family.series) collected.metric.push_back(collect(labels, metric));
      page.push_back(std::move(collected));
    }
  }
  return prometheus::TextSerializer().Serialize(page);
}

}  // namespace agent::telemetry
