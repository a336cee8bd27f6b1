// The later passes of decode over a profile that count_profile() found sound: fills a Profile. Private to agent/pprof.
#pragma once

#include "agent/pprof/id_index.hpp"
#include "agent/pprof/profile.hpp"
#include "agent/pprof/profile_counts.hpp"
#include "agent/pprof/wire.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::pprof {

/// Reads in an order of its own (strings, mappings and functions, then locations, then samples), since a file may have its tables in any
/// order and ids become indexes here. Use once: read(), then the questions, then take().
class ProfileReader {
 public:
  ProfileReader(std::string_view bytes, const ProfileCounts& counts);

  void read();

  /// A string index pointed outside the table: to Go that is no profile at all, and it says so before it checks anything else.
  [[nodiscard]] bool has_bad_string() const { return has_bad_string_; }
  /// The first complaint of Go's CheckValid, in its order and words.
  [[nodiscard]] std::optional<std::string> complaint() const;
  [[nodiscard]] Profile take() && { return std::move(profile_); }

 private:
  struct BadLocation {
    std::uint32_t location;
    std::uint64_t id;
  };

  void reserve();
  void read_tables();
  void read_header(const FieldReader& fields);
  void read_mapping(std::string_view message);
  void read_function(std::string_view message);
  void read_locations();
  void read_location(std::string_view message);
  void read_line(std::string_view message);
  void read_samples();
  void read_sample(std::string_view message);
  void read_label(std::string_view message);
  void check_sample(std::size_t value_count, bool has_unknown_location);
  ValueType read_value_type(std::string_view message);
  StringId string_id(std::uint64_t index);
  [[nodiscard]] std::optional<std::string> location_complaint() const;

  std::string_view bytes_;
  ProfileCounts counts_;
  Profile profile_;
  std::size_t stack_read_ = 0;   // of profile_.stack, which has its final size from the start
  std::size_t values_read_ = 0;  // of profile_.values, likewise
  std::vector<std::uint64_t> mapping_ids_;
  std::vector<std::uint64_t> function_ids_;
  std::vector<std::uint64_t> location_ids_;
  IdIndex mappings_;
  IdIndex functions_;
  IdIndex locations_;
  bool has_bad_string_ = false;
  std::optional<std::string> sample_complaint_;
  std::optional<BadLocation> line_without_function_;
};

}  // namespace agent::pprof
