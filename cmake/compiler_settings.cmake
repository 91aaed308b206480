# Settings of this project's own targets. Nothing here reaches a target of the embedding project.

if(PROJECT_IS_TOP_LEVEL)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release or RelWithDebInfo" FORCE)
  endif()
  find_program(TJ_CCACHE ccache)
  if(TJ_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${TJ_CCACHE}")
    set(CMAKE_C_COMPILER_LAUNCHER "${TJ_CCACHE}")
  endif()
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

function(tijian_compiler_settings target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    # The same bits on every CPU: a*b+c is two roundings, whatever the CPU could do in one.
    target_compile_options(${target} PRIVATE -ffp-contract=off)
    if(PROJECT_IS_TOP_LEVEL)
      target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
      # Packagers have other compilers, with other warnings: -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF.
      if(NOT DEFINED CMAKE_COMPILE_WARNING_AS_ERROR)
        set_target_properties(${target} PROPERTIES COMPILE_WARNING_AS_ERROR ON)
      endif()
    endif()
  endif()
endfunction()
