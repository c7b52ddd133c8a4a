patina_add_tests(core_storage_test SOURCES core_hdf5_test.cpp core_durable_file_test.cpp LIBRARIES patina_core)
patina_add_tests(md_trajectory_test SOURCES md_trajectory_test.cpp LIBRARIES patina_md RANKS 1 2 3 LABELS mpi)
patina_add_tests(md_checkpoint_test SOURCES md_checkpoint_test.cpp md_thermo_test.cpp LIBRARIES patina_md RANKS 1 2 3 LABELS mpi)
patina_add_tests(md_checkpoint_damage_test SOURCES md_checkpoint_damage_test.cpp LIBRARIES patina_md)
