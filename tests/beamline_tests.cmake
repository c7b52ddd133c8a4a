patina_add_tests(beamline_test
  SOURCES beamline_clock_test.cpp beamline_covariance_test.cpp beamline_noise_test.cpp beamline_rate_classes_test.cpp beamline_snapshot_law_test.cpp
  LIBRARIES patina_beamline patina_statistics)
patina_add_tests(beamline_fields_test
  SOURCES beamline_fields_test.cpp beamline_movie_test.cpp
  LIBRARIES patina_beamline patina_statistics)
patina_add_tests(cli_synth_test SOURCES cli_synth_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_synth_test patina)
