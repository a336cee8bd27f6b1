#include "agent/discovery/process_finder.hpp"

#include "tests/support/proc_tree.hpp"

#include <gtest/gtest.h>

namespace agent::discovery {
namespace {

using tests::FakeProcess;

class HandClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime now() const override { return now_; }
  [[nodiscard]] WallTime wall_now() const override { return {}; }
  void advance(Duration by) { now_ += by; }

 private:
  SteadyTime now_{};
};

class ProcessFinderTest : public testing::Test {
 protected:
  std::int64_t pid_of(const std::string& name, const std::string& url = "") {
    model::Target target;
    target.url = url;
    target.process_name = name;
    const auto process = finder_.find(target);
    return process ? process->pid : 0;
  }

  tests::ProcTree tree_;
  HandClock clock_;
  ProcessFinder finder_{host::ProcessTable(tree_.root()), clock_};
};

TEST_F(ProcessFinderTest, FindsByName) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  tree_.add({11, "kubelet", "/usr/bin/kubelet", {"kubelet"}, 2});
  EXPECT_EQ(pid_of("etcd"), 10);
  EXPECT_EQ(pid_of("kubelet"), 11);
  EXPECT_EQ(pid_of(""), 0);
  EXPECT_EQ(pid_of("nginx"), 0);
}

TEST_F(ProcessFinderTest, TellsTwoOfOneNameApartByTheirPorts) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  tree_.add({20, "etcd", "/usr/bin/etcd", {"etcd"}, 2});
  tree_.add_socket(10, 1001);
  tree_.add_socket(20, 2002);
  tree_.write("self/net/tcp",
              "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
              "   0: 0100007F:094B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1001 1 0 100 0 0 10 0\n"
              "   1: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2002 1 0 100 0 0 10 0\n");
  EXPECT_EQ(pid_of("etcd", "http://127.0.0.1:2379"), 10);
  EXPECT_EQ(pid_of("etcd", "http://localhost:4001/prefix"), 20);
  EXPECT_EQ(pid_of("etcd", "http://127.0.0.1:9"), 10) << "nobody is seen to listen: the one that has run longest";
  EXPECT_EQ(pid_of("etcd", "http://192.0.2.1:4001"), 10) << "a port of another machine";
}

TEST_F(ProcessFinderTest, DoesNotTakeTheOneOfAnotherNetworkNamespace) {
  tree_.add({1, "init", "/sbin/init", {"init"}, 1, 'S', 0, "net:[1]"});
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1, 'S', 0, "net:[2]"});
  EXPECT_EQ(pid_of("etcd"), 0);
}

TEST_F(ProcessFinderTest, KeepsToTheProcessWhileItRuns) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 100});
  EXPECT_EQ(pid_of("etcd"), 10);
  tree_.add({9, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(pid_of("etcd"), 10);
}

TEST_F(ProcessFinderTest, NoticesARestart) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  EXPECT_EQ(pid_of("etcd"), 10);
  tree_.remove(10);
  tree_.add({20, "etcd", "/usr/bin/etcd", {"etcd"}, 900});
  EXPECT_EQ(pid_of("etcd"), 0) << "all of /proc was read just now";
  clock_.advance(ProcessFinder::kRescanAfter);
  EXPECT_EQ(pid_of("etcd"), 20);
}

TEST_F(ProcessFinderTest, NoticesARestartUnderTheSamePid) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  EXPECT_EQ(pid_of("etcd"), 10);
  tree_.add({10, "nginx", "/usr/bin/nginx", {"nginx"}, 900});
  clock_.advance(ProcessFinder::kRescanAfter);
  EXPECT_EQ(pid_of("etcd"), 0);
}

TEST_F(ProcessFinderTest, LooksMoreAndMoreRarelyForWhatIsNotThere) {
  EXPECT_EQ(pid_of("etcd"), 0);
  for (const int seconds : {5, 10, 20, 40, 60}) {
    clock_.advance(std::chrono::seconds(seconds));
    EXPECT_EQ(pid_of("etcd"), 0);
  }
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  clock_.advance(std::chrono::seconds(59));
  EXPECT_EQ(pid_of("etcd"), 0);
  clock_.advance(std::chrono::seconds(1));
  EXPECT_EQ(pid_of("etcd"), 10);
}

TEST_F(ProcessFinderTest, LooksAtOnceForANewName) {
  EXPECT_EQ(pid_of("etcd"), 0);
  clock_.advance(ProcessFinder::kRescanAfter);
  EXPECT_EQ(pid_of("etcd"), 0);
  tree_.add({11, "kubelet", "/usr/bin/kubelet", {"kubelet"}, 2});
  clock_.advance(ProcessFinder::kRescanAfter);
  EXPECT_EQ(pid_of("kubelet"), 11);
}

TEST_F(ProcessFinderTest, LooksAtOnceForWhatEnded) {
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  EXPECT_EQ(pid_of("etcd"), 10);
  clock_.advance(std::chrono::hours(1));
  tree_.remove(10);
  tree_.add({20, "etcd", "/usr/bin/etcd", {"etcd"}, 900});
  EXPECT_EQ(pid_of("etcd"), 20);
}

TEST_F(ProcessFinderTest, ReadsAllOfProcRarely) {
  EXPECT_EQ(pid_of("etcd"), 0);
  tree_.add({10, "etcd", "/usr/bin/etcd", {"etcd"}, 1});
  clock_.advance(ProcessFinder::kRescanAfter - std::chrono::milliseconds(1));
  EXPECT_EQ(pid_of("etcd"), 0);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(pid_of("etcd"), 10);
}

}  // namespace
}  // namespace agent::discovery
