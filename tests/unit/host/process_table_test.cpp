#include "agent/host/process_table.hpp"

#include "tests/support/proc_tree.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace agent::host {
namespace {

using tests::FakeProcess;
using tests::ProcTree;

const FakeProcess kScheduler{101, "kube-scheduler", "/usr/bin/kube-scheduler", {"kube-scheduler", "--port=0"}, 1050};
const FakeProcess kManager{102, "kube-controller", "/usr/bin/kube-controller-manager", {"/usr/bin/kube-controller-manager"}, 2000};

std::optional<model::Process> find(const ProcTree& tree, std::string_view name) {
  const auto processes = ProcessTable(tree.root()).list();
  EXPECT_TRUE(processes);
  const auto* found = find_program(*processes, name);
  return found == nullptr ? std::nullopt : std::optional(model::Process{found->pid, found->start_time});
}

TEST(ProcessTable, ListsProcessesByPid) {
  const ProcTree tree;
  tree.add(kManager);
  tree.add(kScheduler);
  tree.write("version", "not a process");
  tree.write("12x/stat", "not a process");
  const auto processes = ProcessTable(tree.root()).list();
  ASSERT_TRUE(processes);
  ASSERT_EQ(processes->size(), 2U);
  const auto& first = processes->front();
  EXPECT_EQ(first.pid, 101);
  EXPECT_EQ(first.comm, "kube-scheduler");
  EXPECT_EQ(first.exe, "kube-scheduler");
  EXPECT_EQ(first.arguments, (std::vector<std::string>{"kube-scheduler", "--port=0"}));
  EXPECT_EQ(first.start_time, WallTime(std::chrono::seconds(ProcTree::kBootSeconds) + std::chrono::milliseconds(10'500)));
}

TEST(ProcessTable, LeavesOutKernelThreadsAndZombies) {
  const ProcTree tree;
  tree.add({2, "kthreadd", "", {}, 0, 'S', 0x00200040});
  tree.add({3, "etcd", "", {}, 1, 'Z'});
  EXPECT_TRUE(ProcessTable(tree.root()).list()->empty());
}

TEST(ProcessTable, AProcessThatEndsWhileItIsReadIsLeftOut) {
  const ProcTree tree;
  std::filesystem::create_directory(tree.root() / "7");
  tree.write("8/stat", "8 (x");
  EXPECT_TRUE(ProcessTable(tree.root()).list()->empty());
}

TEST(ProcessTable, NoProcIsAnError) {
  const auto processes = ProcessTable("/nonexistent").list();
  ASSERT_FALSE(processes);
  EXPECT_EQ(processes.error().code(), Errc::kNotFound);
}

TEST(ProcessTable, BoundsTheArguments) {
  const ProcTree tree;
  tree.add({1, "x", "", {"x", std::string(100'000, 'a')}, 1});
  EXPECT_EQ(ProcessTable(tree.root()).read(1)->arguments.at(1).size(), 16U * 1024 - 2);
}

TEST(ProcessTable, TheStartTimeStaysWhenTheClockIsSet) {
  const ProcTree tree;
  tree.add(kScheduler);
  const ProcessTable table(tree.root());
  const auto before = table.read(101)->start_time;
  tree.boot(ProcTree::kBootSeconds + 3600);
  EXPECT_EQ(table.read(101)->start_time, before);
  EXPECT_TRUE(table.is_running({101, before}));
}

TEST(ProcessTable, AReusedPidIsAnotherProcess) {
  const ProcTree tree;
  tree.add(kScheduler);
  const ProcessTable table(tree.root());
  const model::Process process{101, table.read(101)->start_time};
  EXPECT_TRUE(table.is_running(process));
  auto successor = kScheduler;
  successor.start_ticks = 1051;
  tree.add(successor);
  EXPECT_FALSE(table.is_running(process));
  tree.remove(101);
  EXPECT_FALSE(table.is_running(process));
}

TEST(FindProgram, KnowsNamesThatTheKernelCuts) {
  const ProcTree tree;
  tree.add(kManager);
  EXPECT_EQ(find(tree, "kube-controller-manager")->pid, 102);
  EXPECT_FALSE(find(tree, "kube-controller-other"));
}

TEST(FindProgram, TrustsACutCommOnlyWhereNothingElseCanBeRead) {
  const ProcTree tree;
  tree.add({5, "kube-controller", "", {}, 1});
  EXPECT_EQ(find(tree, "kube-controller-manager")->pid, 5);
  EXPECT_FALSE(find(tree, "kube-scheduler"));
}

TEST(FindProgram, LooksAtExeArgvAndComm) {
  const ProcTree tree;
  tree.add({1, "a", "/opt/b (deleted)", {"/x/c", "d"}, 1});
  EXPECT_TRUE(find(tree, "a"));
  EXPECT_TRUE(find(tree, "b"));
  EXPECT_TRUE(find(tree, "c"));
  EXPECT_FALSE(find(tree, "d"));
  EXPECT_FALSE(find(tree, ""));
}

TEST(FindProgram, DoesNotTakeAShimForContainerd) {
  const ProcTree tree;
  tree.add({1, "containerd-shim", "/usr/bin/containerd-shim-runc-v2", {"/usr/bin/containerd-shim-runc-v2", "-namespace", "k8s.io"}, 1});
  EXPECT_FALSE(find(tree, "containerd"));
}

TEST(FindProgram, PrefersTheOldest) {
  const ProcTree tree;
  tree.add({1, "etcd", "/usr/bin/etcd", {"etcd"}, 500});
  tree.add({2, "etcd", "/usr/bin/etcd", {"etcd"}, 100});
  EXPECT_EQ(find(tree, "etcd")->pid, 2);
}

TEST(FindProgram, LeavesOutOtherNetworkNamespaces) {
  const ProcTree tree;
  tree.add({1, "init", "/sbin/init", {"init"}, 1, 'S', 0, "net:[1]"});
  tree.add({5, "etcd", "/usr/bin/etcd", {"etcd"}, 100, 'S', 0, "net:[2]"});
  EXPECT_FALSE(find(tree, "etcd"));
  EXPECT_FALSE(ProcessTable(tree.root()).read(5)->shares_network);
  tree.add({6, "etcd", "/usr/bin/etcd", {"etcd"}, 500, 'S', 0, "net:[1]"});
  EXPECT_EQ(find(tree, "etcd")->pid, 6) << "it is not the oldest, but ours";
}

TEST(FindProgram, TakesANetworkNamespaceThatCannotBeReadForOurs) {
  const ProcTree tree;
  tree.add({1, "init", "/sbin/init", {"init"}, 1, 'S', 0, "net:[1]"});
  tree.add({5, "etcd", "/usr/bin/etcd", {"etcd"}, 100});
  EXPECT_EQ(find(tree, "etcd")->pid, 5);
  tree.add({1, "init", "/sbin/init", {"init"}, 1});
  tree.add({6, "kubelet", "/usr/bin/kubelet", {"kubelet"}, 100, 'S', 0, "net:[2]"});
  EXPECT_EQ(find(tree, "kubelet")->pid, 6);
}

TEST(ProcessTable, FindsItselfInTheRealProc) {
  const ProcessTable table;
  const auto self = table.read(::getpid());
  ASSERT_TRUE(self);
  EXPECT_EQ(self->exe, "host_test");
  EXPECT_TRUE(self->shares_network);
  const auto age = std::chrono::system_clock::now() - self->start_time;
  EXPECT_GT(age, std::chrono::seconds(-2));
  EXPECT_LT(age, std::chrono::hours(1));
  EXPECT_TRUE(table.is_running({self->pid, self->start_time}));
}

}  // namespace
}  // namespace agent::host
