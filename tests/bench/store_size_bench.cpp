// What the store's encoding makes of real profiles: bytes by component and type, where they go, and what CPU time encoding and decoding
// cost. Reads <folder>/<component>/<type>-NNNN.pb.gz: store_size_bench [FOLDER [ROUNDS]] ROUNDS of a made series of kube-apiserver, or of
// the first component there is, show how it grows (0: none). By default a day's, every ten seconds, in blocks of six hours: about a minute.
// links: base model codec pprof store
#include "agent/base/file.hpp"
#include "agent/pprof/decode.hpp"
#include "agent/store/encoding/block_decoder.hpp"
#include "agent/store/encoding/block_encoder.hpp"
#include "tests/support/canonical_profile.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

namespace {

using agent::model::ProfileType;

constexpr std::array kTypes{ProfileType::kHeap,  ProfileType::kAllocs, ProfileType::kGoroutine,
                            ProfileType::kBlock, ProfileType::kMutex,  ProfileType::kCpu};

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

double cpu_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

struct Input {
  ProfileType type;
  std::size_t gz_bytes;
  agent::pprof::Profile profile;
};

std::vector<Input> load(const std::filesystem::path& folder) {
  std::vector<Input> inputs;
  for (int round = 1;; ++round) {
    bool any = false;
    for (const ProfileType type : kTypes) {
      char name[64];
      std::snprintf(name, sizeof name, "%s-%04d.pb.gz", std::string(agent::model::to_string(type)).c_str(), round);
      const std::string bytes = read_file(folder / name);
      if (bytes.empty()) continue;
      any = true;
      auto profile = agent::pprof::decode(bytes);
      if (!profile) {
        std::printf("%s: %s\n", name, profile.error().message().c_str());
        std::exit(1);
      }
      inputs.push_back({type, bytes.size(), std::move(*profile)});
    }
    if (!any) return inputs;
  }
}

struct Encoded {
  std::vector<std::string> payloads;
  std::vector<double> encode_ms;
  agent::store::EncodingBytes bytes;
  std::size_t memory = 0;
};

constexpr std::size_t kFraming = 8;

Encoded encode(const std::string& component, const std::vector<Input>& inputs) {
  agent::store::BlockEncoder encoder({component, {}, ""});
  Encoded out;
  std::uint32_t unique = 0;
  for (const Input& input : inputs) {
    agent::model::SnapshotInfo info;
    info.component = component;
    info.type = input.type;
    info.start = agent::from_unix_nanos(input.profile.time_nanos);
    info.duration = agent::Duration(input.profile.duration_nanos);
    info.fetched_bytes = input.gz_bytes;
    const double begin = cpu_ms();
    auto payload = encoder.encode(info, agent::model::make_snapshot_id(info.start, ++unique), input.profile);
    out.encode_ms.push_back(cpu_ms() - begin);
    if (!payload) {
      std::printf("%s: %s\n", component.c_str(), payload.error().message().c_str());
      std::exit(1);
    }
    out.payloads.push_back(std::move(*payload));
  }
  out.bytes = encoder.bytes();
  out.memory = encoder.memory_bytes();
  return out;
}

bool check(const std::string& component, const std::vector<Input>& inputs, const Encoded& encoded) {
  const double begin = cpu_ms();
  agent::store::BlockDecoder decoder({component, {}, ""});
  for (const std::string& payload : encoded.payloads) {
    if (auto added = decoder.add(payload, kFraming); !added) return std::printf("add: %s\n", added.error().message().c_str()), false;
  }
  const double listed = cpu_ms();
  if (auto last = decoder.read(inputs.size() - 1); !last) return std::printf("read: %s\n", last.error().message().c_str()), false;
  const double first = cpu_ms();
  std::vector<agent::pprof::Profile> profiles;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto read = decoder.read(i);
    if (!read) return std::printf("read %zu: %s\n", i, read.error().message().c_str()), false;
    profiles.push_back(std::get<agent::pprof::Profile>(std::move(*read)));
  }
  const double all = cpu_ms();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (tests::canonical_dump(inputs[i].profile) != tests::canonical_dump(profiles[i]))
      return std::printf("snapshot %zu differs\n", i), false;
  }
  std::printf("  list %.2f ms, first read %.1f ms, then all %zu in %.1f ms; all come back the same\n", listed - begin, first - listed,
              inputs.size(), all - first);
  return true;
}

