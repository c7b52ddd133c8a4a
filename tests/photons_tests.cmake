patina_add_tests(beamline_photons_test
  SOURCES beamline_correlation_error_test.cpp beamline_detector_test.cpp beamline_photons_test.cpp beamline_plan_test.cpp statistics.cpp
  LIBRARIES patina_beamline)
patina_add_tests(beamline_correlation_monte_carlo_test
  SOURCES beamline_correlation_monte_carlo_test.cpp
  LIBRARIES patina_beamline LABELS slow TIMEOUT 900)
patina_add_tests(beamline_plan_monte_carlo_test
  SOURCES beamline_plan_monte_carlo_test.cpp
  LIBRARIES patina_beamline LABELS slow TIMEOUT 900)
patina_add_tests(cli_plan_test SOURCES cli_plan_test.cpp LIBRARIES patina_core LABELS cli)
add_dependencies(cli_plan_test patina)
