// decode, encode and merge against `go tool pprof` itself.
#include "agent/pprof/decode.hpp"
#include "agent/pprof/encode.hpp"
#include "agent/pprof/merge.hpp"
#include "tests/support/go_pprof.hpp"
#include "tests/support/sanitizer.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/pprof/odd_profiles.hpp"
#include "tests/unit/pprof/testdata_profiles.hpp"

#include <gtest/gtest.h>

namespace agent::pprof {
namespace {

using tests::GoPprof;
using tests::sorted_lines;
using Files = std::vector<std::filesystem::path>;

// The parser's verdict: the driver goes on to refuse a sound profile that has no sample types, since there is nothing to report.
bool was_parsed(const GoPprof::Outcome& outcome) {
  return outcome.succeeded || outcome.output.find("profile has no samples") != std::string::npos;
}

class GoAgreement : public ::testing::Test {
 protected:
  void SetUp() override {
    go_ = GoPprof::find();
    if (!go_) GTEST_SKIP() << "go is not installed";
  }
  std::filesystem::path write(const std::string& name, const std::string& bytes) { return folder_.write(name, bytes); }
  Result<Profile> merge_files(const Files& files) {
    std::vector<Profile> profiles;
    profiles.reserve(files.size());
    for (const auto& file : files) profiles.push_back(decode(tests::file_content(file)).value());
    std::vector<const Profile*> pointers;
    for (const Profile& profile : profiles) pointers.push_back(&profile);
    return merge(pointers);
  }
  // Go merges the files; the same as Go's view of our merge of them.
  void expect_same_merge(const Files& files) {
    const Result<Profile> merged = merge_files(files);
    const GoPprof::Outcome theirs = go_->run("-raw", copies(files));
    ASSERT_EQ(merged.has_value(), was_parsed(theirs)) << files.front() << (merged ? theirs.output : merged.error().message());
    if (!merged) return;
    EXPECT_EQ(go_->run("-raw", {write("merged", encode(*merged))}).output, theirs.output) << files.front();
  }
  // In our own folder, so that Go's scratch files go there.
  Files copies(const Files& files) {
    Files out;
    for (const auto& file : files) out.push_back(write("source" + std::to_string(out.size()), tests::file_content(file)));
    return out;
  }

  tests::TempDir folder_;
  std::optional<GoPprof> go_;
};

TEST_F(GoAgreement, AcceptsAndRefusesTheSameAndReadsTheSame) {
  for (const tests::OddProfile& one : tests::odd_profiles()) {
    const GoPprof::Outcome theirs = go_->run("-raw", {write("odd", one.bytes)});
    const Result<Profile> ours = decode(one.bytes);
    EXPECT_EQ(ours.has_value(), was_parsed(theirs)) << one.name << ": " << (ours ? theirs.output : ours.error().message());
    if (!ours || !theirs.succeeded) continue;
    EXPECT_EQ(go_->run("-raw", {write("again", encode(*ours))}).output, theirs.output) << one.name;
  }
}

TEST_F(GoAgreement, SaysTheSameOfRecordedProfilesEncodedAgain) {
  for (const auto& path : tests::testdata_profiles()) {
    if (!path.string().ends_with("-0024.pb.gz")) continue;
    if (tests::kIsSanitized && path.parent_path().filename() != "etcd")
      continue;  // Go takes the time; encode_test reads and writes them all
    const std::string bytes = tests::file_content(path);
    const std::filesystem::path original = write("original", bytes);
    const std::filesystem::path again = write("again", encode_gzip(decode(bytes).value()));
    for (const std::string report : {"-top -addresses", "-traces -addresses", "-tags"}) {
      const std::string options = report + " -nodecount=0 -nodefraction=0 -edgefraction=0";
      EXPECT_EQ(sorted_lines(go_->run(options, {again}).output), sorted_lines(go_->run(options, {original}).output)) << path << report;
    }
  }
}

TEST_F(GoAgreement, MergesRecordedProfilesTheSame) {
  for (const std::string component : {"containerd", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet"}) {
    for (const std::string type : {"heap", "allocs", "goroutine", "cpu", "block", "mutex"}) {
      Files files;
      const std::filesystem::path folder = std::filesystem::path(KPROFD_SOURCE_DIR "/tests/testdata/profiles") / component;
      for (const char* const round : {"-0002", "-0001", "-0024"}) {
        std::string name = type;
        name.append(round).append(".pb.gz");
        files.push_back(folder / name);
      }
      expect_same_merge(files);
    }
  }
}

TEST_F(GoAgreement, MergesOddProfilesTheSame) {
  // Each with the one before, so that tables meet in many ways.
  Files last;
  for (const tests::OddProfile& one : tests::odd_profiles()) {
    if (!one.cause.empty()) continue;
    const auto path = write("pair" + std::to_string(last.size() % 2), one.bytes);
    expect_same_merge({path});
    if (!last.empty()) expect_same_merge({last.back(), path});
    last.push_back(path);
  }
}

}  // namespace
}  // namespace agent::pprof
