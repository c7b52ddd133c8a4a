patina_add_tests(md_eam_test
  SOURCES bad_potentials.cpp md_bad_potential_test.cpp md_eam_file_test.cpp md_eam_tables_test.cpp md_odd_potential_test.cpp
          reference_eam.cpp
  LIBRARIES patina_md)
