# Flags that every target of ours is built with. Third-party headers come in as SYSTEM, so -Werror speaks of our code only.
add_library(kprofd_compile INTERFACE)

target_include_directories(kprofd_compile INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
  kprofd_compile
  INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align
            -Wimplicit-fallthrough -Wformat=2 -Werror -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 is wrong about inlined library code: Asio's operator new of coroutine frames "mismatches" its delete, and copies of short strings are
  # "out of bounds" or "overlap" (GCC bugs 105329 and 105651).
  target_compile_options(kprofd_compile INTERFACE -Wduplicated-cond -Wlogical-op -Wno-mismatched-new-delete -Wno-array-bounds -Wno-restrict
                                                 -Wno-stringop-overread -Wno-stringop-overflow)
endif()

# Asio and Beast are compiled once, in agent/async and agent/http (style.md 7): a Beast file costs 29 s otherwise 41 s.
target_compile_definitions(
  kprofd_compile INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ALL_NO_LIB
                           BOOST_JSON_NO_LIB BOOST_URL_NO_LIB BOOST_CONTAINER_NO_LIB)

if(KPROFD_SANITIZE)
  target_compile_options(kprofd_compile INTERFACE -fsanitize=${KPROFD_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(kprofd_compile INTERFACE -fsanitize=${KPROFD_SANITIZE})
  if(KPROFD_SANITIZE MATCHES "thread")
    # Asio's fences mean nothing to TSan and g++ 12 warns of them (asio #1193, #1512).
    target_compile_definitions(kprofd_compile INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()

if(KPROFD_FUZZ)
  # Everything a fuzz target reaches counts its edges and checks itself; the target alone links libFuzzer's main.
  target_compile_options(kprofd_compile INTERFACE -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  target_link_options(kprofd_compile INTERFACE -fsanitize=address,undefined)
endif()

if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT KPROFD_SANITIZE)
  target_compile_options(kprofd_compile INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  target_link_options(kprofd_compile INTERFACE -Wl,-z,relro,-z,now)
endif()
