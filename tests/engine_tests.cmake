# Structures and results of LAMMPS, unpacked once.
set(PATINA_LAMMPS_REFERENCE ${PROJECT_BINARY_DIR}/tests/reference)
if(NOT EXISTS ${PATINA_LAMMPS_REFERENCE})
  file(ARCHIVE_EXTRACT INPUT ${CMAKE_CURRENT_SOURCE_DIR}/data/lammps_reference.tar.xz
    DESTINATION ${PROJECT_BINARY_DIR}/tests)
endif()

add_library(patina_test_engine STATIC
  engine_result.cpp lammps_reference.cpp reference_eam.cpp small_sample.cpp)
target_link_libraries(patina_test_engine PUBLIC patina_md GTest::gtest nlohmann_json::nlohmann_json patina_settings)
target_precompile_headers(patina_test_engine REUSE_FROM patina_test_headers)
target_compile_definitions(patina_test_engine PRIVATE PATINA_LAMMPS_REFERENCE="${PATINA_LAMMPS_REFERENCE}")

patina_add_tests(md_reference_test SOURCES md_reference_test.cpp LIBRARIES patina_test_engine
  RANKS 1 2 3 4 8 THREADS 1 2 LABELS mpi)
patina_add_tests(md_engine_test SOURCES md_engine_test.cpp md_engine_ranks_test.cpp LIBRARIES patina_test_engine
  RANKS 1 2 3 4 8 THREADS 1 2 LABELS mpi)

patina_add_tests(md_overlap_test SOURCES md_overlap_test.cpp LIBRARIES patina_test_engine
  RANKS 1 2 3 4 8 THREADS 1 2 LABELS mpi)

patina_add_tests(cli_evaluate_test SOURCES cli_evaluate_test.cpp LIBRARIES patina_test_engine)
add_dependencies(cli_evaluate_test patina)

patina_add_tests(md_reproducibility_test SOURCES md_reproducibility_test.cpp LIBRARIES patina_test_engine
  RANKS 1 2 3 4 8 THREADS 1 2 LABELS mpi)

patina_add_tests(md_load_balance_test SOURCES md_load_balance_test.cpp LIBRARIES patina_test_engine
  RANKS 1 2 3 4 8 LABELS mpi)

patina_add_tests(md_chunk_kernels_test SOURCES md_chunk_kernels_test.cpp LIBRARIES patina_test_engine)

patina_add_tests(md_smooth_tables_test SOURCES md_smooth_tables_test.cpp LIBRARIES patina_test_engine)

patina_add_tests(md_mixed_precision_test SOURCES md_mixed_precision_test.cpp LIBRARIES patina_test_engine
  RANKS 1 3 THREADS 2 LABELS mpi)

patina_add_tests(md_formula_potential_test SOURCES md_lennard_jones_test.cpp md_zhou_test.cpp LIBRARIES patina_test_engine)

patina_add_tests(md_species_swap_test SOURCES md_local_energy_test.cpp md_species_swap_test.cpp
  LIBRARIES patina_test_engine patina_statistics RANKS 1 2 3 THREADS 1 2 LABELS mpi)
