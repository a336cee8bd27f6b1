# Run at every build: cmake -D SOURCE_DIR= -D VERSION= -D INPUT= -D OUTPUT= -P WriteVersion.cmake. The file changes, and is compiled, only when
# the commit does.
execute_process(
  COMMAND git --no-optional-locks -C ${SOURCE_DIR} describe --always --dirty --abbrev=10 --exclude=*
  OUTPUT_VARIABLE KPROFD_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT KPROFD_COMMIT)
  set(KPROFD_COMMIT unknown)
endif()
set(PROJECT_VERSION ${VERSION})
configure_file(${INPUT} ${OUTPUT} @ONLY)
