// The strings of a profile, by dense id. Ids are handed out in order; 0 is always "".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent::pprof {

using StringId = std::uint32_t;

/// One buffer and the ends of the strings in it: no allocation for each string. Does not look for equal strings; StringInterner does.
class StringTable {
 public:
  StringTable() : ends_{0} {}

  /// Total bytes stay below 4 GiB: decode's limits see to it.
  StringId append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    return static_cast<StringId>(ends_.size() - 1);
  }
  /// Requires id < size(). Valid until the next append.
  [[nodiscard]] std::string_view operator[](StringId id) const {
    const std::uint32_t begin = id == 0 ? 0 : ends_[id - 1];
    return std::string_view(bytes_).substr(begin, ends_[id] - begin);
  }
  [[nodiscard]] std::size_t size() const { return ends_.size(); }
  void reserve(std::size_t strings, std::size_t bytes) {
    ends_.reserve(strings);
    bytes_.reserve(bytes);
  }

 private:
  std::string bytes_;
  std::vector<std::uint32_t> ends_;  // ends_[0] == 0: the empty string
};

}  // namespace agent::pprof
