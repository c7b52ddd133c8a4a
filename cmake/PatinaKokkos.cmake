# Finds Kokkos 3.4.1 or later (below 6). A version range in find_package would make CMake reject 3.4.1 in
# silence (its version file is SameMajorVersion), so the version is compared by hand.
#
# scripts/bootstrap-kokkos builds two: .deps/kokkos for this machine's instruction set, .deps/kokkos-portable for any.
if(PATINA_NATIVE)
  set(patina_own_kokkos ${PROJECT_SOURCE_DIR}/.deps/kokkos)
  set(patina_kokkos_hint "scripts/setup                      ")
else()
  set(patina_own_kokkos ${PROJECT_SOURCE_DIR}/.deps/kokkos-portable)
  set(patina_kokkos_hint "scripts/bootstrap-kokkos --portable")
  set(patina_kokkos_target " target=${CMAKE_SYSTEM_PROCESSOR}")  # Spack's own choice is the machine at hand
  set(patina_kokkos_reason " for a build with PATINA_NATIVE=OFF, which .deps/kokkos (this machine's instruction set) does not suit")
endif()
if(NOT Kokkos_ROOT AND NOT DEFINED ENV{Kokkos_ROOT})
  string(FIND "${Kokkos_DIR}" "${PROJECT_SOURCE_DIR}/.deps/" patina_found_before)
  if(patina_found_before EQUAL 0)
    unset(Kokkos_DIR CACHE)  # of the two it may be the other: PATINA_NATIVE may have changed
  endif()
  if(EXISTS ${patina_own_kokkos})
    set(Kokkos_ROOT ${patina_own_kokkos})
  endif()
endif()
find_package(Kokkos CONFIG QUIET)

# The linker takes one instruction set beside another without a word; an older machine then ends in SIGILL. Only what
# bootstrap-kokkos built is stamped: a Kokkos of the user's own is taken as it is.
if(NOT PATINA_NATIVE AND Kokkos_FOUND)
  set(patina_kokkos_stamp ${Kokkos_DIR}/../../../.patina-stamp)
  if(EXISTS ${patina_kokkos_stamp})
    file(STRINGS ${patina_kokkos_stamp} patina_kokkos_built_for LIMIT_COUNT 1)
    if(NOT patina_kokkos_built_for MATCHES " portable ")
      message(FATAL_ERROR
        "PATINA_NATIVE is OFF, but the Kokkos at ${Kokkos_DIR} was built for one machine's instruction set "
        "(${patina_kokkos_built_for}): the program would not run on older ones. Build a portable one,\n"
        "  ${patina_kokkos_hint}\n"
        "and configure anew without -DKokkos_ROOT, -DKokkos_DIR or Kokkos_ROOT in the environment.")
    endif()
  endif()
endif()

if(NOT Kokkos_FOUND AND PATINA_FETCH_KOKKOS)
  include(FetchContent)
  FetchContent_Declare(Kokkos GIT_REPOSITORY https://github.com/kokkos/kokkos.git GIT_TAG 4.7.01)
  FetchContent_MakeAvailable(Kokkos)
  set(Kokkos_VERSION 4.7.01)
  set(Kokkos_FOUND TRUE)
endif()

if(NOT Kokkos_FOUND)
  message(FATAL_ERROR
    "Kokkos was not found${patina_kokkos_reason}. One of:\n"
    "  ${patina_kokkos_hint}             (Debian: builds it from the trilinos source package)\n"
    "  cmake ... -DKokkos_ROOT=/path/to/kokkos         (an installation of 3.4.1 or later)\n"
    "  spack install kokkos +openmp${patina_kokkos_target} && spack load kokkos\n"
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
