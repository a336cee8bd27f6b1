#include "agent/store/encoding/location_coder.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace agent::store {
namespace {

enum Question : std::uint32_t {
  kMappingMore,
  kMappingNumber,
  kMappingFlag,
  kLocationMore,
  kMapping,
  kRankStep,
  kOffset,
  kLineCount,
  kFolded,
  kOuterIs,
  kOuterKnown,
  kInnerIs,
  kInnerKnown,
  kFunctionId,
  kInnerId,
  kLineOuter,
  kLineInner,
  kColumn,
  kLooseMore,
  kLineNew,
};

}  // namespace

LocationCoder::LocationCoder(Dictionary& dictionary, SymbolCoder& symbols) : dictionary_(dictionary), symbols_(symbols), coder_(13) {}

void LocationCoder::code_mappings(BitCoder& io) {
  while (coder_.code_bit(io, mappings_coded_ < dictionary_.mappings().size() && io.writing(), {kMappingMore, {0}})) {
    if (io.failed() || mappings_coded_ >= DictionaryLimits::kMappings) return io.fail();
    Mapping mapping = io.writing() ? dictionary_.mappings()[mappings_coded_] : Mapping{};
    mapping.start = coder_.code_number(io, mapping.start, {kMappingNumber, {0}});
    mapping.limit = mapping.start + coder_.code_number(io, mapping.limit - mapping.start, {kMappingNumber, {1}});
    mapping.offset = coder_.code_number(io, mapping.offset, {kMappingNumber, {2}});
    mapping.file = symbols_.code_string(io, mapping.file);
    mapping.build_id = symbols_.code_string(io, mapping.build_id);
    mapping.has_functions = coder_.code_bit(io, mapping.has_functions, {kMappingFlag, {0}});
    mapping.has_filenames = coder_.code_bit(io, mapping.has_filenames, {kMappingFlag, {1}});
    mapping.has_line_numbers = coder_.code_bit(io, mapping.has_line_numbers, {kMappingFlag, {2}});
    mapping.has_inline_frames = coder_.code_bit(io, mapping.has_inline_frames, {kMappingFlag, {3}});
    if (dictionary_.intern_mapping(mapping) != mappings_coded_) return io.fail();
    ++mappings_coded_;
  }
}

void LocationCoder::code_locations(BitCoder& io) {
  const std::uint32_t first = locations_coded_;
  rank_ = 0;
  last_mapping_ = 0;
  last_address_ = 0;
  last_location_ = kNone;
  const std::uint64_t count = coder_.code_number(io, dictionary_.locations().size() - locations_coded_, {kLocationMore, {0}});
  for (std::uint64_t i = 0; i < count; ++i) {
    if (io.failed() || locations_coded_ >= dictionary_.bounds().locations || dictionary_.line_count() >= dictionary_.bounds().lines ||
        dictionary_.text_bytes() >= dictionary_.bounds().text_bytes) {
      return io.fail();
    }
    code_location(io);
  }
  if (io.failed()) return;
  const auto middle = static_cast<std::ptrdiff_t>(known_.size());
  for (std::uint32_t id = first; id < locations_coded_; ++id) {
    known_.push_back({dictionary_.locations()[id].mapping, dictionary_.locations()[id].address, id});
  }
  std::inplace_merge(known_.begin(), known_.begin() + middle, known_.end());
}

