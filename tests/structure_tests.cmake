# Builders, velocities and structure files.
patina_add_tests(structure_test
  SOURCES md_lattice_test.cpp md_random_structure_test.cpp md_velocity_test.cpp
  LIBRARIES patina_md)
