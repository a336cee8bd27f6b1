// The metadata at the front of each record: a few varints, against the records before it, that can be read without the rest.
// FORMAT.md, "Head".
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/snapshot.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace agent::store {

struct RecordHead {
  model::SnapshotId id;
  model::SnapshotInfo info;  ///< without component, process and version, which are the block's
  std::uint64_t samples = 0;
  bool raw = false;
  std::uint64_t dictionary_bytes = 0;  ///< of the section after the head; 0 for raw records
};

/// One for each direction; the records of a block in order.
class RecordHeadCodec {
 public:
  [[nodiscard]] std::string encode(const RecordHead& head);
  /// Takes the head off the front of `bytes`. Errors: kCorrupt.
  [[nodiscard]] Result<RecordHead> decode(std::string_view& bytes);

 private:
  struct Last {
    std::int64_t duration = 0;
    std::uint64_t fetched_bytes = 0;
    std::uint64_t samples = 0;
  };
  std::uint64_t last_id_ = 0;
  std::string last_capture_id_;
  std::array<Last, model::kAllProfileTypes.size()> last_{};
};

}  // namespace agent::store
