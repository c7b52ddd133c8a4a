# version_info.cpp: what `patina --version` and every output file say about the build. The git hash is
# read again at every build, the file rewritten only when it changed.
set(PATINA_VERSION_FILE ${PROJECT_BINARY_DIR}/generated/version_info.cpp)
string(TOUPPER "${CMAKE_BUILD_TYPE}" patina_build_type_upper)
set(PATINA_BUILD_FLAGS "${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${patina_build_type_upper}}")
if(PATINA_NATIVE)
  string(APPEND PATINA_BUILD_FLAGS " -march=native")
endif()
string(STRIP "${PATINA_BUILD_FLAGS}" PATINA_BUILD_FLAGS)
string(REPLACE ";" "," PATINA_KOKKOS_DEVICES "${Kokkos_DEVICES}")
add_custom_target(patina_version_file
  BYPRODUCTS ${PATINA_VERSION_FILE}
  COMMAND ${CMAKE_COMMAND}
    -DSOURCE_DIR=${PROJECT_SOURCE_DIR} -DOUTPUT=${PATINA_VERSION_FILE}
    -DVERSION=${PROJECT_VERSION} -DBUILD_TYPE=${CMAKE_BUILD_TYPE}
    "-DCOMPILER=${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
    "-DFLAGS=${PATINA_BUILD_FLAGS}" "-DKOKKOS_VERSION=${Kokkos_VERSION}"
    "-DKOKKOS_DEVICES=${PATINA_KOKKOS_DEVICES}"
    -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake
  VERBATIM)
