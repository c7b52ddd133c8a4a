# Hot loops of the host, written with core/lanes.hpp: sources compiled once for each instruction set into `target`,
# of which the program takes the best that the machine runs (core/lanes_choice.hpp).
set(PATINA_LANES_VERSIONS 0)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  list(APPEND PATINA_LANES_VERSIONS 2 512)
endif()
set(PATINA_LANES_OPTIONS_2 -mavx2 -mfma)
set(PATINA_LANES_OPTIONS_512 -mavx512f -mavx512dq -mavx512vl -mavx2 -mfma)

function(patina_add_lanes target)
  foreach(version IN LISTS PATINA_LANES_VERSIONS)
    set(library ${target}_lanes_${version})
    add_library(${library} OBJECT ${ARGN})
    target_link_libraries(${library} PRIVATE patina_settings)
    target_compile_definitions(${library} PRIVATE PATINA_LANES_VERSION=${version})
    # GCC 12's own AVX-512 header reads undefined registers on purpose; its vectoriser of straight-line code undoes the
    # arrangement of these loops.
    target_compile_options(${library} PRIVATE ${PATINA_LANES_OPTIONS_${version}} -ffp-contract=off
      $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized -Wno-maybe-uninitialized -fno-tree-slp-vectorize -Wno-psabi>)
    if(CMAKE_CXX_COMPILER MATCHES "nvcc_wrapper")
      target_compile_options(${library} PRIVATE --host-only)  # nvcc's front end does not know the vectors
    endif()
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${library}>)
  endforeach()
endfunction()
