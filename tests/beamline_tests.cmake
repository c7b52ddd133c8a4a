patina_add_tests(beamline_test
  SOURCES beamline_correlation_error_test.cpp beamline_detector_test.cpp beamline_photons_test.cpp beamline_plan_test.cpp statistics.cpp
  LIBRARIES patina_beamline)
patina_add_tests(beamline_correlation_monte_carlo_test
  SOURCES beamline_correlation_monte_carlo_test.cpp
  LIBRARIES patina_beamline LABELS slow TIMEOUT 900)
