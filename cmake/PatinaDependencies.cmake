# Everything but Kokkos; all are Debian packages (scripts/setup installs them).
find_package(MPI REQUIRED COMPONENTS CXX)
find_package(HDF5 REQUIRED COMPONENTS C)        # the serial library: rank 0 writes
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(xraylib REQUIRED IMPORTED_TARGET libxrl)
pkg_check_modules(fftw REQUIRED IMPORTED_TARGET fftw3 fftw3f)
if(Kokkos_DEVICES MATCHES "CUDA")
  find_package(CUDAToolkit REQUIRED)             # cuFFT
endif()
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h REQUIRED)
find_path(VOROPP_INCLUDE_DIR voro++/voro++.hh REQUIRED)
find_library(VOROPP_LIBRARY voro++ REQUIRED)

add_library(patina_voropp INTERFACE)
target_include_directories(patina_voropp SYSTEM INTERFACE ${VOROPP_INCLUDE_DIR})
target_link_libraries(patina_voropp INTERFACE ${VOROPP_LIBRARY})

add_library(patina_hdf5 INTERFACE)
target_include_directories(patina_hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(patina_hdf5 INTERFACE ${HDF5_C_LIBRARIES})
target_compile_definitions(patina_hdf5 INTERFACE H5_USE_110_API)
