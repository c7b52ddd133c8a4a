# The room structure/ (structure_tests.cmake are those of structure files).
patina_add_tests(voronoi_test SOURCES structure_voronoi_test.cpp LIBRARIES patina_structure)
patina_add_tests(pair_shells_test SOURCES structure_pair_shells_test.cpp LIBRARIES patina_structure)
patina_add_tests(deformation_test SOURCES structure_deformation_test.cpp LIBRARIES patina_structure)
patina_add_tests(cli_structure_test SOURCES cli_structure_test.cpp LIBRARIES patina_md nlohmann_json::nlohmann_json LABELS cli)
add_dependencies(cli_structure_test patina)
patina_add_tests(structure_glass_test SOURCES structure_glass_test.cpp LIBRARIES patina_core nlohmann_json::nlohmann_json LABELS slow TIMEOUT 3600)
add_dependencies(structure_glass_test patina)
