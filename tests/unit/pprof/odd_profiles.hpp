// Profiles at and beyond the edge of the format, each with the cause that decode() must give for it, or none. What Go says of them is
// checked against `go tool pprof` itself by go_agreement_test.cpp.
#pragma once

#include <string>
#include <vector>

namespace tests {

struct OddProfile {
  std::string name;
  std::string bytes;
  std::string cause;  ///< empty: accepted
};

/// Names are unique.
std::vector<OddProfile> odd_profiles();

}  // namespace tests
