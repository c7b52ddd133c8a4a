# The paper's experiments at their test size: each runs its inputs, measures, and compares with inputs/E*/expected.json. Seeds are fixed; a
# check fails beyond its tolerance by four standard errors.
set(PATINA_EXPERIMENTS_FOLDER ${CMAKE_CURRENT_BINARY_DIR}/experiments)
set(PATINA_EXPERIMENTS_ENVIRONMENT "OMP_NUM_THREADS=1;PYTHONDONTWRITEBYTECODE=1")

add_test(NAME experiments_clean COMMAND ${CMAKE_COMMAND} -E rm -rf ${PATINA_EXPERIMENTS_FOLDER})
set_tests_properties(experiments_clean PROPERTIES LABELS experiments FIXTURES_SETUP experiments_folder)

foreach(name E1 E2 E3 E4 E5 E7 E8 E9 E10 E11)
  add_test(NAME experiment_${name}
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/experiment ${name} --out ${PATINA_EXPERIMENTS_FOLDER}/${name} --patina $<TARGET_FILE:patina>
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(experiment_${name} PROPERTIES LABELS experiments TIMEOUT 900 FIXTURES_REQUIRED experiments_folder
    ENVIRONMENT "${PATINA_EXPERIMENTS_ENVIRONMENT}")
endforeach()

add_test(NAME experiments_driver
  COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/experiments_driver_test.py $<TARGET_FILE:patina>
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties(experiments_driver PROPERTIES LABELS unit TIMEOUT 120 ENVIRONMENT "${PATINA_EXPERIMENTS_ENVIRONMENT}")
