// Finds the id of a string in a StringTable, and appends it where it is new.
#pragma once

#include "agent/pprof/index_table.hpp"
#include "agent/pprof/string_table.hpp"

#include <string_view>

namespace agent::pprof {

/// Keeps a table free of repetitions. The table must outlive it and only grow through it, and must have no repetitions to begin with (a new
/// table has none); 12 to 20 bytes for each string beside the table.
class StringInterner {
 public:
  explicit StringInterner(StringTable& table) : table_(table) {
    for (StringId id = 0; id < table.size(); ++id) index_.find_or_add(hash(table[id]), [](std::uint32_t) { return false; });
  }

  /// The one id of this text; 0 for "".
  StringId intern(std::string_view text) {
    const auto [id, is_new] = index_.find_or_add(hash(text), [&](std::uint32_t other) { return table_[other] == text; });
    if (is_new) table_.append(text);
    return id;
  }

 private:
  static std::uint64_t hash(std::string_view text) { return Hasher().add(text).hash(); }

  StringTable& table_;
  IndexTable index_;
};

}  // namespace agent::pprof
