execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12
  OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR NOT hash)
  set(hash "unknown")
endif()
set(text "// Written by cmake/write_version.cmake.
#include \"core/version.hpp\"
namespace patina {
const BuildInfo& build_info() {
  static const BuildInfo info{\"${VERSION}\", \"${hash}\", \"${COMPILER}\", \"${BUILD_TYPE}\", \"${FLAGS}\",
                              \"${KOKKOS_VERSION}\", \"${KOKKOS_DEVICES}\"};
  return info;
}
}  // namespace patina
")
set(old "")
if(EXISTS ${OUTPUT})
  file(READ ${OUTPUT} old)
endif()
if(NOT old STREQUAL text)
  file(WRITE ${OUTPUT} "${text}")
endif()
