// A YAML document as a small tree that remembers where everything stands. Private to agent/config.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace agent::config {

/// 1-based; 0:0 is the file itself.
struct Mark {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Entry;

struct YamlNode {
  enum class Kind {
    kNull,      ///< nothing written, ~ or null
    kScalar,    ///<
    kSequence,  ///<
    kMap,       ///<
    kRefused,   ///< already reported; nothing more is said about it
  };
  Kind kind = Kind::kNull;
  Mark mark;
  std::string scalar;
  bool quoted = false;          ///< a scalar in quotes or a block scalar, so it is text even when it looks like a number
  std::vector<YamlNode> items;  ///< of a sequence
  std::vector<Entry> entries;   ///< of a map, in the order of the file; keys are unique
};

struct Entry {
  std::string key;
  Mark mark;
  YamlNode value;
};

}  // namespace agent::config
