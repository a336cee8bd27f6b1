#include "agent/pprof/encode.hpp"

#include "agent/pprof/profile_fields.hpp"

#include <protozero/varint.hpp>

#include <algorithm>
#include <cassert>

namespace agent::pprof {
namespace {

constexpr std::uint64_t kVarintType = 0;
constexpr std::uint64_t kBytesType = 2;

// The profile is described once, in the emit functions below; a sink either measures or writes it. A message's length comes before it, so
// the writer measures each message first.
class Sizer {
 public:
  void varint(std::uint64_t value) { size_ += static_cast<std::size_t>(protozero::length_of_varint(value)); }
  void text(std::string_view bytes) { size_ += bytes.size(); }
  template <class Body>
  void block(std::uint64_t field, Body body) {
    Sizer inner;
    body(inner);
    varint(field << 3U | kBytesType);
    varint(inner.size_);
    size_ += inner.size_;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_ = 0;
};

class Writer {
 public:
  explicit Writer(char* at) : at_(at) {}
  void varint(std::uint64_t value) {
    if (value < 0x80U) {
      *at_++ = static_cast<char>(value);
    } else {
      at_ += protozero::write_varint(at_, value);
    }
  }
  void text(std::string_view bytes) { at_ = std::copy(bytes.begin(), bytes.end(), at_); }
  template <class Body>
  void block(std::uint64_t field, Body body) {
    Sizer inner;
    body(inner);
    varint(field << 3U | kBytesType);
    varint(inner.size());
    body(*this);
  }
  [[nodiscard]] const char* position() const { return at_; }

 private:
  char* at_;
};

template <class Sink>
void number(Sink& sink, std::uint64_t field, std::uint64_t value) {
  if (value == 0) return;
  sink.varint(field << 3U | kVarintType);
  sink.varint(value);
}

template <class Sink>
void number(Sink& sink, std::uint64_t field, std::int64_t value) {
  number(sink, field, static_cast<std::uint64_t>(value));
}

template <class Sink>
void number(Sink& sink, std::uint64_t field, std::uint32_t value) {
  number(sink, field, static_cast<std::uint64_t>(value));
}

template <class Sink>
void number(Sink& sink, std::uint64_t field, bool value) {
  number(sink, field, static_cast<std::uint64_t>(value ? 1 : 0));
}

// Repeated numbers, zeros included.
template <class Sink, class Numbers, class Convert>
void numbers(Sink& sink, std::uint64_t field, const Numbers& all, Convert convert) {
  if (all.empty()) return;
  sink.block(field, [&](auto& inner) {
    for (const auto& one : all) inner.varint(convert(one));
  });
}

std::uint64_t id_of(std::uint32_t index) {
  return index == kNone ? 0 : std::uint64_t{index} + 1;
}

bool is_empty_string_label(const Label& label) {
  return label.str == 0 && label.num == 0 && label.num_unit == 0;
}

class Emitter {
 public:
  explicit Emitter(const Profile& profile)
      : profile_(profile), needs_second_empty_string_(std::any_of(profile.labels.begin(), profile.labels.end(), is_empty_string_label)) {}

  template <class Sink>
  void emit(Sink& sink) const {
    for (const ValueType& type : profile_.sample_types) value_type(sink, field::kSampleType, type);
    for (std::size_t i = 0; i < profile_.sample_count(); ++i) {
      sink.block(field::kSample, [&](auto& inner) { sample(inner, i); });
    }
    for (std::uint32_t i = 0; i < profile_.mappings.size(); ++i) {
      sink.block(field::kMapping, [&](auto& inner) { mapping(inner, i); });
    }
    for (std::uint32_t i = 0; i < profile_.locations.size(); ++i) {
      sink.block(field::kLocation, [&](auto& inner) { location(inner, i); });
    }
    for (std::uint32_t i = 0; i < profile_.functions.size(); ++i) {
      sink.block(field::kFunction, [&](auto& inner) { function(inner, i); });
    }
    for (StringId i = 0; i < profile_.strings.size(); ++i) {
      sink.block(field::kStringTable, [&](auto& inner) { inner.text(profile_.strings[i]); });
    }
    if (needs_second_empty_string_) sink.block(field::kStringTable, [](auto&) {});
    header(sink);
  }

