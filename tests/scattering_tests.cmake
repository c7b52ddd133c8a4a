patina_add_tests(scattering_test
  SOURCES scattering_correlation_test.cpp scattering_window_errors_test.cpp scattering_es_window_test.cpp scattering_form_factor_test.cpp scattering_multi_tau_test.cpp scattering_q_choice_test.cpp
    scattering_q_set_test.cpp
    scattering_speckle_test.cpp
  LIBRARIES patina_scattering)
patina_add_tests(scattering_modes_test
  SOURCES scattering_density_modes_test.cpp scattering_self_scattering_test.cpp
    scattering_structure_factor_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 THREADS 1 2 LABELS mpi)
patina_add_tests(scattering_bits_test
  SOURCES scattering_bits_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 4 8 THREADS 1 2 LABELS mpi)
patina_add_tests(scattering_mesh_test
  SOURCES scattering_mesh_sum_test.cpp scattering_mode_sum_test.cpp scattering_whole_mesh_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 THREADS 1 2 LABELS mpi)
patina_add_tests(scattering_observer_test
  SOURCES scattering_observer_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 8 LABELS mpi)
patina_add_tests(scattering_dynamics_test
  SOURCES scattering_dynamics_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 LABELS mpi)
patina_add_tests(scattering_distinct_pairs_test
  SOURCES scattering_distinct_pairs_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 LABELS mpi)
patina_add_tests(scattering_multi_tau_observer_test
  SOURCES scattering_multi_tau_observer_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 LABELS mpi)
patina_add_tests(scattering_amplitudes_test
  SOURCES scattering_amplitudes_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 LABELS mpi)
patina_add_tests(scattering_pair_distribution_test
  SOURCES scattering_pair_distribution_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 THREADS 1 3 LABELS mpi)
# Liquids made by the program itself.
add_library(patina_liquid_run STATIC liquid_run.cpp)
target_link_libraries(patina_liquid_run PUBLIC patina_core GTest::gtest PRIVATE patina_settings)
target_compile_definitions(patina_liquid_run PRIVATE PATINA_PROGRAM="${PROJECT_BINARY_DIR}/patina")
patina_add_tests(scattering_siegert_test SOURCES scattering_siegert_test.cpp
  LIBRARIES patina_liquid_run patina_statistics LABELS slow TIMEOUT 1200)
add_dependencies(scattering_siegert_test patina)
patina_add_tests(scattering_pixel_sum_test
  SOURCES scattering_pixel_sum_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 THREADS 1 2 LABELS mpi)
patina_add_tests(scattering_beam_test SOURCES scattering_beam_test.cpp LIBRARIES patina_scattering)
