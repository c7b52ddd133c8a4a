patina_add_tests(frames_test
  SOURCES frames_files_test.cpp frames_maker_test.cpp
  LIBRARIES patina_frames patina_statistics)
patina_add_tests(cli_frames_test SOURCES cli_frames_test.cpp LIBRARIES patina_core LABELS cli TIMEOUT 300)
add_dependencies(cli_frames_test patina)
