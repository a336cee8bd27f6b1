// The fields of a protobuf message, with the rules of Go's pprof parser rather than of protozero's pbf_reader, which refuses field 0, cuts
// field numbers and lengths to 32 bits, and lets a caller skip what it should check. Varints are protozero's. Private to agent/pprof.
//
// Throws protozero::exception for what Go calls an error; decode() turns it into a Result.
#pragma once

#include <protozero/exception.hpp>
#include <protozero/varint.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace agent::pprof {

enum class WireType : std::uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

/// A known field with another wire type, a wire type that no longer exists, or a length beyond the end.
struct WireError : protozero::exception {
  explicit WireError(const char* message) : message_(message) {}
  [[nodiscard]] const char* what() const noexcept override { return message_; }

 private:
  const char* message_;
};

/// The varint at `at`, which moves past it. Most are of one or two bytes.
inline std::uint64_t read_varint(const char*& at, const char* end) {
  if (end - at >= 2) {
    const auto low = static_cast<std::uint8_t>(at[0]);
    const auto high = static_cast<std::uint8_t>(at[1]);
    if (low < 0x80U) {
      at += 1;
      return low;
    }
    if (high < 0x80U) {
      at += 2;
      return (low & 0x7FU) | static_cast<std::uint64_t>(high) << 7U;
    }
  }
  return protozero::decode_varint(&at, end);
}

/// How many varints a packed field holds, all of them checked.
[[nodiscard]] std::size_t count_packed(std::string_view bytes);

/// Walks the fields of one message: `while (fields.next()) switch (fields.number()) ...`. Unknown fields are passed over by not asking.
class FieldReader {
 public:
  explicit FieldReader(std::string_view message) : at_(message.data()), end_(at_ + message.size()) {}

  /// False at the end of the message.
  bool next() {
    if (at_ == end_) return false;
    const std::uint64_t key = read_varint(at_, end_);
    number_ = key >> 3U;
    type_ = static_cast<WireType>(key & 7U);
    switch (type_) {
      case WireType::kVarint:
        value_ = read_varint(at_, end_);
        return true;
      case WireType::kBytes:
        bytes_ = take(read_varint(at_, end_));
        return true;
      case WireType::kFixed64:
        take(8);
        return true;
      case WireType::kFixed32:
        take(4);
        return true;
    }
    throw WireError("unknown wire type");
  }

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] bool is_varint() const { return type_ == WireType::kVarint; }
  [[nodiscard]] bool is_bytes() const { return type_ == WireType::kBytes; }

  [[nodiscard]] std::uint64_t u64() const {
    if (!is_varint()) throw WireError("a number has another wire type");
    return value_;
  }
  [[nodiscard]] std::int64_t i64() const { return static_cast<std::int64_t>(u64()); }
  [[nodiscard]] bool boolean() const { return u64() != 0; }
  [[nodiscard]] std::string_view bytes() const {
    if (!is_bytes()) throw WireError("a message or string has another wire type");
    return bytes_;
  }

  /// Calls `each` with the numbers of a repeated field, packed or not.
  template <class Each>
  void numbers(Each each) const {
    if (!is_bytes()) {
      each(u64());
      return;
    }
    const char* at = bytes_.data();
    for (const char* const end = at + bytes_.size(); at != end;) each(read_varint(at, end));
  }
  /// How many numbers that would be.
  [[nodiscard]] std::size_t count_numbers() const {
    if (is_bytes()) return count_packed(bytes_);
    static_cast<void>(u64());
    return 1;
  }

 private:
  std::string_view take(std::uint64_t size) {
    if (size > static_cast<std::uint64_t>(end_ - at_)) throw WireError("a field is longer than the rest of its message");
    const std::string_view bytes(at_, static_cast<std::size_t>(size));
    at_ += size;
    return bytes;
  }

  const char* at_;
  const char* end_;
  std::uint64_t number_ = 0;
  WireType type_ = WireType::kVarint;
  std::uint64_t value_ = 0;
  std::string_view bytes_;
};

}  // namespace agent::pprof
