# What keeps a clean build short: headers that nearly every file reads are parsed once, and code that is never hot
# (parsing, files, fits of a few dozen points) is not optimised at length.

# No precompiled headers for device compilers, nor under a compiler cache: it would have to be told to be careless
# (CCACHE_SLOPPINESS=pch_defines,time_macros) and finds less again. -DCMAKE_DISABLE_PRECOMPILE_HEADERS decides otherwise.
if(Kokkos_DEVICES MATCHES "CUDA|HIP|SYCL" OR CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON CACHE BOOL "Do not precompile headers")
endif()

# A library of nothing but precompiled headers: target_precompile_headers(patina_x REUSE_FROM name).
function(patina_add_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBRARIES" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/generated/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but the precompiled headers.\n")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE patina_kokkos MPI::MPI_CXX fmt::fmt patina_settings ${ARG_LIBRARIES})
  target_precompile_headers(${name} PRIVATE <Kokkos_Core.hpp> <fmt/format.h> <mpi.h>
    <algorithm> <array> <cmath> <cstdint> <functional> <map> <memory> <optional> <string> <string_view> <vector>
    ${ARG_HEADERS})
endfunction()

patina_add_precompiled_headers(patina_headers)
patina_add_precompiled_headers(patina_eigen_headers HEADERS <Eigen/Dense> LIBRARIES Eigen3::Eigen)

# For targets and files without kernels. Not where Eigen multiplies matrices: a program keeps one copy of a template's
# code, and the two-time matrix must not get this one.
set(PATINA_COLD $<$<CONFIG:Release>:-O1>)
