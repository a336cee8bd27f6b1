#include "agent/store/encoding/row_values.hpp"

#include "agent/store/encoding/heap_scale.hpp"

#include <algorithm>
#include <bit>

namespace agent::store {
namespace {

enum Question : std::uint32_t {
  kSame,
  kPresent,
  kChanged,
  kExact,
  kAllocated,
  kInUse,
  kRawPair,
  kProduct,
  kFirstColumn,
  kNextColumn,
  kFarColumn,
};

constexpr std::uint32_t kGroupRows = 16;

std::int64_t minus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}
std::int64_t plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t times(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b));
}

// The bits of a change without its sign.
std::uint32_t width(std::int64_t delta) {
  return static_cast<std::uint32_t>(std::bit_width(static_cast<std::uint64_t>(delta < 0 ? ~delta : delta)));
}

std::uint64_t small(std::int64_t value, std::int64_t limit) {
  return static_cast<std::uint64_t>(std::clamp<std::int64_t>(value, -limit, limit) + limit);
}

// A history with one more event.
std::uint8_t shifted(std::uint8_t history, bool event) {
  return static_cast<std::uint8_t>((std::uint32_t{history} << 1U) | (event ? 1U : 0U));
}

// Fields of eight bits side by side.
std::uint64_t pack(std::initializer_list<std::uint64_t> fields) {
  std::uint64_t result = 1;
  for (const std::uint64_t field : fields) result = (result << 8U) | (field & 255U);
  return result;
}

std::uint64_t some(std::uint32_t bits) {  // few, some, many
  const int count = std::popcount(bits);
  return count < 3 ? static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(2 + std::bit_width(static_cast<unsigned>(count)));
}

}  // namespace

void SampledSizes::update(const Dictionary& dictionary, std::int64_t rate) {
  for (auto set = static_cast<std::uint32_t>(entries_.size()); set < dictionary.label_set_count(); ++set) {
    const auto labels = dictionary.labels_of(set);
    Entry entry;
    if (labels.size() == 1 && labels[0].str == 0 && labels[0].num > 0 && dictionary.string(labels[0].key) == "bytes") {
      entry = {labels[0].num, heap_scale(labels[0].num, rate)};
    }
    entries_.push_back(entry);
  }
}

void RowValues::code(BitCoder& io, const RowSet& rows, const SampledSizes& sizes, const RowRange& range, std::uint32_t step,
                     SnapshotRows& snapshot) {
  const std::uint32_t count = range.count;
  memory_.resize(count);
  groups_.resize(count / kGroupRows + 1);
  values_.resize(std::size_t{count} * layout_.columns);
  widths_.resize(std::size_t{count} * layout_.columns);
  if (layout_.sampled_pairs) counts_.resize(std::size_t{count} * layout_.columns / 2);
  recent_changes_ = 0;
  step_ = step;
  const SnapshotRows given = io.writing() ? std::move(snapshot) : SnapshotRows{};
  snapshot = {};
  std::size_t at = 0;  // in the given rows
  for (std::uint32_t begin = 0; begin < range.first_new && !io.failed(); begin += kGroupRows) {
    const std::uint32_t end = std::min(begin + kGroupRows, range.first_new);
    std::uint8_t& history = groups_[begin / kGroupRows];
    const bool same = coder_.code_bit(io, io.writing() && is_same(given, at, begin, end),
                                      {kSame, {pack({step, history & 15U}), pack({step, history, begin / kGroupRows})}});
    history = shifted(history, same);
    for (std::uint32_t row = begin; row < end && !io.failed(); ++row) {
      const bool given_here = at < given.rows.size() && given.rows[at] == row;
      const std::int64_t* values = given_here ? given.values.data() + at * layout_.columns : nullptr;
      if (given_here) ++at;
      code_known_row(io, row, sizes.of(rows.rows()[row].labels), same, values, snapshot);
    }
  }
  for (std::uint32_t row = range.first_new; row < count && !io.failed(); ++row, ++at) {
    const std::int64_t* values = io.writing() ? given.values.data() + at * layout_.columns : nullptr;
    code_values(io, row, sizes.of(rows.rows()[row].labels), values, snapshot);
  }
}

bool RowValues::is_same(const SnapshotRows& given, std::size_t at, std::uint32_t begin, std::uint32_t end) const {
  for (std::uint32_t row = begin; row < end; ++row) {
    const bool present = at < given.rows.size() && given.rows[at] == row;
    if (present != ((memory_[row].presence & 1U) != 0)) return false;
    if (present && is_unchanged(row, given.values.data() + at++ * layout_.columns)) continue;
    if (present) return false;
  }
  return true;
}

bool RowValues::is_unchanged(std::uint32_t row, const std::int64_t* values) const {
  return std::equal(values, values + layout_.columns, values_.data() + std::size_t{row} * layout_.columns);
}

void RowValues::code_known_row(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, bool same, const std::int64_t* values,
                               SnapshotRows& snapshot) {
  Memory& memory = memory_[row];
  const auto seen = static_cast<std::uint64_t>(std::bit_width(memory.seen));
  const bool there = (memory.presence & 1U) != 0;
  const bool present = same ? there
                            : coder_.code_bit(io, values != nullptr,
                                              {kPresent, {pack({memory.presence & 15U, seen}), pack({memory.presence, seen, step_})}});
  if (!present) {
    memory.presence = shifted(memory.presence, false);
    return;
  }
  const bool changed = !same && coder_.code_bit(io, io.writing() && !is_unchanged(row, values),
                                                {kChanged,
                                                 {pack({step_, memory.changes & 7U, some(recent_changes_ & 0xffffU)}),
                                                  pack({step_, memory.changes, recent_changes_ & 1U})}});
  if (!same) recent_changes_ = (recent_changes_ << 1U) | (changed ? 1U : 0U);
  if (changed) return code_values(io, row, size, values, snapshot);
  const std::int64_t* last = values_.data() + std::size_t{row} * layout_.columns;
  snapshot.rows.push_back(row);
  snapshot.values.insert(snapshot.values.end(), last, last + layout_.columns);
  note_presence(memory, false);
}

