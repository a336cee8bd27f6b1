// The node's name when the configuration gives none.
#pragma once

#include <string>

namespace agent::host {

/// gethostname in lower case, as the kubelet names its node; "localhost" should that fail.
[[nodiscard]] std::string host_name();

}  // namespace agent::host
