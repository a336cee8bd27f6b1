// The values of the model as documents, in the shapes of the API (agent/api/openapi.yaml): a script reads the same from `kprofctl -o json`,
// over a folder or a server, as from the API itself.
#pragma once

#include "agent/cli/document.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target_status.hpp"
#include "agent/store/query.hpp"

namespace agent::cli {

[[nodiscard]] Document to_document(const model::Snapshot& snapshot);
[[nodiscard]] Document to_document(const model::TargetStatus& target);
[[nodiscard]] Document to_document(const store::Series& series);
[[nodiscard]] Document to_document(const model::Capture& capture);
[[nodiscard]] Document to_document(const model::CaptureRequest& request);
[[nodiscard]] Document to_document(const store::VerifyReport& report);
[[nodiscard]] Document to_document(const store::Damage& damage);

}  // namespace agent::cli
