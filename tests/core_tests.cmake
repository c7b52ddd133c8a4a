patina_add_tests(core_test
  SOURCES bad_json.cpp core_box_test.cpp core_config_bad_input_test.cpp core_config_test.cpp core_elementary_test.cpp core_elements_test.cpp core_lattice_turn_test.cpp core_rng_test.cpp core_units_test.cpp
  LIBRARIES patina_core PkgConfig::xraylib)
patina_add_tests(core_mpi_test SOURCES core_mpi_test.cpp LIBRARIES patina_core RANKS 1 2 3 LABELS mpi)
