#include "agent/store/encoding/schema_coder.hpp"

#include <algorithm>

namespace agent::store {
namespace {

enum Question : std::uint32_t { kSetMore, kLabelCount, kLabelIsText, kLabelKeySame, kLabelNumber, kSchemaId, kListSize, kPeriod };

}  // namespace

Label SchemaCoder::code_label(BitCoder& io, Label label, std::uint64_t position) {
  const Label last = position < last_labels_.size() ? last_labels_[position] : Label{};
  const bool same_key = coder_.code_bit(io, label.key == last.key, {kLabelKeySame, {0}});
  label.key = same_key ? last.key : symbols_.code_string(io, label.key);
  if (coder_.code_bit(io, label.str != 0, {kLabelIsText, {0, same_key ? 2ULL + (last.str != 0 ? 1U : 0U) : 1ULL}})) {
    label.str = symbols_.code_string(io, label.str);
    label.num = coder_.code_signed(io, label.num, {kLabelNumber, {0}});
  } else {
    const auto delta = static_cast<std::int64_t>(static_cast<std::uint64_t>(label.num) - static_cast<std::uint64_t>(last.num));
    const std::int64_t coded = coder_.code_signed(io, delta, {kLabelNumber, {1, 2}});
    label.num = static_cast<std::int64_t>(static_cast<std::uint64_t>(last.num) + static_cast<std::uint64_t>(coded));
  }
  const bool same_unit = coder_.code_bit(io, label.num_unit == last.num_unit, {kLabelKeySame, {1}});
  label.num_unit = same_unit ? last.num_unit : symbols_.code_string(io, label.num_unit);
  return label;
}

void SchemaCoder::code_label_sets(BitCoder& io) {
  while (coder_.code_bit(io, io.writing() && label_sets_coded_ < dictionary_.label_set_count(), {kSetMore, {0}})) {
    if (io.failed() || label_sets_coded_ >= DictionaryLimits::kLabelSets) return io.fail();
    std::vector<Label> labels;
    if (io.writing()) {
      const auto span = dictionary_.labels_of(label_sets_coded_);
      labels.assign(span.begin(), span.end());
    }
    const std::uint64_t count = coder_.code_number(io, labels.size() - 1, {kLabelCount, {0}}) + 1;
    if (count == 0 || count > DictionaryLimits::kLabels - dictionary_.label_count()) return io.fail();
    std::vector<Label> coded;
    for (std::uint64_t i = 0; i < count && !io.failed(); ++i) coded.push_back(code_label(io, io.writing() ? labels[i] : Label{}, i));
    if (io.failed() || dictionary_.intern_labels(coded) != label_sets_coded_) return io.fail();
    last_labels_ = std::move(coded);
    ++label_sets_coded_;
  }
}

std::uint64_t SchemaCoder::code_size(BitCoder& io, std::uint64_t size, std::uint64_t which) {
  const std::uint64_t result = coder_.code_number(io, size, {kListSize, {which}});
  if (result > kMaxList) return io.fail(), 0;
  return result;
}

std::uint32_t SchemaCoder::code_schema(BitCoder& io, const Schema& schema, std::uint32_t type) {
  const auto count = static_cast<std::uint32_t>(schemas_.size());
  const auto known = static_cast<std::uint32_t>(std::ranges::find(schemas_, schema) - schemas_.begin());
  const std::uint32_t id = coder_.code_symbol(io, known, count + 1, {kSchemaId, {type, 16 + std::uint64_t{count} * 16 + type}});
  if (id < count) return id;
  if (count >= kMaxSchemas) return io.fail(), 0;
  Schema result = io.writing() ? schema : Schema{};
  result.sample_types.resize(code_size(io, result.sample_types.size(), 0));
  for (auto& value : result.sample_types) {
    value.type = symbols_.code_string(io, value.type);
    value.unit = symbols_.code_string(io, value.unit);
    if (io.failed()) return 0;
  }
  result.period_type.type = symbols_.code_string(io, result.period_type.type);
  result.period_type.unit = symbols_.code_string(io, result.period_type.unit);
  result.period = coder_.code_signed(io, result.period, {kPeriod, {0}});
  result.comments.resize(code_size(io, result.comments.size(), 1));
  for (std::uint32_t& comment : result.comments) {
    comment = symbols_.code_string(io, comment);
    if (io.failed() || dictionary_.text_bytes() >= DictionaryLimits::kTextBytes) return io.fail(), 0;
  }
  for (std::uint32_t* text : {&result.drop_frames, &result.keep_frames, &result.default_sample_type, &result.doc_url}) {
    *text = symbols_.code_string(io, *text);
  }
  result.mappings.resize(code_size(io, result.mappings.size(), 2));
  const auto mappings = static_cast<std::uint32_t>(dictionary_.mappings().size());
  if (!result.mappings.empty() && mappings == 0) return io.fail(), 0;
  for (std::size_t i = 0; i < result.mappings.size() && !io.failed(); ++i) {
    const std::uint32_t expected = i == 0 ? 0 : (result.mappings[i - 1] + 1) % mappings;
    const bool next = coder_.code_bit(io, result.mappings[i] == expected, {kListSize, {3}});
    result.mappings[i] = next ? expected : coder_.code_symbol(io, result.mappings[i], mappings, {kListSize, {4}});
  }
  if (io.failed()) return 0;
  schemas_.push_back(std::move(result));
  return count;
}

std::size_t SchemaCoder::memory_bytes() const {
  return coder_.memory_bytes() + schemas_.capacity() * sizeof(Schema);
}

}  // namespace agent::store
