# What a distribution build holds: no instructions that an older machine lacks, but in loops chosen at run time.
if(NOT PATINA_NATIVE AND CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT "${CMAKE_CXX_FLAGS}" MATCHES "-march=")
  add_test(NAME portable_instructions
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/portable_instructions $<TARGET_FILE:patina> $<TARGET_FILE:md_chunk_kernels_test>)
  set_tests_properties(portable_instructions PROPERTIES LABELS unit TIMEOUT 120)
endif()