std::uint64_t LocationCoder::code_address(BitCoder& io, std::uint32_t mapping, std::uint64_t address) {
  // First how many known locations lie between the last new one and this, then how far beyond the last of them all it is.
  std::size_t target = rank_;
  if (io.writing()) {
    const Known key{mapping, address, 0};
    target =
        static_cast<std::size_t>(std::lower_bound(known_.begin() + static_cast<std::ptrdiff_t>(rank_), known_.end(), key) - known_.begin());
  }
  const auto density = static_cast<std::uint64_t>(std::bit_width(known_.size()));
  const std::uint64_t step = coder_.code_number(
      io, target - rank_, {kRankStep, {density, density * 64 + std::min<std::uint64_t>(std::bit_width(known_.size() - rank_), 63)}});
  if (step > known_.size() - rank_) return io.fail(), 0;
  rank_ += static_cast<std::size_t>(step);
  std::uint64_t base = mapping == last_mapping_ ? last_address_ : 0;
  if (step > 0 && known_[rank_ - 1].mapping == mapping) base = std::max(base, known_[rank_ - 1].address);
  std::uint64_t gap = 0;
  if (rank_ < known_.size() && known_[rank_].mapping == mapping)
    gap = static_cast<std::uint64_t>(std::bit_width(known_[rank_].address - base));
  const std::uint64_t same = last_location_ == kNone ? 2 : step == 0 ? 1 : 0;
  return base + coder_.code_number(io, address - base, {kOffset, {same, 128 + 3 * gap + same}});
}

LocationCoder::Neighbours LocationCoder::neighbours() const {
  Neighbours result;
  if (rank_ > 0) result.before = dictionary_.outer_function(known_[rank_ - 1].location);
  if (rank_ < known_.size()) result.after = dictionary_.outer_function(known_[rank_].location);
  if (last_location_ != kNone) result.last = dictionary_.outer_function(last_location_);
  return result;
}

std::uint32_t LocationCoder::code_known_or_new(BitCoder& io, std::uint32_t function, std::uint32_t question, std::uint64_t context) {
  const std::uint32_t count = symbols_.functions_coded();
  if (coder_.code_bit(io, function < count, {question, {static_cast<std::uint64_t>(std::bit_width(count)), 64 + context}})) {
    if (count == 0) return io.fail(), 0;
    const std::uint32_t id_question = question == kInnerKnown ? kInnerId : kFunctionId;
    return coder_.code_symbol(io, function, count, {id_question, {0, context + 1}});
  }
  if (count >= dictionary_.bounds().functions) return io.fail(), 0;
  symbols_.code_function(io);
  lines_.resize(symbols_.functions_coded());
  return count;
}

std::uint32_t LocationCoder::code_outer_function(BitCoder& io, std::uint32_t function) {
  const Neighbours around = neighbours();
  std::array<std::uint32_t, 3> candidates{around.last, around.before, around.after};
  const std::uint64_t agree =
      (around.last == around.before ? 1U : 0U) + (around.last == around.after ? 2U : 0U) + (around.before == around.after ? 4U : 0U);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (candidates[i] == kNone || std::find(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(i), candidates[i]) !=
                                      candidates.begin() + static_cast<std::ptrdiff_t>(i)) {
      continue;
    }
    if (coder_.code_bit(io, function == candidates[i], {kOuterIs, {i * 8 + agree, 128 + (i * 8 + agree) * 64 + offset_width_}}))
      return candidates[i];
  }
  return code_known_or_new(io, function, kOuterKnown, 0);
}

std::uint32_t LocationCoder::code_inner_function(BitCoder& io, std::uint32_t function, std::uint32_t caller, std::uint32_t previous) {
  if (previous != kNone && coder_.code_bit(io, function == previous, {kInnerIs, {0, 1 + std::uint64_t{previous}}})) return previous;
  return code_known_or_new(io, function, kInnerKnown, 16 + symbols_.package_of(caller));
}

