# Fuzz targets (tests/fuzz). In every build each is a test that runs it over its corpus; in one by clang with PATINA_FUZZ (preset
# "fuzz") it is a libFuzzer program as well (scripts/fuzz).
option(PATINA_FUZZ "Fuzz targets with libFuzzer (clang)" OFF)

function(patina_add_fuzz_target name)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  set(programs fuzz_${name})
  add_executable(fuzz_${name} fuzz/${name}.cpp fuzz/replay.cpp)
  if(PATINA_FUZZ)
    list(APPEND programs fuzz_${name}_libfuzzer)
    add_executable(fuzz_${name}_libfuzzer fuzz/${name}.cpp fuzz/initialise.cpp)
    target_link_options(fuzz_${name}_libfuzzer PRIVATE -fsanitize=fuzzer)
  endif()
  foreach(program IN LISTS programs)
    target_link_libraries(${program} PRIVATE ${ARG_LIBRARIES} patina_core patina_settings)
    target_compile_options(${program} PRIVATE ${PATINA_COLD})
    target_precompile_headers(${program} REUSE_FROM patina_headers)
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  endforeach()
  add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  set_tests_properties(fuzz_${name} PROPERTIES LABELS unit TIMEOUT 120
    ENVIRONMENT "OMP_NUM_THREADS=1")
endfunction()

patina_add_fuzz_target(config LIBRARIES patina_run)
patina_add_fuzz_target(potential LIBRARIES patina_md)
patina_add_fuzz_target(structure LIBRARIES patina_md)
patina_add_fuzz_target(hdf5 LIBRARIES patina_md)
patina_add_fuzz_target(table LIBRARIES patina_score patina_analysis patina_md Eigen3::Eigen)
