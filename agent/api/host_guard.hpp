// Keeps web pages away from an agent on loopback: a page of evil.example whose name suddenly resolves to 127.0.0.1 (DNS rebinding) sends
// its own name as Host.
#pragma once

#include <string_view>

namespace agent::api {

/// Whether HOST, HOST:PORT or [V6]:PORT names this machine to itself: localhost, *.localhost, 127.0.0.0/8 or ::1. Never resolves a name.
[[nodiscard]] bool is_loopback(std::string_view host_and_port);

}  // namespace agent::api
