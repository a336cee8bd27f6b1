#include "agent/config/environment.hpp"

#include "tests/unit/config/config_fixture.hpp"

#include <gtest/gtest.h>

namespace agent::config {
namespace {

TEST(Substitute, ReplacesVariables) {
  const auto environment = fake_environment({{"NODE_NAME", "node1"}, {"EMPTY", ""}, {"TRICK", "${NODE_NAME}"}});
  EXPECT_EQ(*substitute("a-${NODE_NAME}-${NODE_NAME}", environment), "a-node1-node1");
  EXPECT_EQ(*substitute("${EMPTY}", environment), "");
  EXPECT_EQ(*substitute("${EMPTY:-x}${GONE:-y z}${GONE:-}", environment), "xy z");
  EXPECT_EQ(*substitute("$$ $${NODE_NAME}", environment), "$ ${NODE_NAME}");
  EXPECT_EQ(*substitute("${TRICK}", environment), "${NODE_NAME}");
}

TEST(Substitute, RefusesTheRest) {
  const auto environment = fake_environment();
  EXPECT_EQ(substitute("${GONE}", environment).error().message(),
            "environment variable GONE is not set; set it or give a default: ${GONE:-value}");
  for (const char* text : {"$", "a$b", "${", "${}", "${A B}", "${1A}", "${:-x}", "${A-x}", "$NAME"}) {
    EXPECT_FALSE(substitute(text, environment)) << text;
  }
}

TEST(Substitute, BoundsTheValue) {
  const auto environment = fake_environment({{"LONG", std::string(5000, 'x')}});
  EXPECT_EQ(substitute("${LONG}", environment).error().message(), "longer than 4096 bytes");
}

TEST(Parse, SubstitutesInValuesOfEveryType) {
  const auto environment = fake_environment({{"NAME", "n1"}, {"N", "7"}, {"ON", "false"}, {"EVERY", "30s"}});
  const auto loaded = parse(
      "nodeName: ${NAME}\n"
      "scrape:\n  maxInFlight: ${N}\n  interval: ${EVERY}\n"
      "discovery:\n  processes: ${ON}\n"
      "targets:\n  - component: kubelet\n    url: https://${NAME}:10250\n",
      "f", environment);
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->node_name, "n1");
  EXPECT_EQ(loaded.config->scrape.max_in_flight, 7U);
  EXPECT_EQ(loaded.config->scrape.interval, std::chrono::seconds(30));
  EXPECT_FALSE(loaded.config->discovery.processes);
  EXPECT_EQ(loaded.config->targets.at(0).url, "https://n1:10250");
}

TEST(Parse, AnUnsetVariableIsOneProblemAtItsPlace) {
  EXPECT_EQ(problems_of("store:\n  maxBytes: ${SIZE}\n"),
            "f:2:13: store.maxBytes: environment variable SIZE is not set; set it or give a default: ${SIZE:-value}\n");
}

TEST(ProcessEnvironment, ReadsTheProcess) {
  ::setenv("KPROFD_TEST_VARIABLE", "x", 1);
  EXPECT_EQ(process_environment()("KPROFD_TEST_VARIABLE"), "x");
  ::unsetenv("KPROFD_TEST_VARIABLE");
  EXPECT_EQ(process_environment()("KPROFD_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace agent::config
