// kill -9 at random moments while a process records: nothing that was acknowledged is lost, nothing is corrupt, the next start is quick.
// links: store
#include "agent/base/file.hpp"
#include "agent/base/unique_fd.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/store/store.hpp"
#include "tests/support/canonical_profile.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <thread>

namespace {

using namespace agent;

constexpr int kKills = tests::rounds(100, 10);
/// What opening may take.
constexpr Duration kPatience = std::chrono::seconds(tests::rounds(1, 5));

/// What the child says through the pipe once append() has returned; smaller than PIPE_BUF, so it arrives whole or not at all.
struct Acknowledgement {
  std::uint64_t id;
  std::uint32_t profile;
};

struct Source {
  model::SnapshotInfo info;
  pprof::Profile profile;
  std::string dump;
};

std::vector<Source> load_profiles() {
  std::vector<Source> sources;
  for (const std::string component : {"etcd", "kube-scheduler"}) {
    for (const auto type : {model::ProfileType::kGoroutine, model::ProfileType::kBlock, model::ProfileType::kMutex}) {
      for (const std::string round : {"0001", "0002", "0003"}) {
        const std::string name = component + "/" + std::string(model::to_string(type)) + "-" + round + ".pb.gz";
        auto bytes = read_file(std::string(KPROFD_SOURCE_DIR "/tests/testdata/profiles/") + name, 8U << 20U);
        if (!bytes) continue;
        auto profile = pprof::decode(*bytes);
        if (!profile) continue;
        model::SnapshotInfo info{.component = component,
                                 .type = type,
                                 .process = {.pid = 1, .start_time = {}},
                                 .component_version = "v1",
                                 .capture_id = "",
                                 .fetched_bytes = bytes->size()};
        sources.push_back({info, *profile, tests::canonical_dump(*profile)});
      }
    }
  }
  return sources;
}

store::StoreOptions options_for(const std::filesystem::path& folder) {
  store::StoreOptions options;
  options.path = folder;
  options.max_bytes = 0;
  options.max_age = Duration(0);
  options.min_free_bytes = 0;
  options.max_block_bytes = 6'000;  // so that sealing and new blocks are hit, too
  return options;
}

[[noreturn]] void record(const std::filesystem::path& folder, const std::vector<Source>& sources, int pipe) {
  const SystemClock clock;
  tests::FakeLogger log;
  auto opened = store::Store::open(options_for(folder), clock, log);
  if (!opened) ::_exit(2);
  for (std::uint32_t i = 0;; i = (i + 1) % static_cast<std::uint32_t>(sources.size())) {
    auto info = sources[i].info;
    info.start = clock.wall_now();
    const auto snapshot = (*opened)->append(info, sources[i].profile);
    if (!snapshot) ::_exit(3);
    const Acknowledgement said{snapshot->id.value, i};
    if (::write(pipe, &said, sizeof said) != sizeof said) ::_exit(4);
  }
}

/// Runs a recorder, kills it `span` after it acknowledged `count` snapshots, and gives all that it acknowledged.
std::vector<Acknowledgement> record_and_kill(const std::filesystem::path& folder, const std::vector<Source>& sources, std::size_t count,
                                             Duration span) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    record(folder, sources, ends[1]);
  }
  ::close(ends[1]);
  const UniqueFd reading(ends[0]);
  std::vector<Acknowledgement> said;
  Acknowledgement one{};
  while (said.size() < count && ::read(reading.get(), &one, sizeof one) == sizeof one) said.push_back(one);
  std::this_thread::sleep_for(span);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the recorder ended by itself with " << WEXITSTATUS(status);
  while (::read(reading.get(), &one, sizeof one) == sizeof one) said.push_back(one);
  return said;
}

TEST(StoreCrash, LosesNothingAcknowledgedInAHundredKills) {
  const tests::TempDir folder;
  const auto sources = load_profiles();
  ASSERT_GE(sources.size(), 12U);
  const SystemClock clock;
  std::mt19937 random(static_cast<unsigned>(::getpid()));
  std::map<std::uint64_t, std::uint32_t> acknowledged;
  for (int kill = 0; kill < kKills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    const auto said = record_and_kill(folder.path(), sources, random() % 5, std::chrono::microseconds(random() % 20'000));
    for (const auto& one : said) acknowledged[one.id] = one.profile;

    tests::FakeLogger log;
    const auto before = clock.now();
    auto opened = store::Store::open(options_for(folder.path()), clock, log);
    EXPECT_LT(clock.now() - before, kPatience);
    ASSERT_TRUE(opened) << opened.error().message();
    for (const auto& one : said) {
      const auto found = (*opened)->reader().find(model::SnapshotId{one.id});
      ASSERT_TRUE(found) << found.error().message();
      EXPECT_EQ(found->info.component, sources[one.profile].info.component);
    }
    ASSERT_TRUE((*opened)->close());
  }
  EXPECT_GT(acknowledged.size(), static_cast<std::size_t>(tests::rounds(100, 5)));

  auto reader = store::StoreReader::open(folder.path());
  ASSERT_TRUE(reader);
  for (const auto& [id, source] : acknowledged) {
    const auto stored = (*reader)->read(model::SnapshotId{id});
    ASSERT_TRUE(stored) << stored.error().message();
    ASSERT_EQ(tests::canonical_dump(std::get<pprof::Profile>(stored->content)), sources[source].dump);
  }
  const auto report = (*reader)->verify();
  ASSERT_TRUE(report);
  EXPECT_GE(report->snapshots, acknowledged.size());
  for (const auto& damage : report->damage) ADD_FAILURE() << damage.file << "@" << damage.offset << ": " << damage.what;
  RecordProperty("acknowledged", static_cast<int>(acknowledged.size()));
  RecordProperty("blocks", static_cast<int>(report->blocks));
}

}  // namespace