void RowValues::note_presence(Memory& memory, bool changed) {
  memory.presence = shifted(memory.presence, true);
  memory.changes = shifted(memory.changes, changed);
  if (memory.seen < 255) ++memory.seen;
}

void RowValues::code_values(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, const std::int64_t* given,
                            SnapshotRows& snapshot) {
  const std::size_t first = snapshot.values.size();
  snapshot.rows.push_back(row);
  snapshot.values.resize(first + layout_.columns);
  std::int64_t* values = snapshot.values.data() + first;
  if (io.writing()) std::copy(given, given + layout_.columns, values);
  if (layout_.sampled_pairs && size.size > 0) {
    code_pairs(io, row, size, values);
  } else {
    code_columns(io, row, values);
  }
  std::copy(values, values + layout_.columns, values_.data() + std::size_t{row} * layout_.columns);
  note_presence(memory_[row], true);
}

void RowValues::code_pairs(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, std::int64_t* values) {
  Memory& memory = memory_[row];
  const std::size_t first = std::size_t{row} * layout_.columns;
  const std::uint64_t fresh = memory.seen == 0 ? 1 : 0;
  std::int64_t before_delta = 0;  // of the pair before
  for (std::size_t p = 0; p < layout_.columns / 2; ++p) {
    ScaledPair pair{values[2 * p], values[2 * p + 1]};
    std::int64_t& count = counts_[first / 2 + p];
    std::uint8_t& last_width = widths_[first + 2 * p];
    const std::int64_t n = io.writing() ? unscale_sample(pair, size.size, size.scale) : 0;
    const auto bit = static_cast<std::uint8_t>(1U << std::min<std::size_t>(p, 7));
    const bool exact = coder_.code_bit(io, scale_sample(n, size.size, size.scale) == pair,
                                       {kExact, {p, pack({p, 1, (memory.inexact & bit) != 0 ? 1U : 0U})}});
    std::int64_t delta = 0;
    if (exact) {
      if (p == 0) {
        delta = coder_.code_signed(io, minus(n, count),
                                   {kAllocated, {pack({fresh, last_width}), pack({fresh, step_, memory.changes & 7U, last_width})}});
      } else {
        delta = coder_.code_signed(
            io, minus(n, count),
            {kInUse, {pack({fresh, width(before_delta), small(count, 3)}), pack({fresh, small(before_delta, 20), small(count, 20)})}});
      }
      count = plus(count, delta);
      pair = scale_sample(count, size.size, size.scale);
    } else {
      delta = coder_.code_signed(io, minus(pair.objects, values_[first + 2 * p]), {kRawPair, {0, p}});
      pair.objects = plus(values_[first + 2 * p], delta);
      pair.bytes =
          plus(values_[first + 2 * p + 1], coder_.code_signed(io, minus(pair.bytes, values_[first + 2 * p + 1]), {kRawPair, {2, 3 + p}}));
      count = unscale_sample(pair, size.size, size.scale);
    }
    memory.inexact = static_cast<std::uint8_t>(exact ? memory.inexact & ~bit : memory.inexact | bit);
    if (delta != 0) last_width = static_cast<std::uint8_t>(width(delta) + 1);
    values[2 * p] = pair.objects;
    values[2 * p + 1] = pair.bytes;
    before_delta = delta;
  }
}

void RowValues::code_columns(BitCoder& io, std::uint32_t row, std::int64_t* values) {
  const Memory& memory = memory_[row];
  const std::size_t first = std::size_t{row} * layout_.columns;
  const bool was_there = (memory.presence & 1U) != 0;
  const std::uint64_t state = (memory.seen == 0 ? 2 : was_there ? 0 : 1);
  std::int64_t first_delta = 0;
  for (std::size_t c = 0; c < layout_.columns; ++c) {
    if (c > 0 && layout_.period != 0 && coder_.code_bit(io, values[c] == times(values[0], layout_.period), {kProduct, {c}})) {
      values[c] = times(values[0], layout_.period);
      continue;
    }
    std::uint8_t& last_width = widths_[first + c];
    const std::int64_t base = values_[first + c];
    const std::int64_t delta_in = minus(values[c], base);
    std::int64_t delta = 0;
    if (c == 0) {
      delta = coder_.code_signed(io, delta_in,
                                 {kFirstColumn, {pack({state, last_width}), pack({state, memory.changes & 7U, last_width, width(base)})}});
      first_delta = delta;
    } else {
      const std::uint64_t mean = last_width == 0 ? 0 : static_cast<std::uint64_t>(128 + last_width - widths_[first]);
      const std::uint64_t zero = first_delta == 0 ? 1 : 0;
      delta = coder_.code_signed(
          io, delta_in,
          {c == 1 ? kNextColumn : kFarColumn, {pack({c, zero, width(first_delta)}), pack({state, c, width(first_delta), mean})}});
    }
    if (delta != 0) last_width = static_cast<std::uint8_t>(width(delta) + 1);
    values[c] = plus(base, delta);
  }
}

std::size_t RowValues::memory_bytes() const {
  return coder_.memory_bytes() + memory_.capacity() * sizeof(Memory) + (values_.capacity() + counts_.capacity()) * 8 + widths_.capacity() +
         groups_.capacity();
}

}  // namespace agent::store
