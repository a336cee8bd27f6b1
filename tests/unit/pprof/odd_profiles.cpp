#include "tests/unit/pprof/odd_profiles.hpp"

#include "agent/codec/gzip.hpp"
#include "tests/support/proto_message.hpp"

#include <utility>

namespace tests {
namespace {

using Message = ProtoMessage;

constexpr std::uint64_t kHuge = 1ULL << 40U;
constexpr std::uint64_t kMinusOne = ~0ULL;

// The strings of base(): 1 samples, 2 count, 3 main.f, 4 main.go, 5 /bin/app, 6 key, 7 value, 8 "" again.
Message strings() {
  Message m;
  for (const char* text : {"", "samples", "count", "main.f", "main.go", "/bin/app", "key", "value", ""}) m.bytes(6, text);
  return m;
}
Message sample_type() {
  return Message().number(1, 1).number(2, 2);
}
Message sample(std::uint64_t location = 1, std::uint64_t value = 5) {
  return Message().packed(1, {location}).packed(2, {value});
}
Message mapping(std::uint64_t id = 1) {
  return Message().number(1, id).number(2, 0x1000).number(3, 0x9000).number(5, 5);
}
Message line(std::uint64_t function = 1) {
  return Message().number(1, function).number(2, 42);
}
Message location(std::uint64_t id = 1) {
  return Message().number(1, id).number(2, 1).number(3, 0x1234).message(4, line());
}
Message function(std::uint64_t id = 1) {
  return Message().number(1, id).number(2, 3).number(3, 3).number(4, 4);
}
Message tables() {
  return Message().message(3, mapping()).message(4, location()).message(5, function()).raw(strings().str());
}
Message types_and_tables() {
  return Message().message(1, sample_type()).raw(tables().str());
}
// A small valid profile.
Message base() {
  return Message().message(1, sample_type()).message(2, sample()).raw(tables().str());
}
// The same with one sample instead.
Message with_sample(const Message& one) {
  return types_and_tables().message(2, one);
}
Message with_label(const Message& label) {
  return with_sample(sample().message(3, label));
}
Message with_location(const Message& one) {
  return Message()
      .message(1, sample_type())
      .message(2, sample())
      .message(3, mapping())
      .message(4, one)
      .message(5, function())
      .raw(strings().str());
}

class Collector {
 public:
  void accepted(std::string name, const Message& message) { add(std::move(name), message.str(), ""); }
  void refused(std::string name, const Message& message, std::string cause) { add(std::move(name), message.str(), std::move(cause)); }
  void unrecognized(std::string name, const Message& message) { refused(std::move(name), message, "not_a_profile"); }
  void malformed(std::string name, const Message& message) { refused(std::move(name), message, "malformed_profile"); }
  void add(std::string name, std::string bytes, std::string cause) {
    all_.push_back(OddProfile{std::move(name), std::move(bytes), std::move(cause)});
  }
  std::vector<OddProfile> take() { return std::move(all_); }

