# Builders, velocities and structure files (after engine_tests.cmake, which unpacks the files of LAMMPS).
patina_add_tests(structure_test
  SOURCES md_hostile_structure_test.cpp md_lattice_test.cpp md_random_structure_test.cpp md_structure_choice_test.cpp
    md_structure_file_test.cpp md_velocity_test.cpp
  LIBRARIES patina_md)
patina_add_tests(structure_ranks_test SOURCES md_structure_ranks_test.cpp LIBRARIES patina_md RANKS 1 3 LABELS mpi)
patina_add_tests(cli_convert_test SOURCES cli_convert_test.cpp LIBRARIES patina_md LABELS cli)
add_dependencies(cli_convert_test patina)
foreach(target structure_test structure_ranks_test cli_convert_test)
  target_compile_definitions(${target} PRIVATE PATINA_LAMMPS_REFERENCE="${PATINA_LAMMPS_REFERENCE}")
endforeach()
