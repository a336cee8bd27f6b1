#include "agent/store/row_values.hpp"

#include "agent/store/heap_scale.hpp"

#include <algorithm>
#include <bit>

namespace agent::store {
namespace {

enum Question : std::uint32_t {
  kGroup,
  kPresent,
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
  values_.resize(std::size_t{count} * layout_.columns);
  widths_.resize(std::size_t{count} * layout_.columns);
  if (layout_.sampled_pairs) counts_.resize(std::size_t{count} * layout_.columns / 2);
  std::vector<bool> present(count);
  if (io.writing()) {
    for (const std::uint32_t row : snapshot.rows) present[row] = true;
  }
  std::fill(present.begin() + range.first_new, present.end(), true);
  code_presence(io, range.first_new, step, present);
  if (io.failed()) return;
  if (!io.writing()) {
    snapshot.rows.clear();
    for (std::uint32_t row = 0; row < count; ++row) {
      if (present[row]) snapshot.rows.push_back(row);
    }
    snapshot.values.assign(snapshot.rows.size() * layout_.columns, 0);
  }
  recent_changes_ = 0;
  for (std::size_t i = 0; i < snapshot.rows.size() && !io.failed(); ++i) {
    const std::uint32_t row = snapshot.rows[i];
    const bool changed = code_row(io, row, sizes.of(rows.rows()[row].labels), step, snapshot.values.data() + i * layout_.columns);
    recent_changes_ = (recent_changes_ << 1U) | (changed ? 1U : 0U);
    memory_[row].changes = shifted(memory_[row].changes, changed);
  }
  for (std::uint32_t row = 0; row < count; ++row) {
    Memory& memory = memory_[row];
    memory.presence = shifted(memory.presence, present[row]);
    if (present[row] && memory.seen < 255) ++memory.seen;
  }
}

void RowValues::code_presence(BitCoder& io, std::uint32_t first_new_row, std::uint32_t step, std::vector<bool>& present) {
  recent_presence_ = 0;
  for (std::uint32_t begin = 0; begin < first_new_row && !io.failed(); begin += kGroupRows) {
    const std::uint32_t end = std::min(begin + kGroupRows, first_new_row);
    bool any = false;
    std::uint32_t before = 0;
    std::uint32_t often = 0;
    for (std::uint32_t row = begin; row < end; ++row) {
      any = any || present[row];
      before += (memory_[row].presence & 1U) != 0 ? 1U : 0U;
      often += memory_[row].presence != 0 ? 1U : 0U;
    }
    if (!coder_.code_bit(io, any, {kGroup, {before, pack({before, often, step})}})) {
      for (std::uint32_t row = begin; row < end; ++row) present[row] = false;
      continue;
    }
    for (std::uint32_t row = begin; row < end; ++row) {
      const Memory& memory = memory_[row];
      const std::uint64_t seen = static_cast<std::uint64_t>(std::bit_width(memory.seen));
      const bool is = coder_.code_bit(io, present[row],
                                      {kPresent,
                                       {memory.presence, pack({memory.presence & 15U, seen, recent_presence_ & 3U}),
                                        pack({memory.presence, seen, step}), row_context(row)}});
      present[row] = is;
      recent_presence_ = (recent_presence_ << 1U) | (is ? 1U : 0U);
    }
  }
}

bool RowValues::code_row(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, std::uint32_t step, std::int64_t* values) {
  std::int64_t* last = values_.data() + std::size_t{row} * layout_.columns;
  if (layout_.sampled_pairs && size.size > 0) {
    code_pairs(io, row, size, step, values);
  } else {
    code_columns(io, row, step, values);
  }
  const bool changed = !std::equal(values, values + layout_.columns, last);
  std::copy(values, values + layout_.columns, last);
  return changed;
}

void RowValues::code_pairs(BitCoder& io, std::uint32_t row, const SampledSizes::Entry& size, std::uint32_t step, std::int64_t* values) {
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
                                   {kAllocated,
                                    {pack({fresh, step, memory.changes & 3U}), pack({fresh, step, memory.changes & 31U, last_width}),
                                     pack({fresh, step, memory.changes & 1U, some(recent_changes_ & 0xffffU)}),
                                     pack({7, recent_changes_ & 7U, memory.changes & 3U, last_width}), row_context(row) * 4 + step}});
      } else {
        delta = coder_.code_signed(
            io, minus(n, count),
            {kInUse,
             {pack({fresh, small(before_delta, 20), small(count, 20)}), pack({fresh, width(before_delta), small(count, 3), last_width}),
              pack({step, small(before_delta, 1), width(count), memory.changes & 7U, some(recent_changes_ & 0xffffU)}),
              row_context(row) * 4 + small(before_delta, 1)}});
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

void RowValues::code_columns(BitCoder& io, std::uint32_t row, std::uint32_t step, std::int64_t* values) {
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
                                 {kFirstColumn,
                                  {pack({state, step, memory.changes & 7U}), pack({state, memory.changes, last_width}),
                                   pack({state, memory.changes & 1U, some(recent_changes_ & 0xffffU)}),
                                   pack({7, recent_changes_ & 7U, width(base), state}), row_context(row)}});
      first_delta = delta;
    } else {
      const std::uint64_t mean = last_width == 0 ? 0 : static_cast<std::uint64_t>(128 + last_width - widths_[first]);
      const std::uint64_t zero = first_delta == 0 ? 1 : 0;
      delta = coder_.code_signed(io, delta_in,
                                 {c == 1 ? kNextColumn : kFarColumn,
                                  {pack({c, zero, width(first_delta)}), pack({state, c, width(first_delta), mean}),
                                   pack({c, zero, last_width, state}), (row_context(row) * 2 + zero) * 8 + c}});
    }
    if (delta != 0) last_width = static_cast<std::uint8_t>(width(delta) + 1);
    values[c] = plus(base, delta);
  }
}

std::size_t RowValues::memory_bytes() const {
  return coder_.memory_bytes() + memory_.capacity() * sizeof(Memory) + (values_.capacity() + counts_.capacity()) * 8 + widths_.capacity();
}

}  // namespace agent::store
