// Codes new mappings and locations of a dictionary, in the order of their addresses. FORMAT.md, "Locations".
//
// The linker lays functions of one package side by side, so what lies around an address tells its function, and a function its lines.
#pragma once

#include "agent/store/encoding/bit_coder.hpp"
#include "agent/store/encoding/context_coder.hpp"
#include "agent/store/encoding/dictionary.hpp"
#include "agent/store/encoding/symbol_coder.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace agent::store {

class LocationCoder {
 public:
  /// Both outlive the coder.
  LocationCoder(Dictionary& dictionary, SymbolCoder& symbols);

  /// The mappings, functions without a location, and locations that the dictionary has beyond what was coded, or what the reader gets.
  /// When writing, new locations are sorted as precedes() says, and their functions by first use in lines from the outermost.
  void code_mappings(BitCoder& io);
  void code_locations(BitCoder& io);
  /// Functions that no location names, after all others.
  void code_loose_functions(BitCoder& io);

  /// The order in which new locations are added: by mapping (none last), then address.
  [[nodiscard]] static bool precedes(const Location& a, const Location& b) {
    return a.mapping != b.mapping ? a.mapping < b.mapping : a.address < b.address;
  }

  [[nodiscard]] std::uint32_t locations_coded() const { return locations_coded_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Known {
    std::uint32_t mapping = 0;
    std::uint64_t address = 0;
    std::uint32_t location = 0;
    auto operator<=>(const Known&) const = default;
  };
  struct FunctionLines {
    std::int64_t outer = 0;
    std::int64_t inner = 0;
    bool has_outer = false;
    bool has_inner = false;
  };
  struct Neighbours {
    std::uint32_t before = kNone;  // outer functions of the known locations around the address
    std::uint32_t after = kNone;
    std::uint32_t last = kNone;  // of the location coded before, when it is of this batch
  };

  void code_location(BitCoder& io);
  std::uint64_t code_address(BitCoder& io, std::uint32_t mapping, std::uint64_t address);
  [[nodiscard]] Neighbours neighbours() const;
  std::uint32_t code_outer_function(BitCoder& io, std::uint32_t function);
  std::uint32_t code_inner_function(BitCoder& io, std::uint32_t function, std::uint32_t caller, std::uint32_t previous);
  std::uint32_t code_known_or_new(BitCoder& io, std::uint32_t function, std::uint32_t question, std::uint64_t context);
  void code_line(BitCoder& io, Line& line, bool outer);

  Dictionary& dictionary_;
  SymbolCoder& symbols_;
  ContextCoder coder_;
  std::uint32_t mappings_coded_ = 0;
  std::uint32_t locations_coded_ = 0;
  std::vector<Known> known_;  // sorted; those of batches before
  std::vector<FunctionLines> lines_;

  // Within a batch.
  std::size_t rank_ = 0;  // in known_: the first beyond the last address
  std::uint32_t last_mapping_ = 0;
  std::uint64_t last_address_ = 0;
  std::uint32_t last_location_ = kNone;
  std::uint64_t offset_width_ = 0;         // of the address beyond the last
  std::vector<std::uint32_t> last_inner_;  // functions inlined at the last location, from the outermost
};

}  // namespace agent::store
