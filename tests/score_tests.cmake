patina_add_tests(score_test
  SOURCES beamline_record_covariance_test.cpp score_binning_test.cpp score_grade_test.cpp
  LIBRARIES patina_score patina_scattering)
patina_add_tests(cli_score_test SOURCES cli_score_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_score_test patina)
patina_add_tests(cli_score_files_test SOURCES cli_score_files_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_score_files_test patina)
patina_add_tests(cli_synth_report_test SOURCES cli_synth_report_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_synth_report_test patina)
