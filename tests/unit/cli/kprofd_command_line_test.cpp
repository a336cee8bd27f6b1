#include "agent/cli/kprofd_command_line.hpp"

#include <gtest/gtest.h>

namespace agent::cli {
namespace {

KprofdCommand parse(std::vector<const char*> words) {
  words.insert(words.begin(), "kprofd");
  return parse_kprofd_command_line(static_cast<int>(words.size()), words.data());
}

TEST(KprofdCommandLine, TakesTheAddressesThatAServerListensOn) {
  for (const auto* address : {"127.0.0.1:0", "[::1]:9912", "localhost:9912", ":9912"}) {
    const auto command = parse({"--listen", address});
    ASSERT_TRUE(std::holds_alternative<RunDaemon>(command)) << address;
    EXPECT_EQ(std::get<RunDaemon>(command).launch.listen, address);
  }
  const auto plain = parse({});
  EXPECT_FALSE(std::get<RunDaemon>(plain).launch.listen);
}

TEST(KprofdCommandLine, RefusesAsWrongUsageWhatItCouldNotStartWith) {
  for (const auto* address : {"foo", "999.1.1.1:80", "node.invalid:1", ""}) {
    const auto command = parse({"--listen", address});
    ASSERT_TRUE(std::holds_alternative<PrintText>(command)) << address;
    EXPECT_EQ(std::get<PrintText>(command).exit_code, 2);
    EXPECT_NE(std::get<PrintText>(command).text.find("--listen"), std::string::npos) << std::get<PrintText>(command).text;
  }
  for (const auto* option : {"--listen=", "--store=", "--config="}) {
    const auto command = parse({option});
    ASSERT_TRUE(std::holds_alternative<PrintText>(command)) << option;
    EXPECT_EQ(std::get<PrintText>(command).exit_code, 2) << option;
  }
  for (const auto* option : {"--store", "--config"}) {
    const auto command = parse({option, ""});
    ASSERT_TRUE(std::holds_alternative<PrintText>(command)) << option;
    EXPECT_EQ(std::get<PrintText>(command).exit_code, 2) << option;
  }
}

}  // namespace
}  // namespace agent::cli
