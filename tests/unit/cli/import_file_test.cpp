#include "agent/cli/import_file.hpp"

#include "agent/codec/gzip.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/pprof/encode.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

namespace agent::cli {
namespace {

using model::ProfileType;

const std::filesystem::path kProfiles = std::filesystem::path(KPROFD_SOURCE_DIR) / "tests/testdata/profiles";
constexpr std::string_view kDump = "goroutine 1 [running]:\nmain.main()\n";

struct ImportFileTest : testing::Test {
  tests::TempDir temp;
  ImportDefaults defaults{.component = "etcd", .type = std::nullopt, .time = {}};

  std::string failure(const std::filesystem::path& path) const {
    const auto file = read_import_file(path, defaults);
    return file ? "accepted" : file.error().message();
  }
};

pprof::Profile real_profile(const char* name) {
  auto profile = pprof::decode(tests::file_content(kProfiles / name));
  EXPECT_TRUE(profile);
  return *std::move(profile);
}

TEST_F(ImportFileTest, TakesTypeFromTheNameAndTimeFromTheProfile) {
  const auto file = read_import_file(kProfiles / "etcd/block-0001.pb.gz", defaults);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->info.component, "etcd");
  EXPECT_EQ(file->info.type, ProfileType::kBlock);
  EXPECT_EQ(to_unix_nanos(file->info.start), real_profile("etcd/block-0001.pb.gz").time_nanos);
  EXPECT_EQ(file->info.fetched_bytes, std::filesystem::file_size(kProfiles / "etcd/block-0001.pb.gz"));
  EXPECT_EQ(file->info.cause, model::Cause::kManual);
}

TEST_F(ImportFileTest, TakesTheDurationOfACpuProfile) {
  const auto file = read_import_file(kProfiles / "etcd/cpu-0001.pb.gz", defaults);
  ASSERT_TRUE(file);
  EXPECT_GT(file->info.duration, Duration(0));
}

TEST_F(ImportFileTest, TakesANegativeDurationAsTheProfilesOwn) {
  auto profile = real_profile("etcd/allocs-0001.pb.gz");
  profile.duration_nanos = -5;
  const auto file = read_import_file(temp.write("allocs.pb.gz", pprof::encode_gzip(profile)), defaults);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->info.duration, Duration(0));
  EXPECT_EQ(std::get<pprof::Profile>(file->content).duration_nanos, -5);
}

TEST_F(ImportFileTest, KnowsAllOfANameThatPullWrote) {
  defaults.component.clear();
  const auto path = temp.write("kube-proxy-goroutine-debug2-20261124T053628.250Z-6883038dd8000001.txt", kDump);
  const auto file = read_import_file(path, defaults);
  ASSERT_TRUE(file) << file.error().message();
  EXPECT_EQ(file->info.component, "kube-proxy");
  EXPECT_EQ(file->info.type, ProfileType::kGoroutineDebug2);
  EXPECT_EQ(to_unix_nanos(file->info.start), 1'795'498'588'250'000'000);
  EXPECT_EQ(std::get<std::string>(file->content), kDump);
}

TEST_F(ImportFileTest, AsksForWhatNothingTells) {
  EXPECT_NE(failure(temp.write("dump.txt", kDump)).find("give --time"), std::string::npos);
  defaults.component.clear();
  EXPECT_NE(failure(temp.write("heap.pb.gz", "x")).find("give --component"), std::string::npos);
}

TEST_F(ImportFileTest, TakesTheTimeThatIsGiven) {
  const auto path = temp.write("dump.txt", kDump);
  defaults.time = from_unix_nanos(17);
  EXPECT_EQ(to_unix_nanos(read_import_file(path, defaults)->info.start), 17);
  defaults.time = ModificationTime{};
  EXPECT_GT(to_unix_nanos(read_import_file(path, defaults)->info.start), 1'500'000'000'000'000'000);
}

TEST_F(ImportFileTest, NamesTheFileThatIsBadOnce) {
  for (const auto& path : {temp.write("heap-1.pb.gz", "no profile"), temp.write("heap-2.pb.gz", ""), temp / "absent.pb.gz"}) {
    const std::string message = failure(path);
    const auto at = message.find(path.string());
    ASSERT_NE(at, std::string::npos) << message;
    EXPECT_EQ(message.find(path.string(), at + 1), std::string::npos) << message;
  }
}

