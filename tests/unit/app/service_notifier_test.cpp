#include "agent/app/service_notifier.hpp"

#include "agent/base/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>

namespace agent::app {
namespace {

/// What systemd does with $NOTIFY_SOCKET.
class FakeManager {
 public:
  FakeManager() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path().c_str());
    if (::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) ADD_FAILURE() << std::strerror(errno);
  }

  [[nodiscard]] std::string path() const { return (dir_ / "notify").string(); }
  [[nodiscard]] std::string receive() const {
    std::array<char, 512> text{};
    const auto size = ::recv(fd_.get(), text.data(), text.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
  }

 private:
  tests::TempDir dir_;
  UniqueFd fd_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

TEST(ServiceNotifier, TellsEachStateInOneMessage) {
  const FakeManager manager;
  const ServiceNotifier notifier(manager.path(), "");
  notifier.ready("recording");
  EXPECT_EQ(manager.receive(), "READY=1\nSTATUS=recording");
  notifier.reloading(SteadyTime(std::chrono::milliseconds(1500)));
  EXPECT_EQ(manager.receive(), "RELOADING=1\nMONOTONIC_USEC=1500000");
  notifier.alive();
  EXPECT_EQ(manager.receive(), "WATCHDOG=1");
  notifier.stopping();
  EXPECT_EQ(manager.receive(), "STOPPING=1");
}

TEST(ServiceNotifier, IsQuietWithoutAManager) {
  const ServiceNotifier nobody("", "1000000");
  nobody.ready("recording");
  EXPECT_EQ(nobody.alive_interval(), std::nullopt);
  const ServiceNotifier gone("/nonexistent/notify", "");
  gone.ready("recording");
  const ServiceNotifier longer_than_any_socket(std::string(200, 'x'), "");
  longer_than_any_socket.ready("recording");
}

TEST(ServiceNotifier, IsAliveTwiceAsOftenAsTheManagerWants) {
  EXPECT_EQ(ServiceNotifier("/run/x", "30000000").alive_interval(), std::chrono::seconds(15));
  for (const auto* bad : {"", "0", "-1", "soon", "99999999999999999999"}) {
    EXPECT_EQ(ServiceNotifier("/run/x", bad).alive_interval(), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace agent::app
