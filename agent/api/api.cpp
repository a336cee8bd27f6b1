#include "agent/api/api.hpp"

#include "agent/api/call.hpp"
#include "agent/api/host_guard.hpp"
#include "agent/api/query_params.hpp"
#include "agent/api/respond.hpp"
#include "agent/api/routes.hpp"

#include <utility>

namespace agent::api {

struct Api::State {
  State(ApiDeps deps, ApiOptions options) : context(std::move(deps), options), route_request(router.handler()) {}

  Context context;
  http::Router router;
  http::Handler route_request;
};

namespace {

async::Task<void> run_route(const Route& route, Context& context, const Call& call) {
  if (route.query == QueryUse::kChecked) {
    auto checked = check_params(call.request, route.params);
    if (!checked) {
      co_await respond_error(call.out, std::move(checked).error());
      co_return;
    }
  }
  co_await route.handler(context, call);
}

/// Holds the Call while its handler runs.
async::Task<void> make_call(const Route& route, Context& context, const http::ServerRequest& request, const http::PathParams& path,
                            http::ResponseWriter& out) {
  const Call call{request, out, path};
  co_await run_route(route, context, call);
}

}  // namespace

Api::Api(ApiDeps deps, ApiOptions options) : state_(std::make_unique<State>(std::move(deps), options)) {
  for (const auto& route : routes()) {
    state_->router.add(
        std::string(route.method), route.pattern,
        [&route, &context = state_->context](const http::ServerRequest& request, const http::PathParams& path, http::ResponseWriter& out) {
          return make_call(route, context, request, path, out);
        });
  }
}

Api::~Api() = default;

async::Task<void> Api::serve(const http::ServerRequest& request, http::ResponseWriter& out) {
  const auto host = request.headers.get("Host");
  if (state_->context.options.loopback_only && !host.empty() && !is_loopback(host)) {
    Error error(Errc::kInvalidArgument,
                "this agent listens on loopback and answers to loopback names only (localhost, 127.0.0.1, [::1]), not to the Host " +
                    std::string(host),
                "misdirected");
    co_await respond_error(out, std::move(error), 421);
    co_return;
  }
  co_await state_->route_request(request, out);
}

http::Handler Api::handler() {
  return [this](const http::ServerRequest& request, http::ResponseWriter& out) { return serve(request, out); };
}

void Api::reconfigure(ApiOptions options) {
  state_->context.options = options;
}

}  // namespace agent::api
