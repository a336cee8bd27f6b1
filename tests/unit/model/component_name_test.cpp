#include "agent/model/component_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace agent::model {
namespace {

TEST(ComponentName, TakesLettersDigitsDotsUnderscoresAndDashes) {
  for (const char* name : {"kubelet", "kube-apiserver", "A.b_c-9", "x", ".hidden"}) EXPECT_TRUE(is_component_name(name)) << name;
  EXPECT_TRUE(is_component_name(std::string(63, 'a')));
}

TEST(ComponentName, RefusesWhatWouldClimbSteerOrNotFit) {
  for (const char* name : {"", ".", "..", "...", "a/b", "../../x", "a b", "a\n", "\x1b[31m", "caf\xc3\xa9", "\xff", "a%2fb"}) {
    EXPECT_FALSE(is_component_name(name)) << name;
  }
  EXPECT_FALSE(is_component_name(std::string(64, 'a')));
}

}  // namespace
}  // namespace agent::model
