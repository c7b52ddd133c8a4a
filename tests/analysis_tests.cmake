patina_add_tests(analysis_test
  SOURCES analysis_glass_transition_test.cpp analysis_kww_test.cpp analysis_lag_covariance_test.cpp
          analysis_dynamics_test.cpp analysis_g2_fit_test.cpp analysis_plateau_test.cpp analysis_run_test.cpp analysis_two_time_test.cpp synthetic_dynamics.cpp synthetic_run.cpp
  LIBRARIES patina_analysis)
patina_add_tests(report_test SOURCES cli_report_test.cpp synthetic_dynamics.cpp synthetic_run.cpp LIBRARIES patina_analysis LABELS cli)
add_dependencies(report_test patina)
patina_add_tests(analysis_coverage_test SOURCES analysis_coverage_test.cpp synthetic_run.cpp LIBRARIES patina_analysis
  LABELS slow)
patina_add_tests(change_points_test SOURCES analysis_change_points_test.cpp LIBRARIES patina_analysis)
patina_add_tests(clock_fit_test SOURCES analysis_clock_fit_test.cpp synthetic_record.cpp LIBRARIES patina_analysis patina_beamline)
patina_add_tests(intermittency_test SOURCES analysis_intermittency_test.cpp synthetic_record.cpp LIBRARIES patina_analysis patina_beamline)
patina_add_tests(chi_t_test SOURCES analysis_chi_T_test.cpp synthetic_record.cpp LIBRARIES patina_analysis patina_beamline LABELS slow
  TIMEOUT 600)
patina_add_tests(clock_coverage_test SOURCES analysis_clock_coverage_test.cpp synthetic_record.cpp
  LIBRARIES patina_analysis patina_beamline LABELS slow TIMEOUT 600)
patina_add_tests(cli_analyse_test SOURCES cli_analyse_test.cpp LIBRARIES patina_core LABELS cli)
add_dependencies(cli_analyse_test patina)
patina_add_tests(glass_state_test SOURCES analysis_heating_test.cpp analysis_tau_law_test.cpp LIBRARIES patina_analysis)
