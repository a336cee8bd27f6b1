#include "agent/store/block_index.hpp"

#include "agent/codec/zstd.hpp"
#include "agent/store/varint.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace agent::store {
namespace {

constexpr int kZstdLevel = 9;
constexpr std::size_t kMaxIndexBytes = 8U << 20U;  // decompressed; 16384 entries of at most 60 bytes, and the capture ids
constexpr std::size_t kTypes = model::kAllProfileTypes.size();
constexpr std::size_t kCauses = 3;

std::int64_t difference(std::uint64_t a, std::uint64_t b) {
  return static_cast<std::int64_t>(a - b);
}

/// The previous value of the same type: sizes and durations of a type resemble each other.
using LastOfType = std::array<std::uint64_t, kTypes>;

// Writes or reads one column; both directions are the same walk, so that they cannot disagree.
template <class Field>
void write_column(std::string& out, const BlockIndex& index, Field field) {
  LastOfType last{};
  for (const auto& entry : index.entries) {
    auto& previous = last[static_cast<std::size_t>(entry.type)];
    const std::uint64_t value = field(entry);
    append_varint(out, zigzag(difference(value, previous)));
    previous = value;
  }
}

template <class Field>
void read_column(VarintReader& in, BlockIndex& index, Field assign) {
  LastOfType last{};
  for (auto& entry : index.entries) {
    auto& previous = last[static_cast<std::size_t>(entry.type)];
    previous += static_cast<std::uint64_t>(in.signed_varint());
    assign(entry, previous);
  }
}

template <class T>
T narrow(std::uint64_t value, bool& failed) {
  if (value > std::numeric_limits<T>::max()) failed = true;
  return static_cast<T>(value);
}

/// Types and causes come first: the other columns are told apart by type.
bool read_kinds(VarintReader& in, BlockIndex& index) {
  for (auto& entry : index.entries) {
    const std::uint64_t kind = in.varint();
    if (kind >= kTypes * kCauses) return false;
    entry.type = static_cast<model::ProfileType>(kind % kTypes);
    entry.cause = static_cast<model::Cause>(kind / kTypes);
  }
  return true;
}

/// Starts and ids follow the order of the file, not the type.
void write_places(std::string& out, const BlockIndex& index) {
  std::uint64_t start = 0;
  for (const auto& entry : index.entries) {
    append_varint(out, zigzag(difference(static_cast<std::uint64_t>(entry.start_ns), start)));
    start = static_cast<std::uint64_t>(entry.start_ns);
  }
  std::uint32_t unique = 0;
  for (const auto& entry : index.entries) {
    append_varint(out, zigzag(std::int64_t{entry.unique} - unique));
    unique = entry.unique;
  }
  std::uint64_t end = 0;
  for (const auto& entry : index.entries) {
    append_varint(out, zigzag(difference(entry.offset, end)));  // 0 but for the first: frames follow each other
    end = std::uint64_t{entry.offset} + entry.frame_bytes;
  }
}

bool read_places(VarintReader& in, BlockIndex& index) {
  bool failed = false;
  std::uint64_t start = 0;
  for (auto& entry : index.entries) {
    start += static_cast<std::uint64_t>(in.signed_varint());
    entry.start_ns = static_cast<std::int64_t>(start);
  }
  std::uint64_t unique = 0;
  for (auto& entry : index.entries) {
    unique += static_cast<std::uint64_t>(in.signed_varint());
    entry.unique = narrow<std::uint32_t>(unique, failed);
  }
  std::uint64_t end = 0;
  for (auto& entry : index.entries) {
    end += static_cast<std::uint64_t>(in.signed_varint());
    entry.offset = narrow<std::uint32_t>(end, failed);
    end += entry.frame_bytes;
  }
  return !failed;
}

}  // namespace

model::SnapshotId id_of(const IndexEntry& entry) {
  return model::make_snapshot_id(from_unix_nanos(entry.start_ns), entry.unique);
}

model::Snapshot snapshot_of(const BlockIdentity& identity, const BlockIndex& index, const IndexEntry& entry) {
  model::Snapshot snapshot;
  snapshot.id = id_of(entry);
  snapshot.info.component = identity.component;
  snapshot.info.type = entry.type;
  snapshot.info.start = from_unix_nanos(entry.start_ns);
  snapshot.info.duration = Duration(entry.duration_ns);
  snapshot.info.cause = entry.cause;
  snapshot.info.process = identity.process;
  snapshot.info.component_version = identity.component_version;
  if (entry.capture > 0) snapshot.info.capture_id = index.captures[entry.capture - 1];
  snapshot.info.fetched_bytes = entry.fetched_bytes;
  snapshot.stored_bytes = entry.frame_bytes;
  snapshot.samples = entry.samples;
  return snapshot;
}