void LocationCoder::code_line(BitCoder& io, Line& line, bool outer) {
  FunctionLines& seen = lines_[line.function];
  const std::int64_t start = dictionary_.functions()[line.function].start_line;
  const bool has = outer ? seen.has_outer : seen.has_inner;
  const std::int64_t other = outer ? seen.inner : seen.outer;
  const bool has_other = outer ? seen.has_inner : seen.has_outer;
  const std::int64_t base = has ? (outer ? seen.outer : seen.inner) : has_other ? other : start;
  const auto delta = static_cast<std::int64_t>(static_cast<std::uint64_t>(line.line) - static_cast<std::uint64_t>(base));
  const std::uint64_t state = has ? 0 : has_other ? 1 : start != 0 ? 2 : 3;
  std::int64_t coded = 0;
  if (state == 3) {
    coded = static_cast<std::int64_t>(coder_.code_number(io, static_cast<std::uint64_t>(delta), {kLineNew, {outer}}));
  } else {
    coded = coder_.code_signed(io, delta, {outer ? kLineOuter : kLineInner, {state, 8 + std::uint64_t{line.function} * 4 + state}});
  }
  line.line = static_cast<std::int64_t>(static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(coded));
  (outer ? seen.outer : seen.inner) = line.line;
  (outer ? seen.has_outer : seen.has_inner) = true;
  line.column = coder_.code_signed(io, line.column, {kColumn, {0}});
}

void LocationCoder::code_location(BitCoder& io) {
  Location location;
  std::vector<Line> lines;
  if (io.writing()) {
    location = dictionary_.locations()[locations_coded_];
    const auto span = dictionary_.lines_of(locations_coded_);
    lines.assign(span.begin(), span.end());
  }
  // Mappings in the order of their ids, none last.
  const std::uint32_t none = mappings_coded_;
  const std::uint32_t mapping_in = location.mapping == kNone ? none : location.mapping;
  const std::uint32_t last_in = last_mapping_ == kNone ? none : last_mapping_;
  const std::uint64_t step = coder_.code_number(io, mapping_in - last_in, {kMapping, {0}});
  if (step > none - last_in) return io.fail();
  const std::uint32_t mapping = last_in + static_cast<std::uint32_t>(step);
  location.mapping = mapping == none ? kNone : mapping;
  location.address = code_address(io, location.mapping, location.address);
  offset_width_ = location.mapping == last_mapping_ ? static_cast<std::uint64_t>(std::bit_width(location.address - last_address_)) : 63;
  location.is_folded = coder_.code_bit(io, location.is_folded, {kFolded, {0}});
  const std::uint64_t count = coder_.code_number(io, lines.size() ^ 1U, {kLineCount, {0}}) ^ 1U;
  if (count > DictionaryLimits::kLines - dictionary_.line_count()) return io.fail();
  if (!io.writing()) lines.clear();
  // From the outermost: its function is told by what is around, the inner ones by their callers.
  std::vector<Line> coded;
  for (std::uint64_t i = 0; i < count && !io.failed(); ++i) {
    Line line = io.writing() ? lines[lines.size() - 1 - i] : Line{};
    if (i == 0) {
      line.function = code_outer_function(io, line.function);
    } else {
      const std::uint32_t previous = last_inner_.size() > i - 1 ? last_inner_[i - 1] : kNone;
      line.function = code_inner_function(io, line.function, coded.back().function, previous);
    }
    if (io.failed()) return;
    code_line(io, line, i == 0);
    coded.push_back(line);
  }
  last_inner_.clear();
  for (std::size_t i = 1; i < coded.size(); ++i) last_inner_.push_back(coded[i].function);
  std::ranges::reverse(coded);
  if (io.failed() || dictionary_.intern_location(location, coded) != locations_coded_) return io.fail();
  last_mapping_ = location.mapping;
  last_address_ = location.address;
  last_location_ = locations_coded_++;
}

void LocationCoder::code_loose_functions(BitCoder& io) {
  const auto count = static_cast<std::uint32_t>(dictionary_.functions().size());
  while (coder_.code_bit(io, io.writing() && symbols_.functions_coded() < count, {kLooseMore, {0}})) {
    if (io.failed() || symbols_.functions_coded() >= dictionary_.bounds().functions ||
        dictionary_.text_bytes() >= dictionary_.bounds().text_bytes) {
      return io.fail();
    }
    symbols_.code_function(io);
    lines_.resize(symbols_.functions_coded());
  }
}

std::size_t LocationCoder::memory_bytes() const {
  return coder_.memory_bytes() + known_.capacity() * sizeof(Known) + lines_.capacity() * sizeof(FunctionLines);
}

}  // namespace agent::store
