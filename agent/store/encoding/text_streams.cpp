#include "agent/store/encoding/text_streams.hpp"

#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/varint.hpp"

#include <algorithm>

namespace agent::store {
namespace {

constexpr std::size_t kPrefix = std::size_t{256} << 10U;
// Of a block: twice the strings, were each byte escaped, and their ends.
constexpr std::size_t kMaxContent = 2 * DictionaryLimits::kTextBytes + 16 * DictionaryLimits::kStrings;
constexpr std::size_t kLargeContent = std::size_t{16} << 10U;
constexpr std::size_t kHugeContent = std::size_t{512} << 10U;  // past it kLargeLevel takes tens of MiB while it works
constexpr int kLargeLevel = 13;
constexpr int kSmallLevel = 6;
constexpr char kEnd = '\0';
constexpr char kEscape = '\1';  // before a byte that is kEnd or kEscape itself

}  // namespace

void TextStreams::put(std::string_view text, TextKind kind) {
  std::string& to = written_[static_cast<std::size_t>(kind)];
  for (const char c : text) {
    if (c == kEnd || c == kEscape) to.push_back(kEscape);
    to.push_back(c);
  }
  to.push_back(kEnd);
}

std::string TextStreams::finish() {
  std::string content;
  if (std::ranges::all_of(written_, &std::string::empty)) return content;
  for (std::string& stream : written_) {
    append_varint(content, stream.size());
    content.append(stream);
    stream = {};
  }
  return content;
}

bool TextStreams::open(std::string_view content) {
  unread_ = {};
  if (content.empty()) return true;
  VarintReader streams(content);
  for (std::string_view& stream : unread_) stream = streams.text();
  return !streams.failed() && streams.rest().empty();
}

bool TextStreams::take(TextKind kind, std::string& text) {
  std::string_view& from = unread_[static_cast<std::size_t>(kind)];
  const std::size_t plain = from.find_first_of(std::string_view("\0\1", 2));
  if (plain == std::string_view::npos) return false;
  text.assign(from.substr(0, plain));
  std::size_t i = plain;
  for (; i < from.size() && from[i] != kEnd; ++i) {
    if (from[i] == kEscape && ++i == from.size()) return false;
    text.push_back(from[i]);
  }
  if (i >= from.size()) return false;
  from.remove_prefix(i + 1);
  return true;
}

std::string TextPacker::pack(std::string_view content) {
  const int level = content.size() > kLargeContent && content.size() <= kHugeContent ? kLargeLevel : kSmallLevel;
  const std::string packed = content.empty() ? std::string() : codec::ZstdCompressor(level).compress(content, prefix());
  const bool pays = packed.size() < content.size();
  const std::string_view bytes = pays ? packed : content;
  std::string section;
  append_varint(section, 2 * std::uint64_t{bytes.size()} + (pays ? 1 : 0));
  section.append(bytes);
  remember(content);
  return section;
}

Result<std::string> TextPacker::unpack(std::string_view& bytes, std::size_t most) {
  most = std::min(most, kMaxContent);
  VarintReader in(bytes);
  const std::uint64_t tag = in.varint();
  if (in.failed() || tag / 2 > in.rest().size()) return Error(Errc::kCorrupt, "its text is cut short");
  const std::string_view stored = in.rest().substr(0, tag / 2);
  bytes = in.rest().substr(tag / 2);
  std::string content(tag % 2 == 0 ? stored : "");
  if (tag % 2 == 1) {
    if (!decompressor_) decompressor_ = std::make_unique<codec::ZstdDecompressor>();
    auto unpacked = decompressor_->decompress(stored, most - unpacked_, prefix());
    if (!unpacked) return unpacked;
    content = std::move(*unpacked);
  }
  if (content.size() > most - unpacked_) return Error(Errc::kTooLarge, "more text than a block can have");
  unpacked_ += content.size();
  remember(content);
  return content;
}

void TextPacker::remember(std::string_view content) {
  if (content.size() >= kPrefix) {
    history_.assign(content.substr(content.size() - kPrefix));
    return;
  }
  history_.append(content);
  if (history_.size() > 2 * kPrefix) history_.erase(0, history_.size() - kPrefix);
}

std::string_view TextPacker::prefix() const {
  return std::string_view(history_).substr(history_.size() - std::min(history_.size(), kPrefix));
}

}  // namespace agent::store
