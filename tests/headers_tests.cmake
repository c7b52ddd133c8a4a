# Every header compiles alone: one generated .cpp per header, which includes nothing else. A test builds them
# (they are no part of the ordinary build: Kokkos is read once per header).
file(GLOB headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  ${PROJECT_SOURCE_DIR}/core/*.hpp ${PROJECT_SOURCE_DIR}/md/*.hpp
  ${PROJECT_SOURCE_DIR}/scattering/*.hpp ${PROJECT_SOURCE_DIR}/analysis/*.hpp)
set(header_sources)
foreach(header IN LISTS headers)
  string(REPLACE "/" "_" name ${header})
  set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND header_sources ${source})
endforeach()
add_library(headers_self_contained OBJECT EXCLUDE_FROM_ALL ${header_sources})
target_compile_options(headers_self_contained PRIVATE -O0 -g0)
target_link_libraries(headers_self_contained PRIVATE patina_settings patina_core patina_hdf5 patina_md)
foreach(room patina_scattering patina_analysis)
  if(TARGET ${room})
    target_link_libraries(headers_self_contained PRIVATE ${room})
  endif()
endforeach()
add_test(NAME headers_self_contained
  COMMAND ${CMAKE_COMMAND} --build ${PROJECT_BINARY_DIR} --target headers_self_contained)
set_tests_properties(headers_self_contained PROPERTIES LABELS slow TIMEOUT 1200 PROCESSORS 2)
