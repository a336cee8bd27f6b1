#include "agent/telemetry/metrics.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

using agent::telemetry::Counter;
using agent::telemetry::Metrics;

bool has_line(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, PrintsEachKindInTheTextFormat) {
  Metrics metrics;
  metrics.counter("kprofd_scrapes_total", "Scrapes.", {{"component", "etcd"}}).add(3);
  metrics.gauge("kprofd_store_bytes", "Bytes in the store.").set(4096);
  const auto took = metrics.histogram("kprofd_scrape_seconds", "Time of a scrape.", {0.1, 1});
  took.observe(0.1);
  took.observe(0.5);
  took.observe(5);
  const auto page = metrics.serialize();
  EXPECT_TRUE(has_line(page, "# HELP kprofd_scrapes_total Scrapes."));
  EXPECT_TRUE(has_line(page, "# TYPE kprofd_scrapes_total counter"));
  EXPECT_TRUE(has_line(page, "kprofd_scrapes_total{component=\"etcd\"} 3"));
  EXPECT_TRUE(has_line(page, "kprofd_store_bytes 4096"));
  EXPECT_TRUE(has_line(page, "kprofd_scrape_seconds_bucket{le=\"0.1\"} 1"));
  EXPECT_TRUE(has_line(page, "kprofd_scrape_seconds_bucket{le=\"1\"} 2"));
  EXPECT_TRUE(has_line(page, "kprofd_scrape_seconds_bucket{le=\"+Inf\"} 3"));
  EXPECT_TRUE(has_line(page, "kprofd_scrape_seconds_count 3"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameMetric) {
  Metrics metrics;
  metrics.counter("c_total", "C.", {{"a", "1"}}).add();
  metrics.counter("c_total", "C.", {{"a", "1"}}).add();
  metrics.counter("c_total", "C.", {{"a", "2"}}).add();
  const auto page = metrics.serialize();
  EXPECT_TRUE(has_line(page, "c_total{a=\"1\"} 2"));
  EXPECT_TRUE(has_line(page, "c_total{a=\"2\"} 1"));
}

TEST(Metrics, SeriesComeInTheOrderOfTheirNamesAndLabels) {
  Metrics metrics;
  for (const char* name : {"z_total", "a_total"}) {
    for (const char* value : {"3", "1", "2"}) metrics.counter(name, "Help.", {{"l", value}}).add();
  }
  const auto page = metrics.serialize();
  EXPECT_LT(page.find("a_total{l=\"1\"}"), page.find("a_total{l=\"2\"}"));
  EXPECT_LT(page.find("a_total{l=\"3\"}"), page.find("z_total{l=\"1\"}"));
}

TEST(Metrics, LabelValuesAreEscapedAndMadeUtf8) {
  Metrics metrics;
  metrics.counter("c_total", "C.", {{"a", "say \"hi\"\n\\"}}).add();
  metrics.counter("c_total", "C.", {{"a", "bad\xff\xfe!"}}).add();
  const auto page = metrics.serialize();
  EXPECT_TRUE(has_line(page, R"(c_total{a="say \"hi\"\n\\"} 1)"));
  EXPECT_TRUE(has_line(page, "c_total{a=\"bad\xEF\xBF\xBD!\"} 1"));
}

TEST(Metrics, ANewlineInHelpOrABadNameIsAMistakeOfOurs) {
  Metrics metrics;
  EXPECT_THROW(static_cast<void>(metrics.counter("c_total", "two\nlines")), std::logic_error);
  EXPECT_THROW(static_cast<void>(metrics.counter("c-total", "C.")), std::logic_error);
  EXPECT_THROW(static_cast<void>(metrics.counter("c_total", "C.", {{"__a", "1"}})), std::logic_error);
  EXPECT_THROW(static_cast<void>(metrics.counter("c_total", "C.", {{"le", "1"}})), std::logic_error);
  static_cast<void>(metrics.counter("c_total", "C."));
  EXPECT_THROW(static_cast<void>(metrics.gauge("c_total", "C.")), std::logic_error);
}

TEST(Metrics, RemoveForgetsTheSeriesOfALabelValueAndLeavesItsHandlesHarmless) {
  Metrics metrics;
  const auto gone = metrics.counter("c_total", "C.", {{"component", "etcd"}, {"type", "cpu"}});
  metrics.counter("c_total", "C.", {{"component", "kubelet"}, {"type", "cpu"}}).add();
  metrics.gauge("g", "G.", {{"component", "etcd"}}).set(1);
  metrics.remove("component", "etcd");
  gone.add();
  const auto page = metrics.serialize();
  EXPECT_EQ(page.find("etcd"), std::string::npos);
  EXPECT_EQ(page.find("# HELP g "), std::string::npos);
  EXPECT_TRUE(has_line(page, "c_total{component=\"kubelet\",type=\"cpu\"} 1"));
  metrics.counter("c_total", "C.", {{"component", "etcd"}, {"type", "cpu"}}).add();
  EXPECT_TRUE(has_line(metrics.serialize(), "c_total{component=\"etcd\",type=\"cpu\"} 1"));
}

TEST(Metrics, HandlesMayOutliveTheirMetricsAndADefaultOneDoesNothing) {
  auto metrics = std::make_optional<Metrics>();
  const auto counter = metrics->counter("c_total", "C.");
  metrics.reset();
  counter.add();
  Counter().add();
}

TEST(Metrics, RefreshersRunAtEachSerializeAndMayAskForMetrics) {
  Metrics metrics;
  double size = 0;
  metrics.on_collect([&] { metrics.gauge("kprofd_store_bytes", "Bytes.").set(++size); });
  EXPECT_TRUE(has_line(metrics.serialize(), "kprofd_store_bytes 1"));
  EXPECT_TRUE(has_line(metrics.serialize(), "kprofd_store_bytes 2"));
}

TEST(Metrics, CountsFromSeveralThreads) {
  Metrics metrics;
  const auto count = [&] {
    for (int i = 0; i < 1000; ++i) {
      metrics.counter("c_total", "C.").add();
      metrics.gauge("g", "G.", {{"i", std::to_string(i % 3)}}).set(i);
      if (i % 100 == 0) metrics.remove("i", "1");
    }
  };
  std::thread other(count);
  count();
  static_cast<void>(metrics.serialize());
  other.join();
  EXPECT_TRUE(has_line(metrics.serialize(), "c_total 2000"));
}

}  // namespace