TEST_F(ImportFileTest, RefusesATimeThatNoStoreHolds) {
  const auto path = temp.write("dump.txt", kDump);
  for (const std::int64_t nanos : {std::int64_t{-1}, std::int64_t{-86'400'000'000'000}, std::int64_t{9'214'646'400'000'000'000}}) {
    defaults.time = from_unix_nanos(nanos);
    EXPECT_NE(failure(path).find("from 1970 to 2109"), std::string::npos) << nanos;
    auto profile = real_profile("etcd/heap-0001.pb.gz");
    profile.time_nanos = nanos;
    EXPECT_NE(failure(temp.write("heap-0001.pb.gz", pprof::encode_gzip(profile))).find("from 1970 to 2109"), std::string::npos) << nanos;
  }
}

TEST_F(ImportFileTest, RefusesANameThatIsNoComponents) {
  const auto path = temp.write("a b-goroutine-debug2-20261124T053628.250Z-6883038dd8000001.txt", kDump);
  defaults.component.clear();
  EXPECT_NE(failure(path).find("expected 1 to 63 letters"), std::string::npos);
  for (const auto& name : {std::string(300, 'a'), std::string("a/b"), std::string("..")}) {
    defaults.component = name;
    EXPECT_NE(failure(path).find("expected 1 to 63 letters"), std::string::npos) << name;
  }
}

TEST_F(ImportFileTest, OpensRegularFilesOnly) {
  const auto fifo = temp / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_NE(failure(fifo).find("not a regular file"), std::string::npos);
  EXPECT_NE(failure("/dev/zero").find("not a regular file"), std::string::npos);
  EXPECT_NE(failure(temp.path()).find("is a folder"), std::string::npos);
}

TEST_F(ImportFileTest, RefusesAFileAboveTheLimitUnread) {
  const auto path = temp.write("heap-1.pb.gz", "");
  std::filesystem::resize_file(path, kMaxImportBytes + 1);
  EXPECT_NE(failure(path).find("above the limit of 1GiB"), std::string::npos) << failure(path);
}

TEST_F(ImportFileTest, NamesTheLimitThatAGzipBombPasses) {
  const auto path = temp.write("heap-1.pb.gz", codec::gzip(std::string((64U << 20U) + 1, '\0'), codec::GzipLevel::kFast));
  EXPECT_NE(failure(path).find("expands to more than 64MiB"), std::string::npos) << failure(path);
}

TEST_F(ImportFileTest, RefusesADumpThatNoStoreTakes) {
  const auto path = temp.write("dump.txt", kDump);
  std::filesystem::resize_file(path, (64U << 20U) + 1);
  defaults.time = from_unix_nanos(17);
  EXPECT_NE(failure(path).find("takes a goroutine-debug2 up to 64MiB"), std::string::npos) << failure(path);
}

TEST_F(ImportFileTest, RefusesATypeThatTheContentContradicts) {
  defaults.type = ProfileType::kHeap;
  EXPECT_NE(failure(kProfiles / "etcd/cpu-0001.pb.gz").find("it holds a cpu profile"), std::string::npos);
  EXPECT_NE(failure(temp.write("dump.txt", kDump)).find("it holds a goroutine-debug2 profile"), std::string::npos);
}

TEST_F(ImportFileTest, FingerprintIgnoresTheOrderOfTablesOnly) {
  const auto original = real_profile("etcd/heap-0001.pb.gz");
  auto changed = original;
  EXPECT_EQ(fingerprint(original), fingerprint(changed));
  changed.values.back() += 1;
  EXPECT_NE(fingerprint(original), fingerprint(changed));
  EXPECT_NE(fingerprint(original), fingerprint(real_profile("etcd/heap-0002.pb.gz")));
  EXPECT_NE(fingerprint(std::string("a")), fingerprint(std::string("b")));
}

TEST_F(ImportFileTest, FingerprintDoesNotChangeWhenLocationsAreRenumbered) {
  auto profile = real_profile("etcd/heap-0001.pb.gz");
  const auto before = fingerprint(profile);
  const auto last = static_cast<std::uint32_t>(profile.locations.size() - 1);
  std::swap(profile.locations.front(), profile.locations.back());
  for (auto& location : profile.stack) location = location == 0 ? last : location == last ? 0 : location;
  EXPECT_EQ(fingerprint(profile), before);
}

}  // namespace
}  // namespace agent::cli
