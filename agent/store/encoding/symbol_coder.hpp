// Codes new strings and functions of a dictionary. FORMAT.md, "Strings and functions".
//
// A Go function's name says its package, and its file lies in a folder named after the package: each of the parts is coded once.
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/encoding/text_streams.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace agent::store {

/// How much of a function's name is its package's path: up to the first dot after the last slash that is not within brackets.
[[nodiscard]] std::size_t package_length(std::string_view function_name);

class SymbolCoder {
 public:
  /// `dictionary` outlives the coder.
  explicit SymbolCoder(Dictionary& dictionary);

  /// A string by its id, in full when it is new.
  std::uint32_t code_string(BitCoder& io, std::uint32_t id);
  /// The next function: all that the dictionary holds of it. When writing it is the one with id functions_coded().
  void code_function(BitCoder& io);

  /// The strings of the record, which are apart from its bits: opened before reading, finished after writing.
  [[nodiscard]] TextStreams& texts() { return text_; }

  [[nodiscard]] std::uint32_t functions_coded() const { return static_cast<std::uint32_t>(package_of_.size()); }
  /// Of a function that was coded; a dense id.
  [[nodiscard]] std::uint32_t package_of(std::uint32_t function) const { return package_of_[function]; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  std::string code_text(BitCoder& io, std::string_view text, TextKind kind);
  std::uint32_t code_package(BitCoder& io, std::string_view package);
  std::uint32_t code_file(BitCoder& io, std::uint32_t string, std::uint32_t package);
  std::uint32_t code_new_file(BitCoder& io, std::string_view path, std::uint32_t package);
  void note_string(std::uint32_t id);

  Dictionary& dictionary_;
  TextStreams text_;
  ContextCoder coder_;
  std::uint32_t strings_coded_ = 1;  // those the reader has by now; the writer's dictionary is ahead
  StringPool packages_;
  StringPool roots_;
  std::vector<std::uint32_t> package_of_;                  // of each function
  std::vector<std::vector<std::uint32_t>> package_files_;  // string ids, most recent first
  std::vector<std::uint32_t> files_;                       // string ids
  std::uint32_t last_package_ = 0;
  bool package_repeats_ = false;
};

}  // namespace agent::store