 private:
  template <class Sink>
  static void value_type(Sink& sink, std::uint64_t field, const ValueType& type) {
    sink.block(field, [&](auto& inner) {
      number(inner, field::kType, type.type);
      number(inner, field::kUnit, type.unit);
    });
  }

  template <class Sink>
  void sample(Sink& sink, std::size_t index) const {
    numbers(sink, field::kLocationId, profile_.stack_of(index), id_of);
    numbers(sink, field::kValue, profile_.values_of(index), [](std::int64_t value) { return static_cast<std::uint64_t>(value); });
    for (const Label& one : profile_.labels_of(index)) {
      sink.block(field::kLabel, [&](auto& inner) { label(inner, one); });
    }
  }

  template <class Sink>
  void label(Sink& sink, const Label& label) const {
    number(sink, field::kLabelKey, label.key);
    // pprof drops a label without string and number; a string label that is empty has to name an empty string other than entry 0.
    number(sink, field::kLabelStr, is_empty_string_label(label) ? profile_.strings.size() : std::size_t{label.str});
    number(sink, field::kLabelNum, label.num);
    number(sink, field::kLabelNumUnit, label.num_unit);
  }

  template <class Sink>
  void mapping(Sink& sink, std::uint32_t index) const {
    const Mapping& mapping = profile_.mappings[index];
    number(sink, field::kMappingId, id_of(index));
    number(sink, field::kMemoryStart, mapping.start);
    number(sink, field::kMemoryLimit, mapping.limit);
    number(sink, field::kFileOffset, mapping.offset);
    number(sink, field::kMappingFile, mapping.file);
    number(sink, field::kBuildId, mapping.build_id);
    number(sink, field::kHasFunctions, mapping.has_functions);
    number(sink, field::kHasFilenames, mapping.has_filenames);
    number(sink, field::kHasLineNumbers, mapping.has_line_numbers);
    number(sink, field::kHasInlineFrames, mapping.has_inline_frames);
  }

  template <class Sink>
  void location(Sink& sink, std::uint32_t index) const {
    const Location& location = profile_.locations[index];
    number(sink, field::kLocationOwnId, id_of(index));
    number(sink, field::kLocationMappingId, id_of(location.mapping));
    number(sink, field::kAddress, location.address);
    for (const Line& one : profile_.lines_of(location)) {
      sink.block(field::kLine, [&](auto& inner) {
        number(inner, field::kLineFunctionId, id_of(one.function));
        number(inner, field::kLineNumber, one.line);
        number(inner, field::kLineColumn, one.column);
      });
    }
    number(sink, field::kIsFolded, location.is_folded);
  }

  template <class Sink>
  void function(Sink& sink, std::uint32_t index) const {
    const Function& function = profile_.functions[index];
    number(sink, field::kFunctionId, id_of(index));
    number(sink, field::kFunctionName, function.name);
    number(sink, field::kSystemName, function.system_name);
    number(sink, field::kFilename, function.filename);
    number(sink, field::kStartLine, function.start_line);
  }

  template <class Sink>
  void header(Sink& sink) const {
    number(sink, field::kDropFrames, profile_.drop_frames);
    number(sink, field::kKeepFrames, profile_.keep_frames);
    number(sink, field::kTimeNanos, profile_.time_nanos);
    number(sink, field::kDurationNanos, profile_.duration_nanos);
    if (profile_.period_type != ValueType{}) value_type(sink, field::kPeriodType, profile_.period_type);
    number(sink, field::kPeriod, profile_.period);
    numbers(sink, field::kComment, profile_.comments, [](StringId id) { return std::uint64_t{id}; });
    number(sink, field::kDefaultSampleType, profile_.default_sample_type);
    number(sink, field::kDocUrl, profile_.doc_url);
  }

  const Profile& profile_;
  bool needs_second_empty_string_;
};

}  // namespace

std::string encode(const Profile& profile) {
  const Emitter emitter(profile);
  Sizer sizer;
  emitter.emit(sizer);
  std::string out(sizer.size(), '\0');
  Writer writer(out.data());
  emitter.emit(writer);
  assert(writer.position() == out.data() + out.size());
  return out;
}

std::string encode_gzip(const Profile& profile, codec::GzipLevel level) {
  return codec::gzip(encode(profile), level);
}

}  // namespace agent::pprof
