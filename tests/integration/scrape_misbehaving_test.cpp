// One recorder, one good target and twenty that misbehave, each in its own way.
// links: scrape tests_http
#include "agent/codec/gzip.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/scrape/fetcher.hpp"
#include "agent/scrape/recorder.hpp"
#include "tests/support/misbehaving_server.hpp"
#include "tests/support/recording_node.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace {

using agent::model::ProfileType;
using tests::Behaviour;
using tests::MisbehavingServer;
using namespace std::chrono_literals;

/// A small good profile, with a sample that tells nothing.
std::string small_profile() {
  agent::pprof::Profile profile;
  const auto count = profile.strings.append("count");
  profile.sample_types.push_back({count, count});
  agent::pprof::Location location;
  location.address = 0x1000;
  profile.locations.push_back(location);
  profile.stack.push_back(0);
  profile.stack_begin.push_back(1);
  profile.label_begin.push_back(0);
  profile.values.push_back(1);
  return agent::pprof::encode_gzip(profile);
}

constexpr bool kMeasuresMemory = !tests::kIsSanitized;  // the sanitizers keep what is freed

constexpr std::size_t kDecoderBytes = agent::pprof::DecodeLimits().max_decompressed_bytes + agent::pprof::DecodeLimits().max_profile_bytes;

/// VmHWM in bytes: the most memory this process had at once.
std::uint64_t peak_memory() {
  const auto status = tests::file_content("/proc/self/status");
  const auto at = status.find("VmHWM:");
  std::uint64_t kib = 0;
  if (at == std::string::npos) return 0;
  const auto digits = status.find_first_of("0123456789", at);
  std::from_chars(status.data() + digits, status.data() + status.size(), kib);
  return kib * 1024;
}

/// Lets VmHWM begin anew from what is resident now.
void reset_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

double gauge(const tests::RecordingNode& node, const std::string& name) {
  const auto text = node.metrics();
  const auto at = text.find("\n" + name + " ");
  return at == std::string::npos ? -1 : std::stod(text.substr(at + name.size() + 2));
}

struct Bad {
  std::string name;
  std::string cause;  ///< what /api/v1/targets must say
  Behaviour behaviour = Behaviour::kAnswer;
  bool serves_tls = false;
  std::string scheme = {};  ///< of our url when it is not the server's
};

const std::vector<Bad> kBad{
    {"hangs", "header_timeout", Behaviour::kAcceptAndHang},
    {"hangs-after-header", "total_timeout", Behaviour::kHangAfterHeader},
    {"drips", "total_timeout", Behaviour::kDripBody},
    {"drips-header", "header_timeout", Behaviour::kDripHeader},
    {"two-gib", "response_too_large", Behaviour::kTwoGibibytes},
    {"two-gib-chunked", "response_too_large", Behaviour::kTwoGibibytesChunked},
    {"huge-header", "header_too_large", Behaviour::kHugeHeader},
    {"gzip-bomb", "gzip_bomb", Behaviour::kGzipBomb},
    {"html", "html", Behaviour::kHtml},
    {"truncated-gzip", "gzip_truncated", Behaviour::kTruncatedGzip},
    {"truncated-body", "response_truncated", Behaviour::kTruncatedBody},
    {"redirect", "redirect", Behaviour::kRedirect},
    {"unauthorized", "unauthorized", Behaviour::kUnauthorized},
    {"forbidden", "forbidden", Behaviour::kForbidden},
    {"not-found", "profiling_disabled", Behaviour::kNotFound},
    {"not-found-pprof", "profile_unknown", Behaviour::kNotFoundPprof},
    {"busy", "busy", Behaviour::kBusy},
    {"not-http", "protocol_error", Behaviour::kNotHttp},
    {"wrong-tls", "tls_untrusted", Behaviour::kAnswer, true},
    {"no-tls", "tls_failed", Behaviour::kNotHttp, false, "https"},
    {"hangs-before-tls", "tls_timeout", Behaviour::kAcceptAndHang, false, "https"},
};

class ScrapeMisbehaving : public testing::Test {
 protected:
  ScrapeMisbehaving() {
    tests::MisbehavingOptions options;
    options.body = small_profile();
    for (const auto& bad : kBad) {
      options.tls = bad.serves_tls ? std::optional(authority_.issue()) : std::nullopt;
      servers_.push_back(std::make_unique<MisbehavingServer>(bad.behaviour, options));
      auto url = servers_.back()->url();
      if (!bad.scheme.empty()) url.replace(0, url.find(':'), bad.scheme);
      targets_.push_back(target(bad.name, url));
    }
    targets_.push_back(target("refuses", tests::refusing_url()));
    options.tls.reset();
    good_ = std::make_unique<MisbehavingServer>(Behaviour::kAnswer, options);
    targets_.push_back(target("good", good_->url()));
  }

  static agent::model::Target target(const std::string& name, const std::string& url) {
    agent::model::Target target;
    target.component = name;
    target.url = url;
    target.profiles = {{ProfileType::kCpu, 2s, 1s}, {ProfileType::kHeap, 1s, 0s}, {ProfileType::kGoroutine, 1s, 0s}};
    target.limits.header_timeout = 800ms;
    target.limits.total_timeout = 1500ms;
    return target;
  }

