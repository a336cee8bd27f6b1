// Field numbers of profile.proto (github.com/google/pprof/blob/main/proto/profile.proto). Private to agent/pprof.
#pragma once

#include <cstdint>

namespace agent::pprof::field {

enum Profile : std::uint64_t {
  kSampleType = 1,
  kSample = 2,
  kMapping = 3,
  kLocation = 4,
  kFunction = 5,
  kStringTable = 6,
  kDropFrames = 7,
  kKeepFrames = 8,
  kTimeNanos = 9,
  kDurationNanos = 10,
  kPeriodType = 11,
  kPeriod = 12,
  kComment = 13,
  kDefaultSampleType = 14,
  kDocUrl = 15,
};
enum ValueType : std::uint64_t { kType = 1, kUnit = 2 };
enum Sample : std::uint64_t { kLocationId = 1, kValue = 2, kLabel = 3 };
enum Label : std::uint64_t { kLabelKey = 1, kLabelStr = 2, kLabelNum = 3, kLabelNumUnit = 4 };
enum Mapping : std::uint64_t {
  kMappingId = 1,
  kMemoryStart = 2,
  kMemoryLimit = 3,
  kFileOffset = 4,
  kMappingFile = 5,
  kBuildId = 6,
  kHasFunctions = 7,
  kHasFilenames = 8,
  kHasLineNumbers = 9,
  kHasInlineFrames = 10,
};
enum Location : std::uint64_t { kLocationOwnId = 1, kLocationMappingId = 2, kAddress = 3, kLine = 4, kIsFolded = 5 };
enum Line : std::uint64_t { kLineFunctionId = 1, kLineNumber = 2, kLineColumn = 3 };
enum Function : std::uint64_t { kFunctionId = 1, kFunctionName = 2, kSystemName = 3, kFilename = 4, kStartLine = 5 };

}  // namespace agent::pprof::field
