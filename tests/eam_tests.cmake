patina_add_tests(md_eam_test
  SOURCES md_eam_tables_test.cpp reference_eam.cpp
  LIBRARIES patina_md)