  tests::TestAuthority authority_;
  std::vector<std::unique_ptr<MisbehavingServer>> servers_;
  std::unique_ptr<MisbehavingServer> good_;
  std::vector<agent::model::Target> targets_;
};

TEST_F(ScrapeMisbehaving, EachIsToldApartAndNoneDelaysTheGoodOneNorTakesMemory) {
  tests::RecordingNode node;
  reset_peak_memory();
  const auto before = peak_memory();
  const auto began = std::chrono::steady_clock::now();
  node.start(targets_);
  double most_in_flight = 0;
  for (int step = 0; step < 240; ++step) {
    node.run_for(50ms);
    most_in_flight = std::max(most_in_flight, gauge(node, "kprofd_scrapes_in_flight"));
  }
  const auto rounds = (std::chrono::steady_clock::now() - began) / 1s;

  for (const auto& bad : kBad) {
    for (const auto type : {ProfileType::kHeap, ProfileType::kGoroutine}) {
      const auto status = node.status(bad.name, type);
      EXPECT_EQ(node.cause(bad.name, type), bad.cause) << bad.name << ": " << (status.failure ? status.failure->message : "");
      EXPECT_EQ(status.scrapes, 0U) << bad.name;
      EXPECT_TRUE(status.failure && status.failure->hint.starts_with(bad.name)) << bad.name;
    }
  }
  EXPECT_EQ(node.cause("refuses", ProfileType::kHeap), "connection_refused");
  std::printf("%.0f requests in flight at most, of %.0f\n", most_in_flight, gauge(node, "kprofd_scrapes_in_flight_max"));
  EXPECT_GT(most_in_flight, 0);
  EXPECT_LE(most_in_flight, gauge(node, "kprofd_scrapes_in_flight_max"));
  EXPECT_EQ(gauge(node, "kprofd_scrapes_in_flight_max"), 4 + 32);

  // One round is left to a machine that is busy with other things. A recorder that lets a bad target hold a slot misses seven.
  for (const auto type : {ProfileType::kHeap, ProfileType::kGoroutine, ProfileType::kCpu}) {
    const auto status = node.status("good", type);
    const auto expected = static_cast<std::uint64_t>(type == ProfileType::kCpu ? rounds / 2 : rounds);
    EXPECT_EQ(status.failures, 0U);
    EXPECT_LE(status.missed_rounds, 1U);
    EXPECT_GE(status.scrapes + 2, expected) << agent::model::to_string(type);
  }
  // Rounds begin when they are due, not when a slot happens to be free.
  std::vector<agent::WallTime> starts;
  for (const auto& stored : node.stored()) {
    if (stored.info.component == "good" && stored.info.type == ProfileType::kHeap) starts.push_back(stored.info.start);
  }
  ASSERT_GE(starts.size(), 2U);
  agent::Duration worst{0};
  for (const auto start : starts) worst = std::max(worst, (start - starts.front() + 500ms) % 1s - 500ms);
  EXPECT_LT(worst, 700ms);

  const auto grown = peak_memory() - before;
  std::printf("peak memory grew by %.1f MiB\n", static_cast<double>(grown) / (1 << 20));
  // What agent/scrape/fetcher.hpp says, and what the servers, which live in this process too, hold for their connections.
  const auto bound =
      agent::scrape::max_requests(agent::scrape::RecorderOptions().max_in_flight, targets_.size()) * agent::scrape::kSmallResponseBytes +
      2 * agent::scrape::kMaxProfileBytes + kDecoderBytes;
  if (kMeasuresMemory) {
    EXPECT_LT(grown, bound);
  }
}

TEST_F(ScrapeMisbehaving, MemoryStaysUnderItsBoundForEachKindOfFlood) {
  for (std::size_t i = 0; i < kBad.size(); ++i) {
    if (kBad[i].cause != "response_too_large" && kBad[i].cause != "gzip_bomb") continue;
    const auto url = servers_[i]->url();
    reset_peak_memory();
    const auto before = peak_memory();
    {
      tests::RecordingNode node;
      std::vector<agent::model::Target> targets;
      for (int copy = 0; copy < 4; ++copy) targets.push_back(target(kBad[i].name + std::to_string(copy), url));
      node.start(targets);
      node.run_for(2500ms);
      EXPECT_EQ(node.cause(targets.front().component, ProfileType::kHeap), kBad[i].cause);
    }
    const auto grown = peak_memory() - before;
    std::printf("%s: peak memory grew by %.1f MiB\n", kBad[i].name.c_str(), static_cast<double>(grown) / (1 << 20));
    if (kMeasuresMemory) {
      EXPECT_LT(grown, 12 * agent::scrape::kSmallResponseBytes + 2 * agent::scrape::kMaxProfileBytes + kDecoderBytes);
    }
  }
}

TEST_F(ScrapeMisbehaving, StopEndsAllOfItAtOnce) {
  tests::RecordingNode node;
  node.start(targets_);
  node.run_for(1500ms);
  const auto began = std::chrono::steady_clock::now();
  node.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
}

}  // namespace
