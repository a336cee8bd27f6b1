// Odd profiles for property tests: valid in every index, strange in everything else.
#pragma once

#include "agent/pprof/profile.hpp"

#include <cstdint>
#include <random>
#include <string>

namespace tests {

/// Profiles of one generator share strings, addresses and stacks, as those of one process do.
class RandomProfiles {
 public:
  explicit RandomProfiles(std::uint32_t seed) : random_(seed) {}

  agent::pprof::Profile next() {
    agent::pprof::Profile p;
    for (int i = 0; i < 30; ++i) p.strings.append(text());
    const std::size_t columns = below(5);
    for (std::size_t i = 0; i < columns; ++i) p.sample_types.push_back({string(p), string(p)});
    if (columns == 4 && below(2) == 0) make_heap_like(p);
    for (std::size_t i = below(4); i > 0; --i) add_mapping(p);
    for (std::size_t i = below(12); i > 0; --i) p.functions.push_back({string(p), string(p), string(p), below(3) == 0 ? number() : 0});
    for (std::size_t i = below(20); i > 0; --i) add_location(p);
    for (std::size_t i = columns == 0 ? 0 : below(40); i > 0; --i) add_sample(p);
    add_header(p);
    return p;
  }

 private:
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }
  std::int64_t number() {
    switch (below(6)) {
      case 0:
        return 0;
      case 1:
        return static_cast<std::int64_t>(below(10));
      case 2:
        return -static_cast<std::int64_t>(below(1000));
      case 3:
        return std::numeric_limits<std::int64_t>::min() + static_cast<std::int64_t>(below(2));
      case 4:
        return std::numeric_limits<std::int64_t>::max() - static_cast<std::int64_t>(below(2));
      default:
        return static_cast<std::int64_t>(random_());
    }
  }
  std::string text() {
    static constexpr const char* kTexts[] = {"",
                                             "main.main",
                                             "runtime.gopark",
                                             "/usr/lib/go/src/runtime/proc.go",
                                             "k8s.io/a/b.(*T).f",
                                             "k8s.io/a/b",
                                             "/root/go/k8s.io/a/b/c.go",
                                             "bytes",
                                             "count",
                                             "x/y.F[go.shape.struct { z/w.A }]",
                                             "\xff\xfe not utf-8",
                                             ".",
                                             "/",
                                             "a/",
                                             "[["};
    std::string result = kTexts[below(std::size(kTexts))];
    if (below(4) == 0) result.append(1, static_cast<char>(below(256))).append(std::to_string(below(20)));
    if (below(20) == 0) result.append(1, '\0').append(below(300), 'z');
    return result;
  }
  agent::pprof::StringId string(const agent::pprof::Profile& p) { return static_cast<agent::pprof::StringId>(below(p.strings.size())); }

  void make_heap_like(agent::pprof::Profile& p) {
    const auto count = p.strings.append("count");
    const auto bytes = p.strings.append("bytes");
    for (std::size_t i = 0; i < 4; ++i) p.sample_types[i] = {p.strings.append(std::to_string(i)), i % 2 == 0 ? count : bytes};
    p.period = below(2) == 0 ? 524288 : number();
  }
  void add_mapping(agent::pprof::Profile& p) {
    const auto start = static_cast<std::uint64_t>(below(3) * 0x400000);
    p.mappings.push_back({start, below(3) == 0 ? static_cast<std::uint64_t>(number()) : start + 0x1000, below(2), string(p), string(p),
                          below(2) == 0, below(2) == 0, below(2) == 0, below(2) == 0});
    if (below(6) == 0) p.mappings.push_back(p.mappings.back());
  }
  void add_location(agent::pprof::Profile& p) {
    agent::pprof::Location location;
    location.address = below(4) == 0 ? static_cast<std::uint64_t>(number()) : 0x400000 + below(60);
    location.mapping = p.mappings.empty() || below(3) == 0 ? agent::pprof::kNone : static_cast<std::uint32_t>(below(p.mappings.size()));
    location.first_line = static_cast<std::uint32_t>(p.lines.size());
    for (std::size_t i = p.functions.empty() ? 0 : below(4); i > 0; --i) {
      p.lines.push_back({static_cast<std::uint32_t>(below(p.functions.size())),
                         below(3) == 0 ? number() : static_cast<std::int64_t>(below(90)), below(5) == 0 ? number() : 0});
    }
    location.line_count = static_cast<std::uint32_t>(p.lines.size()) - location.first_line;
    location.is_folded = below(5) == 0;
    p.locations.push_back(location);
    if (below(5) == 0) p.locations.push_back(location);
  }
  void add_sample(agent::pprof::Profile& p) {
    for (std::size_t i = p.locations.empty() ? 0 : below(8); i > 0; --i)
      p.stack.push_back(static_cast<std::uint32_t>(below(p.locations.size())));
    p.stack_begin.push_back(static_cast<std::uint32_t>(p.stack.size()));
    const std::size_t copies = below(6) == 0 ? 2 : 1;
    for (std::size_t i = 0; i < p.sample_types.size(); ++i) p.values.push_back(number());
    for (std::size_t i = below(4) == 0 ? below(4) : 0; i > 0; --i) add_label(p);
    if (below(2) == 0 && p.period == 524288)
      p.labels.push_back({p.strings.append("bytes"), 0, static_cast<std::int64_t>(8 + 8 * below(9)), 0});
    p.label_begin.push_back(static_cast<std::uint32_t>(p.labels.size()));
    if (copies == 2) repeat_sample(p);
  }
  void add_label(agent::pprof::Profile& p) {
    agent::pprof::Label label;
    label.key = string(p);
    if (below(2) == 0) {
      label.str = string(p);
    } else {
      label.num = number();
      label.num_unit = string(p);
    }
    if (!p.strings[label.str].empty() || label.num != 0 || !p.strings[label.num_unit].empty()) p.labels.push_back(label);
  }
  void repeat_sample(agent::pprof::Profile& p) {
    const std::size_t last = p.sample_count() - 1;
    for (std::size_t i = p.stack_begin[last]; i < p.stack_begin[last + 1]; ++i) p.stack.push_back(p.stack[i]);
    p.stack_begin.push_back(static_cast<std::uint32_t>(p.stack.size()));
    for (std::size_t i = 0; i < p.sample_types.size(); ++i) p.values.push_back(number());
    const auto end = p.label_begin[last + 1];
    for (std::size_t i = p.label_begin[last]; i < end; ++i) p.labels.push_back(p.labels[i]);
    p.label_begin.push_back(static_cast<std::uint32_t>(p.labels.size()));
  }
  void add_header(agent::pprof::Profile& p) {
    p.drop_frames = string(p);
    p.keep_frames = string(p);
    p.default_sample_type = string(p);
    p.doc_url = string(p);
    p.period_type = {string(p), string(p)};
    if (p.period == 0) p.period = number();
    p.time_nanos = number();
    p.duration_nanos = number();
    for (std::size_t i = below(3); i > 0; --i) p.comments.push_back(string(p));
  }

  std::mt19937 random_;
};

}  // namespace tests
