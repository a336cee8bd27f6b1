#include "agent/config/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace agent::config {
namespace {

// Thrown to leave yaml-cpp's parser; they never leave this file.
struct Stop {};            ///< a limit is passed
struct SecondDocument {};  ///< the first one is whole

Mark to_mark(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return Mark{static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Problems& problems) : problems_(problems) {}

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ == 1) return;
    problems_.add(to_mark(mark), "", "a second document starts here; a configuration is one document");
    throw SecondDocument{};
  }
  void OnDocumentEnd() override {}
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    problems_.add(to_mark(mark), "", "anchor " + quote("&" + name) + " is not supported; write the value out");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    problems_.add(to_mark(mark), "", "an alias (*name) is not supported; write the value out");
    take(make(mark, YamlNode::Kind::kRefused));
  }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override { take(make(mark, YamlNode::Kind::kNull)); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/, const std::string& value) override {
    YamlNode node = make(mark, check_tag(mark, tag) ? YamlNode::Kind::kScalar : YamlNode::Kind::kRefused);
    node.scalar = value;
    node.quoted = tag == "!";  // yaml-cpp's tag of scalars that are not plain
    take(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(make(mark, YamlNode::Kind::kSequence));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/, YAML::EmitterStyle::value) override {
    check_tag(mark, tag);
    open(make(mark, YamlNode::Kind::kMap));
  }
  void OnMapEnd() override { close(); }

 private:
  /// A sequence or map that is being read, and the key that waits for its value.
  struct Level {
    YamlNode node;
    bool has_key = false;
    Entry pending;
    bool drop_pending = false;
  };

  YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (++nodes_ > kMaxYamlNodes) refuse(mark, "more than " + std::to_string(kMaxYamlNodes) + " values and keys");
    YamlNode node;
    node.kind = kind;
    node.mark = to_mark(mark);
    return node;
  }

  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& why) {
    problems_.add(to_mark(mark), "", why);
    throw Stop{};
  }

  bool check_tag(const YAML::Mark& mark, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return true;
    problems_.add(to_mark(mark), "", "tag " + quote(tag) + " is not supported; leave it out");
    return false;
  }

  void open(YamlNode node) {
    if (levels_.size() == kMaxYamlDepth) {
      problems_.add(node.mark, "", "more than " + std::to_string(kMaxYamlDepth) + " levels");
      throw Stop{};
    }
    levels_.push_back(Level{std::move(node), false, {}, false});
  }

  void close() {
    YamlNode node = std::move(levels_.back().node);
    levels_.pop_back();
    take(std::move(node));
  }

  /// A finished node goes to where it belongs: the root, a sequence, or a key or a value of a map.
  void take(YamlNode node) {
    if (levels_.empty()) {
      root_ = std::move(node);
    } else if (levels_.back().node.kind == YamlNode::Kind::kSequence) {
      levels_.back().node.items.push_back(std::move(node));
    } else if (!levels_.back().has_key) {
      take_key(levels_.back(), std::move(node));
    } else {
      take_value(levels_.back(), std::move(node));
    }
  }

  void take_key(Level& level, YamlNode node) {
    level.has_key = true;
    level.drop_pending = node.kind != YamlNode::Kind::kScalar;
    level.pending = Entry{std::move(node.scalar), node.mark, {}};
    if (node.kind == YamlNode::Kind::kRefused) return;
    if (level.drop_pending) {
      problems_.add(node.mark, "", "a key must be a word");
      return;
    }
    const auto& entries = level.node.entries;
    const auto first = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == level.pending.key; });
    if (first == entries.end()) return;
    problems_.add(node.mark, "", "duplicate key " + quote(first->key) + ", first at line " + std::to_string(first->mark.line));
    level.drop_pending = true;
  }

  static void take_value(Level& level, YamlNode node) {
    level.has_key = false;
    if (level.drop_pending) return;
    level.pending.value = std::move(node);
    level.node.entries.push_back(std::move(level.pending));
  }

  Problems& problems_;
  YamlNode root_;
  std::vector<Level> levels_;
  std::size_t nodes_ = 0;
  std::size_t documents_ = 0;
};

}  // namespace

namespace {

/// Bytes of the well-formed UTF-8 character at the front of `text`, 0 when there is none (table 3-7 of the Unicode standard).
std::size_t character_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0); };
  const auto continues = [&](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const unsigned first = at(0);
  const unsigned second = at(1);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool fits = continues(1) && (first != 0xE0 || second >= 0xA0) && (first != 0xED || second <= 0x9F);
    return fits && continues(2) ? 3 : 0;
  }
  if (first < 0xF0 || first > 0xF4) return 0;
  const bool fits = continues(1) && (first != 0xF0 || second >= 0x90) && (first != 0xF4 || second <= 0x8F);
  return fits && continues(2) && continues(3) ? 4 : 0;
}

/// Where the first byte stands that is not UTF-8, columns counted in characters as yaml-cpp does.
std::optional<Mark> find_bad_utf8(std::string_view text) {
  Mark mark{1, 1};
  while (!text.empty()) {
    const auto length = character_length(text);
    if (length == 0) return mark;
    mark = text.front() == '\n' ? Mark{mark.line + 1, 1} : Mark{mark.line, mark.column + 1};
    text.remove_prefix(length);
  }
  return std::nullopt;
}

}  // namespace

std::optional<YamlNode> read_yaml(std::string_view text, Problems& problems) {
  if (text.size() > kMaxYamlBytes) {
    problems.add({}, "", "larger than 1MiB");
    return std::nullopt;
  }
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    problems.add({}, "", "byte " + std::to_string(nul) + " is NUL; a configuration is text in UTF-8");
    return std::nullopt;
  }
  if (const auto mark = find_bad_utf8(text)) {
    problems.add(*mark, "", "a byte that is not UTF-8; a configuration is text in UTF-8");
    return std::nullopt;
  }
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(problems);
  try {
    YAML::Parser parser(stream);
    if (parser.HandleNextDocument(builder)) parser.HandleNextDocument(builder);
    return builder.take_root();
  } catch (const SecondDocument&) {
    return builder.take_root();
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& error) {
    problems.add(to_mark(error.mark), "", "this is not YAML: " + error.msg);
    return std::nullopt;
  }
}

}  // namespace agent::config
