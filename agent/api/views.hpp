// The values of agent/model as the JSON of openapi.yaml, one function a schema.
#pragma once

#include "agent/api/json_writer.hpp"
#include "agent/base/error.hpp"
#include "agent/model/capture.hpp"
#include "agent/model/snapshot.hpp"
#include "agent/model/target_status.hpp"
#include "agent/store/query.hpp"
#include "agent/store/store.hpp"

#include <string>
#include <vector>

namespace agent::api {

void write(JsonWriter& json, const Error& error);
void write(JsonWriter& json, const model::Snapshot& snapshot);
void write(JsonWriter& json, const model::TargetStatus& target);
void write(JsonWriter& json, const model::Capture& capture);
void write(JsonWriter& json, const store::Series& series);
/// `path` is the folder of the store.
void write(JsonWriter& json, const store::StoreState& state, const std::string& path);
void write(JsonWriter& json, const std::vector<std::string>& texts);

}  // namespace agent::api