void report(const std::string& component, const std::vector<Input>& inputs, const Encoded& encoded) {
  std::map<ProfileType, std::array<double, 3>> by_type;
  double gz = 0;
  double stored = 0;
  double cpu = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto& row = by_type[inputs[i].type];
    row[0] += static_cast<double>(inputs[i].gz_bytes);
    row[1] += static_cast<double>(encoded.payloads[i].size() + kFraming);
    row[2] += encoded.encode_ms[i];
    gz += static_cast<double>(inputs[i].gz_bytes);
    stored += static_cast<double>(encoded.payloads[i].size() + kFraming);
    cpu += i >= kTypes.size() ? encoded.encode_ms[i] : 0;
  }
  std::printf("%-24s %10.0f -> %8.0f  %6.2f x\n", component.c_str(), gz, stored, gz / stored);
  for (const ProfileType type : kTypes) {
    std::printf("  %-10s %10.0f -> %8.0f  %6.2f x   %7.2f ms\n", std::string(agent::model::to_string(type)).c_str(), by_type[type][0],
                by_type[type][1], by_type[type][0] / by_type[type][1], by_type[type][2]);
  }
  std::printf("  heads+framing %zu, rows %zu", static_cast<std::size_t>(encoded.bytes.heads) + kFraming * inputs.size(),
              static_cast<std::size_t>(encoded.bytes.rows));
  for (std::size_t i = 0; i < encoded.bytes.dictionary.bits.size(); ++i)
    std::printf(", %s %.0f", agent::store::SectionBits::kNames[i], encoded.bytes.dictionary.bits[i] / 8);
  std::printf("\n  first snapshot %.1f ms, first round %.1f ms, then %.2f ms a round; encoder %zu KiB\n", encoded.encode_ms[0],
              encoded.encode_ms[0] + encoded.encode_ms[1] + encoded.encode_ms[2] + encoded.encode_ms[3] + encoded.encode_ms[4] +
                  encoded.encode_ms[5],
              cpu / (static_cast<double>(inputs.size()) / kTypes.size() - 1), encoded.memory / 1024);
}

constexpr std::size_t kRoundsOfABlock = 2160;  // six hours

/// A made day: the rounds over and over, cumulative values going on from where the last pass ended, 10 s apart.
void report_growth(const std::string& component, const std::vector<Input>& inputs, std::size_t rounds) {
  const std::size_t per_round = kTypes.size();
  const std::size_t recorded = inputs.size() / per_round;
  agent::store::BlockEncoder encoder({component, {}, ""});
  double stored = 0;
  double cpu = 0;
  double all = 0;
  std::printf("  %s as it grows, bytes a snapshot (ms a round):", component.c_str());
  std::size_t since = 0;
  std::uint64_t random = 88172645463325252ULL;
  for (std::size_t round = 0; round < rounds; ++round) {
    if (round % kRoundsOfABlock == 0) encoder = agent::store::BlockEncoder({component, {}, ""});
    // Forth and back, so that a step is always one that was recorded.
    const std::size_t at = round % (2 * recorded - 2);
    const std::size_t source = at < recorded ? at : 2 * recorded - 2 - at;
    for (std::size_t i = 0; i < per_round; ++i) {
      agent::pprof::Profile profile = inputs[source * per_round + i].profile;
      // What counts from the start of the process goes on; a few rows more than were recorded move each time.
      if (agent::model::is_cumulative(inputs[i].type)) {
        for (std::size_t k = 0; k < profile.values.size(); ++k) {
          random ^= random << 13U, random ^= random >> 7U, random ^= random << 17U;
          if (random % 8 == 0) profile.values[k] += profile.values[k] / 64 * static_cast<std::int64_t>(1 + round / 8);
        }
      }
      profile.time_nanos = inputs[i].profile.time_nanos + static_cast<std::int64_t>(round) * 10000000000;
      agent::model::SnapshotInfo info;
      info.component = component;
      info.type = inputs[i].type;
      info.start = agent::from_unix_nanos(profile.time_nanos);
      info.duration = agent::Duration(profile.duration_nanos);
      info.fetched_bytes = inputs[i].gz_bytes;
      const double begin = cpu_ms();
      auto payload = encoder.encode(info, agent::model::make_snapshot_id(info.start, static_cast<std::uint32_t>(round)), profile);
      cpu += cpu_ms() - begin;
      if (!payload) return static_cast<void>(std::printf(" %s\n", payload.error().message().c_str()));
      stored += static_cast<double>(payload->size() + kFraming);
    }
    ++since;
    if (std::has_single_bit(round + 1) || round + 1 == rounds) {
      all += stored;
      std::printf(" %zu: %.0f (%.1f)", round + 1, stored / static_cast<double>(since * per_round), cpu / static_cast<double>(since));
      std::fflush(stdout);
      stored = cpu = 0;
      since = 0;
    }
  }
  std::printf("; %.1f MB in all; encoder %zu KiB\n", all / 1e6, encoder.memory_bytes() / 1024);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : KPROFD_SOURCE_DIR "/../shared/profiles";
  const std::size_t rounds = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 4 * kRoundsOfABlock;
  std::vector<std::filesystem::path> components;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.is_directory()) components.push_back(entry.path());
  }
  std::ranges::sort(components);
  const bool has_apiserver = std::ranges::find(components, folder / "kube-apiserver") != components.end();
  bool good = true;
  for (const auto& path : components) {
    const auto inputs = load(path);
    const Encoded encoded = encode(path.filename(), inputs);
    report(path.filename(), inputs, encoded);
    good = check(path.filename(), inputs, encoded) && good;
    const bool grows = has_apiserver ? path.filename() == "kube-apiserver" : path == components.front();
    if (rounds > 0 && grows) report_growth(path.filename(), inputs, rounds);
  }
  return good ? 0 : 1;
}
