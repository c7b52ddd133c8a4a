patina_add_tests(run_test SOURCES run_lock_test.cpp run_progress_test.cpp run_schedule_test.cpp LIBRARIES patina_run)
patina_add_tests(cli_run_control_test SOURCES cli_run_control_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_run_control_test patina)
patina_add_tests(cli_run_test SOURCES cli_run_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_run_test patina)
patina_add_tests(cli_bad_input_test SOURCES cli_bad_input_test.cpp bad_json.cpp bad_potentials.cpp LIBRARIES patina_core
  LABELS cli TIMEOUT 300)
add_dependencies(cli_bad_input_test patina)
patina_add_tests(cli_unstable_test SOURCES cli_unstable_test.cpp LIBRARIES patina_core LABELS cli)
add_dependencies(cli_unstable_test patina)
patina_add_tests(run_state_points_test SOURCES run_state_points_test.cpp
  LIBRARIES patina_liquid_run patina_md nlohmann_json::nlohmann_json LABELS slow TIMEOUT 3600)
add_dependencies(run_state_points_test patina)
