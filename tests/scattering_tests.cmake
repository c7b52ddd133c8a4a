patina_add_tests(scattering_test
  SOURCES scattering_correlation_test.cpp scattering_form_factor_test.cpp scattering_q_set_test.cpp
    scattering_speckle_test.cpp
  LIBRARIES patina_scattering)
patina_add_tests(scattering_modes_test
  SOURCES scattering_density_modes_test.cpp scattering_self_scattering_test.cpp
    scattering_structure_factor_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 THREADS 1 2 LABELS mpi)
patina_add_tests(scattering_observer_test
  SOURCES scattering_observer_test.cpp
  LIBRARIES patina_scattering RANKS 1 2 3 LABELS mpi)
