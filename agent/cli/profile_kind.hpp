// Which profile type a file holds: by what the user says, by its name, by its content.
#pragma once

#include "agent/base/result.hpp"
#include "agent/model/profile_type.hpp"
#include "agent/pprof/profile.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace agent::cli {

/// The types whose profiles look like this one, by sample types and period type as Go's runtime/pprof writes them. Usually one; two for
/// what Go writes alike (block and mutex always, heap and allocs when default_sample_type is lost, as in a delta); none for profiles of
/// another making.
[[nodiscard]] std::vector<model::ProfileType> types_of_content(const pprof::Profile& profile);

/// The raw type of what is not profile.proto: an execution trace, a goroutine dump with debug=2.
[[nodiscard]] std::optional<model::ProfileType> raw_type_of_content(std::string_view bytes);

/// Decides: `given` (--type) before `named` (the file's name) before the content; what is said must not contradict the content. Errors:
/// kInvalidArgument, with what to do.
[[nodiscard]] Result<model::ProfileType> decide_type(std::optional<model::ProfileType> given, std::optional<model::ProfileType> named,
                                                     const std::vector<model::ProfileType>& content);

}  // namespace agent::cli
