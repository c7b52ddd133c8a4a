# Finds Kokkos 3.4.1 or later (below 6). A version range in find_package would make CMake reject 3.4.1 in
# silence (its version file is SameMajorVersion), so the version is compared by hand.
if(NOT Kokkos_ROOT AND NOT DEFINED ENV{Kokkos_ROOT} AND EXISTS ${PROJECT_SOURCE_DIR}/.deps/kokkos)
  set(Kokkos_ROOT ${PROJECT_SOURCE_DIR}/.deps/kokkos)
endif()
find_package(Kokkos CONFIG QUIET)

if(NOT Kokkos_FOUND AND PATINA_FETCH_KOKKOS)
  include(FetchContent)
  FetchContent_Declare(Kokkos GIT_REPOSITORY https://github.com/kokkos/kokkos.git GIT_TAG 4.7.01)
  FetchContent_MakeAvailable(Kokkos)
  set(Kokkos_VERSION 4.7.01)
  set(Kokkos_FOUND TRUE)
endif()

if(NOT Kokkos_FOUND)
  message(FATAL_ERROR
    "Kokkos was not found. One of:\n"
    "  scripts/setup                                   (Debian: builds it from the trilinos source package)\n"
    "  cmake ... -DKokkos_ROOT=/path/to/kokkos         (an installation of 3.4.1 or later)\n"
    "  spack install kokkos +openmp && spack load kokkos\n"
    "  cmake ... -DPATINA_FETCH_KOKKOS=ON              (downloads the official release)")
endif()
if(Kokkos_VERSION VERSION_LESS 3.4.1 OR Kokkos_VERSION VERSION_GREATER_EQUAL 6)
  message(FATAL_ERROR "Kokkos ${Kokkos_VERSION} at ${Kokkos_DIR} cannot be used: Patina needs 3.4.1 <= version < 6.")
endif()
if(CMAKE_CUDA_COMPILER_VERSION VERSION_GREATER_EQUAL 13 AND Kokkos_VERSION VERSION_LESS 4.7.01)
  message(FATAL_ERROR "CUDA 13 needs Kokkos 4.7.01 or later, found ${Kokkos_VERSION} at ${Kokkos_DIR}.")
endif()
message(STATUS "Kokkos ${Kokkos_VERSION} at ${Kokkos_DIR}, back ends: ${Kokkos_DEVICES}")

add_library(patina_kokkos INTERFACE)
get_target_property(patina_kokkos_include Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
if(Kokkos_DIR MATCHES "^/usr/lib/.*cmake" AND Kokkos_VERSION VERSION_EQUAL 3.4.1)
  # Debian 12's libtrilinos-kokkos-dev: its target names a folder that does not exist.
  target_include_directories(patina_kokkos SYSTEM INTERFACE /usr/include/trilinos)
  target_link_libraries(patina_kokkos INTERFACE trilinos_kokkoscore)
else()
  target_link_libraries(patina_kokkos INTERFACE Kokkos::kokkos)
endif()
if(Kokkos_DEVICES MATCHES "CUDA")
  # nvcc's front end takes fmt 9's checks of format strings during compilation for errors.
  target_compile_definitions(patina_kokkos INTERFACE FMT_CONSTEVAL= FMT_USE_CONSTEXPR=1)
  # No products fused into sums (see PatinaCompiler.cmake): the device's bits are the host's.
  target_compile_options(patina_kokkos INTERFACE -fmad=false)
endif()
