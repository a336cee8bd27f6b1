// Protobuf bytes written by hand, well-formed or not, for tests of decoders.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace tests {

inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80U; value >>= 7U) out += static_cast<char>(value | 0x80U);
  return out += static_cast<char>(value);
}

/// Fields in the order of the calls: `ProtoMessage().number(1, 7).bytes(6, "")`.
class ProtoMessage {
 public:
  ProtoMessage& number(std::uint64_t field, std::uint64_t value) { return raw(varint(field << 3U) + varint(value)); }
  ProtoMessage& bytes(std::uint64_t field, std::string_view content) {
    return raw(varint(field << 3U | 2U) + varint(content.size())).raw(content);
  }
  ProtoMessage& message(std::uint64_t field, const ProtoMessage& content) { return bytes(field, content.bytes_); }
  ProtoMessage& packed(std::uint64_t field, std::initializer_list<std::uint64_t> values) {
    std::string content;
    for (const std::uint64_t value : values) content += varint(value);
    return bytes(field, content);
  }
  ProtoMessage& fixed64(std::uint64_t field, std::uint64_t value) { return fixed(field, 1, value, 8); }
  ProtoMessage& fixed32(std::uint64_t field, std::uint32_t value) { return fixed(field, 5, value, 4); }
  /// Whatever bytes come here.
  ProtoMessage& raw(std::string_view content) {
    bytes_ += content;
    return *this;
  }
  [[nodiscard]] const std::string& str() const { return bytes_; }

 private:
  ProtoMessage& fixed(std::uint64_t field, std::uint64_t type, std::uint64_t value, int size) {
    raw(varint(field << 3U | type));
    for (; size > 0; --size, value >>= 8U) bytes_ += static_cast<char>(value);
    return *this;
  }

  std::string bytes_;
};

}  // namespace tests
