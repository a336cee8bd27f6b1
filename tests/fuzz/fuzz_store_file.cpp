// A block file of any bytes: reading, verifying and recovering it ends, within bounds, and recovery leaves what can be read again.
//
// The first byte says how to make the file: even, the rest is the file; odd, the rest is cut into frames whose checksums are right, so that
// the fuzzer gets behind them: type, length (one byte), payload, and so on.
#include "agent/base/clock.hpp"
#include "agent/store/block_file.hpp"
#include "agent/store/folder_source.hpp"
#include "agent/store/folder_store.hpp"
#include "agent/store/frame.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/support/fake_logger.hpp"
#include "tests/support/memory_file_system.hpp"

#include <set>

namespace {

using namespace agent;
using tests::promise;

constexpr std::size_t kMaxReads = 20;

std::string framed(std::string_view bytes) {
  std::string file = store::encode_block_start({.identity = {.component = "fuzz", .process = {}, .component_version = ""}});
  while (bytes.size() >= 2) {
    const char type = bytes[0];
    const auto size = std::min<std::size_t>(static_cast<unsigned char>(bytes[1]), bytes.size() - 2);
    store::append_frame(file, static_cast<store::FrameType>(type), bytes.substr(2, size));
    bytes.remove_prefix(2 + size);
  }
  return file;
}

std::set<model::SnapshotId> read_some(const store::StoreReader& reader) {
  std::set<model::SnapshotId> ids;
  const auto done = reader.for_each({}, [&](const model::Snapshot& snapshot) { return ids.insert(snapshot.id), ids.size() < kMaxReads; });
  promise(done.has_value(), "a listing passes over what is damaged");
  for (const auto id : ids) static_cast<void>(reader.read(id));
  promise(reader.series().has_value(), "series pass over what is damaged");
  promise(reader.verify().has_value(), "verify reports, and goes on");
  return ids;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  auto files = std::make_shared<tests::MemoryFileSystem>();
  files->put("fuzz-0000000000000-00000000.kpb", data[0] % 2 == 0 ? std::string(bytes) : framed(bytes));

  auto reader = store::open_reader(files, "/store");
  promise(reader.has_value(), "a folder with a bad file opens");
  const auto before = read_some(**reader);

  const SystemClock clock;
  tests::FakeLogger log;
  store::StoreOptions options;
  options.path = "/store";
  options.max_bytes = options.min_free_bytes = 0;
  options.max_age = Duration(0);
  auto recovered = store::FolderStore::open(files, options, clock, log);
  promise(recovered.has_value(), "a store with a bad file opens");
  promise(read_some((*recovered)->reader()) == before, "recovery keeps what could be listed");
  return 0;
}
