patina_add_tests(beamline_test
  SOURCES beamline_clock_test.cpp beamline_covariance_test.cpp beamline_noise_test.cpp
  LIBRARIES patina_beamline patina_statistics)
