# What keeps a clean build short: headers that nearly every file reads are parsed once, and code that is never hot
# (parsing, files, fits of a few dozen points) is not optimised at length.

# No precompiled headers for device compilers. -DCMAKE_DISABLE_PRECOMPILE_HEADERS decides otherwise.
if(Kokkos_DEVICES MATCHES "CUDA|HIP|SYCL")
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON CACHE BOOL "Do not precompile headers")
endif()

# A compiler cache keeps no object made with precompiled headers unless told to trust them with what they define, and with
# __DATE__ and __TIME__, which nothing here uses.
if(CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache$")
  set(sloppiness pch_defines,time_macros)
  if(DEFINED ENV{CCACHE_SLOPPINESS})
    string(APPEND sloppiness ",$ENV{CCACHE_SLOPPINESS}")
  endif()
  list(PREPEND CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=${sloppiness})
endif()

# A library of nothing but precompiled headers: target_precompile_headers(patina_x REUSE_FROM name).
function(patina_add_precompiled_headers name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBRARIES" ${ARGN})
  set(source ${PROJECT_BINARY_DIR}/generated/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Nothing but the precompiled headers.\n")
  add_library(${name} OBJECT ${source})
  target_link_libraries(${name} PRIVATE patina_kokkos MPI::MPI_CXX fmt::fmt patina_settings ${ARG_LIBRARIES})
  target_include_directories(${name} SYSTEM PRIVATE ${RANDOM123_INCLUDE_DIR})
  target_precompile_headers(${name} PRIVATE <Kokkos_Core.hpp> <Random123/philox.h> <fmt/format.h> <fmt/ranges.h> <mpi.h>
    <algorithm> <array> <chrono> <cmath> <complex> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <numeric>
    <optional> <set> <span> <sstream> <string> <string_view> <variant> <vector>
    ${ARG_HEADERS})
endfunction()

patina_add_precompiled_headers(patina_headers)
patina_add_precompiled_headers(patina_eigen_headers HEADERS <Eigen/Dense> LIBRARIES Eigen3::Eigen)
patina_add_precompiled_headers(patina_cli_headers HEADERS <CLI/CLI.hpp> LIBRARIES CLI11::CLI11)

# For targets and files without kernels. Not where Eigen multiplies matrices: a program keeps one copy of a template's
# code, and the two-time matrix must not get this one.
set(PATINA_COLD $<$<CONFIG:Release>:-O1>)
