// What a test must know about being built with a sanitizer, which makes code 3 to 15 times slower and keeps freed memory.
#pragma once

namespace tests {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

/// How often to repeat what is random or exhaustive: `full`, but `sanitized` where each round is slow and the memory is what is looked at.
[[nodiscard]] constexpr int rounds(int full, int sanitized) {
  return kIsSanitized ? sanitized : full;
}

}  // namespace tests
