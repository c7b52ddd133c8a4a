# Compiler settings of Patina's own targets: patina_settings is linked by each of them, privately.
add_library(patina_settings INTERFACE)
target_include_directories(patina_settings INTERFACE ${PROJECT_SOURCE_DIR})
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(patina_settings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion>)
  if(PATINA_ENABLE_WERROR)
    target_compile_options(patina_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
  endif()
  if(PATINA_NATIVE)
    target_compile_options(patina_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-march=native>)
  endif()
  # The same bits whatever the compiler and the instruction set: no -ffast-math, and no products fused into sums but
  # where the code says so. The other two change no result.
  target_compile_options(patina_settings INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -fno-math-errno -fno-trapping-math>)
  # "omp simd" marks loops whose sums may be taken in vector lanes; no threads come with it.
  target_compile_options(patina_settings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp-simd>)
endif()