void add_entry(BlockIndex& index, const model::Snapshot& snapshot, std::uint64_t offset) {
  const auto& info = snapshot.info;
  IndexEntry entry;
  entry.start_ns = to_unix_nanos(info.start);
  entry.duration_ns = info.duration.count();
  entry.fetched_bytes = info.fetched_bytes;
  entry.unique = static_cast<std::uint32_t>(snapshot.id.value - model::make_snapshot_id(info.start, 0).value);
  entry.offset = static_cast<std::uint32_t>(offset);
  entry.frame_bytes = static_cast<std::uint32_t>(snapshot.stored_bytes);
  entry.samples = static_cast<std::uint32_t>(std::min<std::uint64_t>(snapshot.samples, std::numeric_limits<std::uint32_t>::max()));
  entry.type = info.type;
  entry.cause = info.cause;
  if (!info.capture_id.empty()) {
    // A capture's snapshots come close together, so the one that is looked for is among the last.
    const auto found = std::find(index.captures.rbegin(), index.captures.rend(), info.capture_id);
    entry.capture = static_cast<std::uint16_t>(index.captures.rend() - found);
    if (entry.capture == 0) {
      index.captures.push_back(info.capture_id);
      entry.capture = static_cast<std::uint16_t>(index.captures.size());
    }
  }
  index.entries.push_back(entry);
}

std::string encode_index(const BlockIndex& index) {
  std::string columns;
  append_varint(columns, index.entries.size());
  append_varint(columns, index.captures.size());
  for (const auto& capture : index.captures) {
    append_varint(columns, capture.size());
    columns += capture;
  }
  for (const auto& entry : index.entries) {
    append_varint(columns, static_cast<std::size_t>(entry.type) + kTypes * static_cast<std::size_t>(entry.cause));
  }
  write_column(columns, index, [](const IndexEntry& e) { return static_cast<std::uint64_t>(e.frame_bytes); });
  write_column(columns, index, [](const IndexEntry& e) { return static_cast<std::uint64_t>(e.duration_ns); });
  write_column(columns, index, [](const IndexEntry& e) { return e.fetched_bytes; });
  write_column(columns, index, [](const IndexEntry& e) { return static_cast<std::uint64_t>(e.samples); });
  write_column(columns, index, [](const IndexEntry& e) { return static_cast<std::uint64_t>(e.capture); });
  write_places(columns, index);
  return codec::zstd_compress(columns, kZstdLevel);
}

Result<BlockIndex> decode_index(std::string_view payload) {
  auto columns = codec::zstd_decompress(payload, kMaxIndexBytes);
  if (!columns) return std::move(columns).error().context("index");
  const Error damaged(Errc::kCorrupt, "the index of a block is damaged");
  VarintReader in(*columns);
  BlockIndex index;
  const std::uint64_t count = in.varint();
  const std::uint64_t captures = in.varint();
  if (in.failed() || count > kMaxBlockSnapshots || captures > count) return damaged;
  for (std::uint64_t i = 0; i < captures; ++i) index.captures.emplace_back(in.text());
  index.entries.resize(count);
  bool failed = !read_kinds(in, index);
  if (failed) return damaged;
  read_column(in, index, [&](IndexEntry& e, std::uint64_t v) { e.frame_bytes = narrow<std::uint32_t>(v, failed); });
  read_column(in, index, [](IndexEntry& e, std::uint64_t v) { e.duration_ns = static_cast<std::int64_t>(v); });
  read_column(in, index, [](IndexEntry& e, std::uint64_t v) { e.fetched_bytes = v; });
  read_column(in, index, [&](IndexEntry& e, std::uint64_t v) { e.samples = narrow<std::uint32_t>(v, failed); });
  read_column(in, index, [&](IndexEntry& e, std::uint64_t v) {
    failed = failed || v > captures;
    e.capture = static_cast<std::uint16_t>(v);
  });
  if (!read_places(in, index) || failed || in.failed() || !in.rest().empty()) return damaged;
  return index;
}

void IndexSummary::add(const IndexEntry& entry) {
  const auto start = from_unix_nanos(entry.start_ns);
  const auto id = id_of(entry);
  ++snapshots;
  first = std::min(first, start);
  last = std::max(last, start);
  lowest = std::min(lowest, id);
  highest = std::max(highest, id);
  auto found = std::find_if(types.begin(), types.end(), [&](const TypeSummary& t) { return t.type == entry.type; });
  if (found == types.end()) {
    types.push_back(TypeSummary{.type = entry.type});
    found = types.end() - 1;
  }
  ++found->snapshots;
  found->first = std::min(found->first, start);
  found->last = std::max(found->last, start);
  found->stored_bytes += entry.frame_bytes;
  found->fetched_bytes += entry.fetched_bytes;
}

IndexSummary summarise(const BlockIndex& index) {
  IndexSummary summary;
  for (const auto& entry : index.entries) summary.add(entry);
  return summary;
}

}  // namespace agent::store