 private:
  std::vector<OddProfile> all_;
};

void wire_format(Collector& out) {
  out.accepted("ok", base());
  out.add("empty", "", "empty_profile");
  out.unrecognized("zero_byte", Message().raw(std::string(1, '\0')));
  out.unrecognized("text", Message().raw("hello world\n"));
  out.unrecognized("html", Message().raw("<!DOCTYPE html><html><body>404</body></html>"));
  out.unrecognized("lone_key", base().raw("\x0a"));
  out.unrecognized("truncated", Message().raw(base().str().substr(0, base().str().size() - 3)));
  out.unrecognized("length_past_end", base().raw("\x0a\x7f"));
  out.unrecognized("length_of_64_bits", base().raw(varint(6U << 3U | 2U) + varint((1ULL << 32U) + 0)));
  out.unrecognized("length_of_64_bits_in_unknown_field", base().raw(varint(99U << 3U | 2U) + varint(1ULL << 63U)));
  for (const unsigned type : {3U, 4U, 6U, 7U}) {
    out.unrecognized("wire_type_" + std::to_string(type), base().raw(varint(99U << 3U | type)));
    out.unrecognized("wire_type_in_sample_" + std::to_string(type), with_sample(sample().raw(varint(99U << 3U | type))));
  }
  out.accepted("unknown_varint", base().number(99, 1));
  out.accepted("unknown_bytes", base().bytes(99, "junk"));
  out.accepted("unknown_fixed64", base().fixed64(99, 1));
  out.accepted("unknown_fixed32", base().fixed32(99, 1));
  out.unrecognized("unknown_fixed64_cut", base().raw(varint(99U << 3U | 1U) + "1234567"));
  out.unrecognized("unknown_fixed32_cut", base().raw(varint(99U << 3U | 5U) + "123"));
  out.accepted("field_zero", base().number(0, 7));
  out.accepted("field_zero_bytes", base().bytes(0, "x"));
  out.accepted("reserved_field_19000", base().number(19000, 7));
  out.accepted("field_beyond_29_bits", base().number(1ULL << 29U, 7));
  // Cut to 32 bits this would be field 2, a sample.
  out.accepted("field_beyond_32_bits", base().bytes((1ULL << 32U) + 2, "x"));
  out.accepted("unknown_in_sample", with_sample(sample().number(9, 1).bytes(10, "x")));
  out.accepted("unknown_in_location", with_location(location().fixed32(9, 1)));
  out.unrecognized("varint_of_11_bytes", base().raw(varint(9U << 3U) + std::string(10, '\x80') + '\x01'));
  out.accepted("varint_of_10_bytes", base().raw(varint(10U << 3U) + std::string(9, '\x80') + '\x01'));
  out.accepted("varint_of_10_bytes_overflowing", base().raw(varint(10U << 3U) + std::string(9, '\xff') + '\x7f'));
  out.accepted("varint_padded", base().raw(varint(10U << 3U) + std::string("\x81\x80\x80\x00", 4)));
  out.accepted("key_padded", base().raw(std::string("\xd0\x00\x05", 3)));
  out.unrecognized("varint_without_end", base().raw(varint(9U << 3U) + "\x80\x80"));
  out.unrecognized("packed_without_end", with_sample(Message().bytes(1, "\x01\x80").packed(2, {5})));
  out.unrecognized("packed_of_11_bytes", with_sample(Message().bytes(1, std::string(10, '\x80') + '\x01').packed(2, {5})));
}

void wrong_types(Collector& out) {
  for (const std::uint64_t field : {1U, 2U, 3U, 4U, 5U, 6U, 11U}) {
    out.unrecognized("profile_message_as_varint_" + std::to_string(field), base().number(field, 0));
    out.unrecognized("profile_message_as_fixed64_" + std::to_string(field), base().fixed64(field, 0));
  }
  for (const std::uint64_t field : {7U, 8U, 9U, 10U, 12U, 14U}) {
    out.unrecognized("profile_number_as_bytes_" + std::to_string(field), base().bytes(field, "x"));
    out.unrecognized("profile_number_as_fixed32_" + std::to_string(field), base().fixed32(field, 0));
  }
  out.unrecognized("comment_as_fixed64", base().fixed64(13, 0));
  for (const std::uint64_t field : {1U, 2U, 3U}) {
    out.unrecognized("sample_as_fixed64_" + std::to_string(field), with_sample(sample().fixed64(field, 1)));
  }
  out.unrecognized("label_as_varint", with_sample(sample().number(3, 1)));
  for (const std::uint64_t field : {1U, 2U, 3U, 4U}) {
    out.unrecognized("label_number_as_bytes_" + std::to_string(field), with_label(Message().bytes(field, "x")));
  }
  for (const std::uint64_t field : {1U, 2U, 3U, 5U}) {
    out.unrecognized("location_number_as_bytes_" + std::to_string(field), with_location(location().bytes(field, "x")));
  }
  out.unrecognized("location_line_as_varint", with_location(location().number(4, 1)));
  out.unrecognized("line_function_as_bytes", with_location(Message().number(1, 1).message(4, Message().bytes(1, "x"))));
  out.unrecognized("line_number_as_bytes", with_location(Message().number(1, 1).message(4, line().bytes(2, "x"))));
  for (std::uint64_t field = 1; field <= 10; ++field) {
    out.unrecognized("mapping_as_bytes_" + std::to_string(field), base().message(3, mapping(2).bytes(field, "x")));
  }
  for (std::uint64_t field = 1; field <= 5; ++field) {
    out.unrecognized("function_as_bytes_" + std::to_string(field), base().message(5, function(2).bytes(field, "x")));
  }
  out.unrecognized("value_type_as_bytes", base().message(11, Message().bytes(1, "x")));
  // Fields that Go 1.19 does not know, so that no type is wrong for them.
  out.accepted("column", with_location(Message().number(1, 1).message(4, line().number(3, 7))));
  out.accepted("column_as_bytes", with_location(Message().number(1, 1).message(4, line().bytes(3, "x"))));
  out.accepted("doc_url", base().number(15, 5));
  out.accepted("doc_url_as_bytes", base().bytes(15, "x"));
  out.accepted("doc_url_out_of_range", base().number(15, 99));
}

void string_table(Collector& out) {
  out.unrecognized("no_string_table", Message().message(1, Message()).message(2, Message().packed(2, {1})));
  out.unrecognized("first_string_not_empty", Message().bytes(6, "samples").raw(base().str()));
  out.accepted("strings_first", Message()
                                    .raw(strings().str())
                                    .message(2, sample())
                                    .message(5, function())
                                    .message(4, location())
                                    .message(3, mapping())
                                    .message(1, sample_type()));
  out.accepted("strings_between", Message()
                                      .raw(strings().str())
                                      .raw(Message().message(1, sample_type()).str())
                                      .bytes(6, "late")
                                      .message(2, sample())
                                      .message(3, mapping())
                                      .message(4, location())
                                      .message(5, function()));
  out.accepted("only_empty_string", Message().bytes(6, ""));
  out.accepted("not_utf8", base().bytes(6, "\xff\xfe\x80"));
  out.accepted("string_with_zero", base().bytes(6, std::string("a\0b", 3)));
  const Message out_of_range[] = {
      base().message(1, Message().number(1, 99)),
      with_label(Message().number(1, 99).number(2, 7)),
      with_label(Message().number(1, 6).number(2, 99)),
      with_label(Message().number(1, 6).number(4, 99)),
      // Dropped labels have their key looked up all the same.
      with_label(Message().number(1, 99)),
      base().message(3, mapping(2).number(5, 99)),
      base().message(3, mapping(2).number(6, kMinusOne)),
      base().message(5, function(2).number(2, 99)),
      base().message(5, function(2).number(3, 99)),
      base().message(5, function(2).number(4, kHuge)),
      base().number(7, 99),
      base().number(8, 99),
      base().number(7, kMinusOne),
      base().message(11, Message().number(1, 99)),
      base().message(11, Message().number(2, 9)),
      base().number(13, 99),
      base().packed(13, {1, 99}),
      base().number(14, 99),
  };
  int number = 0;
  for (const Message& message : out_of_range) out.unrecognized("string_out_of_range_" + std::to_string(number++), message);
  // A string label's number and unit are never looked at.
  out.accepted("string_label_with_bad_unit", with_label(Message().number(1, 6).number(2, 7).number(3, 5).number(4, 99)));
  // Both at once: Go finds the bad string before it checks that the parts agree.
  out.unrecognized("bad_string_and_bad_location", with_sample(sample(99)).number(14, 99));
}

void repetition(Collector& out) {
  out.accepted("scalars_last_wins", base().number(10, 1).number(10, 2).number(12, 3).number(12, 4).number(14, 1).number(14, 2));
  out.accepted("bad_string_overruled", base().number(14, 99).number(14, 1));
  out.accepted("period_type_last_wins", base().message(11, sample_type()).message(11, Message().number(1, 3)));
  out.accepted("period_type_bad_overruled", base().message(11, Message().number(1, 99)).message(11, Message().number(2, 2)));
  out.accepted("value_type_last_wins", Message().message(1, Message().number(1, 99).number(1, 1)).message(2, sample()).raw(tables().str()));
  out.accepted("unpacked", with_sample(Message().number(1, 1).number(1, 1).number(1, 1).number(2, 5)));
  out.accepted("packed_and_unpacked", with_sample(Message().packed(1, {1, 1}).number(1, 1).packed(1, {1}).number(2, 5)));
  out.accepted("packed_empty", with_sample(Message().packed(1, {}).packed(2, {}).packed(2, {5})));
  out.accepted("comments_mixed", base().number(13, 3).packed(13, {4, 0, 5}).number(13, 3));
  out.refused("concatenated", Message().raw(base().number(9, 7).str()).raw(base().number(9, 8).str()), "concatenated_profiles");
  out.malformed("concatenated_without_time", Message().raw(base().str()).raw(base().str()));
  out.accepted("time_zero_first", base().number(9, 0).number(9, 7));
  out.refused("time_twice", base().number(9, 7).number(9, 0), "concatenated_profiles");
  // Whichever comes first decides.
  out.refused("time_twice_then_bad_wire", base().number(9, 7).number(9, 7).raw("\x0b"), "concatenated_profiles");
  out.unrecognized("bad_wire_then_time_twice", base().number(9, 7).raw("\x0b").number(9, 7));
  out.refused("time_twice_of_wrong_type", base().number(9, 7).bytes(9, "x"), "concatenated_profiles");
}

void consistency(Collector& out) {
  out.accepted("no_samples", types_and_tables());
  out.malformed("no_sample_types", Message().message(2, Message().packed(1, {1})).raw(tables().str()));
  out.malformed("too_few_values", with_sample(Message().packed(1, {1})));
  out.malformed("too_many_values", with_sample(Message().packed(1, {1}).packed(2, {1, 2})));
  out.malformed("unknown_location", with_sample(sample(2)));
  out.malformed("location_zero", with_sample(sample(0)));
  out.malformed("unknown_huge_location", with_sample(sample(kHuge)));
  out.malformed("mapping_id_zero", base().message(3, mapping(0)));
  out.malformed("mapping_without_id", base().message(3, Message()));
  out.malformed("mapping_twice", base().message(3, mapping()));
  out.malformed("function_id_zero", base().message(5, function(0)));
  out.malformed("function_twice", base().message(5, function()));
  out.malformed("location_id_zero", base().message(4, location(0)));
  out.malformed("location_twice", base().message(4, location()));
  out.malformed("sample_of_location_zero", base().message(4, location(0)).message(2, sample(0)));
  out.malformed("line_without_function", with_location(Message().number(1, 1).message(4, Message().number(2, 5))));
  out.malformed("line_of_unknown_function", with_location(Message().number(1, 1).message(4, line(2))));
  out.malformed("line_of_unknown_huge_function", with_location(Message().number(1, 1).message(4, line(kHuge))));
  out.malformed("line_empty", with_location(Message().number(1, 1).message(4, Message())));
  out.accepted("unknown_mapping", with_location(location().number(2, 77)));
  out.accepted("unknown_huge_mapping", with_location(location().number(2, kHuge)));
  out.accepted("location_without_lines", with_location(Message().number(1, 1).number(2, 1).number(3, 0x1234)));
  out.accepted("location_folded", with_location(location().number(5, 1)));
  out.accepted("inlined_lines", with_location(location().message(4, line()).message(4, line().number(2, 43))));
  out.accepted("empty_stack", with_sample(Message().packed(2, {5})));
  out.accepted("recursive_stack", with_sample(Message().packed(1, {1, 1, 1, 1}).packed(2, {5})));
  out.accepted("negative_value", with_sample(sample(1, kMinusOne)));
  out.accepted("zero_value", with_sample(sample(1, 0)));
  out.accepted("samples_equal", with_sample(sample()).message(2, sample()));
  out.accepted("sum_overflows", with_sample(sample(1, (1ULL << 63U) - 1)).message(2, sample(1, (1ULL << 63U) - 1)));
  out.accepted("sum_to_zero", with_sample(sample(1, 5)).message(2, sample(1, kMinusOne - 4)).message(2, Message().packed(2, {9})));
}

void ids(Collector& out) {
  const auto with_ids = [](std::uint64_t location_id, std::uint64_t mapping_id, std::uint64_t function_id) {
    const Message one = Message().number(1, location_id).number(2, mapping_id).number(3, 0x1234).message(4, line(function_id));
    return Message()
        .message(1, sample_type())
        .message(2, sample(location_id))
        .message(3, mapping(mapping_id))
        .message(4, one)
        .message(5, function(function_id))
        .raw(strings().str());
  };
  out.accepted("ids_huge", with_ids(kHuge, kHuge + 1, kHuge + 2));
  out.accepted("ids_largest", with_ids(kMinusOne, kMinusOne, kMinusOne));
  out.accepted("ids_sparse", with_ids(50, 60, 70));
  out.accepted("ids_backwards",
               types_and_tables().message(4, location(3)).message(4, location(2)).message(2, sample(3)).message(2, sample(2)));
  out.accepted("ids_mixed", types_and_tables().message(4, location(kHuge)).message(2, sample(kHuge)).message(2, sample(1)));
  out.malformed("ids_huge_twice", types_and_tables().message(4, location(kHuge)).message(4, location(kHuge)));
  out.malformed("ids_sparse_twice", types_and_tables().message(4, location(40)).message(4, location(40)));
  out.malformed("ids_huge_and_zero", types_and_tables().message(4, location(kHuge)).message(4, location(0)));
}

void labels(Collector& out) {
  out.accepted("label_string", with_label(Message().number(1, 6).number(2, 7)));
  out.accepted("label_number", with_label(Message().number(1, 6).number(3, 96)));
  out.accepted("label_number_with_unit", with_label(Message().number(1, 6).number(3, 96).number(4, 2)));
  out.accepted("label_negative", with_label(Message().number(1, 6).number(3, kMinusOne)));
  out.accepted("label_unit_only", with_label(Message().number(1, 6).number(4, 2)));
  out.accepted("label_empty", with_label(Message()));
  out.accepted("label_key_only", with_label(Message().number(1, 6)));
  out.accepted("label_without_key", with_label(Message().number(2, 7)));
  out.accepted("label_string_and_number", with_label(Message().number(1, 6).number(2, 7).number(3, 5).number(4, 2)));
  out.accepted("label_string_empty", with_label(Message().number(1, 6).number(2, 8)));
  out.accepted("label_values", with_sample(sample()
                                               .message(3, Message().number(1, 6).number(2, 7))
                                               .message(3, Message().number(1, 5).number(2, 4))
                                               .message(3, Message().number(1, 6).number(2, 3))));
  out.accepted("label_units_padded", with_sample(sample()
                                                     .message(3, Message().number(1, 6).number(3, 1))
                                                     .message(3, Message().number(1, 6).number(3, 2).number(4, 2))
                                                     .message(3, Message().number(1, 6).number(3, 3))));
  out.accepted("label_string_and_number_of_one_key",
               with_sample(sample().message(3, Message().number(1, 6).number(3, 1)).message(3, Message().number(1, 6).number(2, 7))));
}

void headers(Collector& out) {
  out.accepted("header_full", base()
                                  .number(7, 3)
                                  .number(8, 4)
                                  .number(9, 1'600'000'000'000'000'000)
                                  .number(10, 5'000'000'000)
                                  .message(11, sample_type())
                                  .number(12, 524288)
                                  .number(13, 5)
                                  .number(14, 1));
  out.accepted("header_negative_times", base().number(9, kMinusOne).number(10, kMinusOne).number(12, kMinusOne));
  out.accepted("mapping_flags", base().message(3, mapping(2).number(7, 1).number(8, 2).number(9, kMinusOne).number(10, 0)));
  out.accepted("mapping_kernel", base().bytes(6, "[kernel.kallsyms]_stext").message(3, Message().number(1, 2).number(5, 9)));
  out.accepted("mapping_backwards", base().message(3, Message().number(1, 2).number(2, 0x9000).number(3, 0x1000)));
  out.accepted("function_system_name", base().message(5, Message().number(1, 2).number(2, 3).number(3, 5).number(5, kMinusOne)));
}

void gzip(Collector& out) {
  const std::string plain = base().str();
  const std::string packed = agent::codec::gzip(plain);
  const std::size_t middle = plain.size() / 2;
  std::string wrong_crc = packed;
  wrong_crc[packed.size() - 8] = static_cast<char>(wrong_crc[packed.size() - 8] ^ 1);
  std::string wrong_length = packed;
  wrong_length.back() = '\x40';
  out.add("gz", packed, "");
  out.add("gz_two_members", agent::codec::gzip(plain.substr(0, middle)) + agent::codec::gzip(plain.substr(middle)), "");
  out.add("gz_empty_member", agent::codec::gzip("") + packed + agent::codec::gzip(""), "");
  out.add("gz_of_nothing", agent::codec::gzip(""), "empty_profile");
  out.add("gz_of_gz", agent::codec::gzip(packed), "not_a_profile");
  out.add("gz_magic_only", packed.substr(0, 2), "gzip_truncated");
  out.add("gz_header_only", packed.substr(0, 10), "gzip_truncated");
  out.add("gz_cut", packed.substr(0, packed.size() / 2), "gzip_truncated");
  out.add("gz_cut_in_checksum", packed.substr(0, packed.size() - 5), "gzip_truncated");
  out.add("gz_wrong_checksum", wrong_crc, "gzip_corrupt");
  out.add("gz_wrong_length", wrong_length, "gzip_corrupt");
  out.add("gz_trailing_zeros", packed + std::string(20, '\0'), "gzip_corrupt");
  out.add("gz_trailing_text", packed + "some text after it", "gzip_corrupt");
  out.add("gz_trailing_byte", packed + "x", "gzip_truncated");
  out.add("gz_second_member_cut", packed + packed.substr(0, 15), "gzip_truncated");
  out.add("gz_method_9", std::string("\x1f\x8b\x09", 3) + packed.substr(3), "gzip_corrupt");
  out.add("gz_reserved_flags", std::string("\x1f\x8b\x08\xe0", 4) + packed.substr(4), "");
  const std::string rest = packed.substr(10);
  const auto header = [&](char flags) { return std::string("\x1f\x8b\x08", 3) + flags + packed.substr(4, 6); };
  out.add("gz_name", header('\x08') + "name" + std::string(1, '\0') + rest, "");
  out.add("gz_name_of_511", header('\x08') + std::string(511, 'n') + std::string(1, '\0') + rest, "");
  out.add("gz_name_of_512", header('\x08') + std::string(512, 'n') + std::string(1, '\0') + rest, "gzip_corrupt");
  out.add("gz_name_and_comment", header('\x18') + "n" + std::string(1, '\0') + "c" + std::string(1, '\0') + rest, "");
  out.add("gz_extra", header('\x04') + std::string("\x03\x00", 2) + "abc" + rest, "");
  out.add("gz_extra_cut", header('\x04') + std::string("\xff\xff", 2) + "abc", "gzip_truncated");
  out.add("gz_header_checksum_wrong", header('\x02') + "ab" + rest, "gzip_corrupt");
  out.add("gz_garbage", packed.substr(0, 10) + "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "gzip_corrupt");
}

}  // namespace

std::vector<OddProfile> odd_profiles() {
  Collector out;
  wire_format(out);
  wrong_types(out);
  string_table(out);
  repetition(out);
  consistency(out);
  ids(out);
  labels(out);
  headers(out);
  gzip(out);
  return out.take();
}

}  // namespace tests
