# kprofd_library(NAME [DEPENDS folder...] [PRIVATE_DEPENDS third-party...] [ASIO])
#
# One static library per folder of agent/, named after it: `store` is target kprofd_store, alias kprofd::store. Its sources are the folder's *.cpp.
# DEPENDS are other folders (they must match the table of the design, tests/lint holds it); PRIVATE_DEPENDS are sealed third-party targets.
# ASIO turns on the precompiled header of the coroutine libraries.
function(kprofd_library name)
  cmake_parse_arguments(ARG "ASIO" "" "DEPENDS;PUBLIC_DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(kprofd_${name} STATIC ${sources})
  add_library(kprofd::${name} ALIAS kprofd_${name})
  target_link_libraries(kprofd_${name} PRIVATE kprofd_compile)
  target_link_libraries(kprofd_${name} PUBLIC ${ARG_PUBLIC_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  foreach(dependency IN LISTS ARG_DEPENDS)
    target_link_libraries(kprofd_${name} PUBLIC kprofd::${dependency})
  endforeach()
  if(ARG_ASIO AND KPROFD_PCH)
    target_precompile_headers(kprofd_${name} PRIVATE <boost/asio/awaitable.hpp> <functional> <map> <memory> <string> <vector>)
  endif()
endfunction()

# kprofd_test(NAME folder [LABELS ...] [DEPENDS ...]): tests/unit/<folder>/*.cpp as one GoogleTest binary, known to CTest case by case.
function(kprofd_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "LABELS;DEPENDS;SOURCES" ${ARGN})
  if(NOT ARG_SOURCES)
    file(GLOB ARG_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE kprofd_compile ${ARG_DEPENDS} GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE KPROFD_SOURCE_DIR="${PROJECT_SOURCE_DIR}" KPROFD_BINARY_DIR="${PROJECT_BINARY_DIR}")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
