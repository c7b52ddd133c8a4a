# All headers but the parts of core/lanes.hpp.
file(GLOB patina_headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/core/*.hpp ${PROJECT_SOURCE_DIR}/md/*.hpp ${PROJECT_SOURCE_DIR}/scattering/*.hpp
  ${PROJECT_SOURCE_DIR}/beamline/*.hpp ${PROJECT_SOURCE_DIR}/frames/*.hpp ${PROJECT_SOURCE_DIR}/correlate/*.hpp
  ${PROJECT_SOURCE_DIR}/run/*.hpp ${PROJECT_SOURCE_DIR}/analysis/*.hpp ${PROJECT_SOURCE_DIR}/score/*.hpp ${PROJECT_SOURCE_DIR}/structure/*.hpp ${PROJECT_SOURCE_DIR}/cli/*.hpp)
list(FILTER patina_headers EXCLUDE REGEX "(core/lanes_(avx|plain|ymm|rows)|(md|scattering)/lanes_)")
set(patina_rooms patina_hdf5 CLI11::CLI11 patina_md patina_scattering patina_beamline patina_frames patina_correlate patina_run patina_analysis patina_score patina_structure patina_settings)

# One file that includes every header: a name defined in two rooms is an error here, and nowhere else before the linker
# takes one of the two for both.
list(TRANSFORM patina_headers REPLACE "(.+)" "#include \"\\1\"\n" OUTPUT_VARIABLE patina_includes)
string(CONCAT patina_includes ${patina_includes})
file(GENERATE OUTPUT ${PROJECT_BINARY_DIR}/generated/all_headers.cpp CONTENT "${patina_includes}")
add_library(patina_all_headers OBJECT ${PROJECT_BINARY_DIR}/generated/all_headers.cpp)
target_link_libraries(patina_all_headers PRIVATE ${patina_rooms})
target_compile_options(patina_all_headers PRIVATE ${PATINA_COLD})
target_precompile_headers(patina_all_headers REUSE_FROM patina_eigen_headers)

# Every header compiles alone: one generated .cpp per header, which includes nothing else. A test builds them
# (they are no part of the ordinary build: Kokkos is read once per header).
set(header_sources)
foreach(header IN LISTS patina_headers)
  string(REPLACE "/" "_" name ${header})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND header_sources ${source})
endforeach()
add_library(headers_self_contained OBJECT EXCLUDE_FROM_ALL ${header_sources})
target_compile_options(headers_self_contained PRIVATE -O0 -g0)
target_link_libraries(headers_self_contained PRIVATE ${patina_rooms})
add_test(NAME headers_self_contained
  COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target headers_self_contained)
set_tests_properties(headers_self_contained PROPERTIES LABELS slow TIMEOUT 1200 PROCESSORS 2)
