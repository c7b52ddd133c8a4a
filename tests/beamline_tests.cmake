patina_add_tests(beamline_photons_test
  SOURCES beamline_photons_test.cpp statistics.cpp
  LIBRARIES patina_beamline)
