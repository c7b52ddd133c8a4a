add_library(patina_analytic_forces STATIC analytic_forces.cpp)
target_link_libraries(patina_analytic_forces PUBLIC patina_md PRIVATE patina_settings)

patina_add_tests(md_skin_tuner_test SOURCES md_skin_tuner_test.cpp LIBRARIES patina_md)
patina_add_tests(md_integrate_test SOURCES md_integrate_test.cpp
  LIBRARIES patina_analytic_forces RANKS 1 2)
patina_add_tests(md_thermostat_test SOURCES md_thermostat_test.cpp
  LIBRARIES patina_analytic_forces)
patina_add_tests(md_minimize_test SOURCES md_minimize_test.cpp
  LIBRARIES patina_analytic_forces RANKS 1 2)

add_library(patina_statistics STATIC statistics.cpp)
target_link_libraries(patina_statistics PRIVATE patina_settings)
patina_add_tests(md_deformation_test SOURCES md_deformation_test.cpp LIBRARIES patina_analytic_forces RANKS 1 2)
patina_add_tests(md_cell_ensemble_test SOURCES md_cell_ensemble_test.cpp
  LIBRARIES patina_analytic_forces patina_statistics LABELS slow TIMEOUT 600)
patina_add_tests(md_crystals_test SOURCES md_crystals_test.cpp LIBRARIES patina_test_engine)

add_library(patina_metal_samples STATIC metal_samples.cpp)
target_link_libraries(patina_metal_samples PUBLIC patina_test_engine PRIVATE patina_settings)
patina_add_tests(md_nve_test SOURCES md_nve_test.cpp
  LIBRARIES patina_metal_samples patina_analytic_forces LABELS slow TIMEOUT 600)
patina_add_tests(md_ensemble_test SOURCES md_ensemble_test.cpp
  LIBRARIES patina_metal_samples patina_statistics LABELS slow TIMEOUT 1200)
patina_add_tests(md_deposition_test SOURCES md_deposition_test.cpp LIBRARIES patina_md patina_statistics RANKS 1 2 3 LABELS mpi)
