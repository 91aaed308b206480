# The binary interface is that of the last release: functions may have been added, and nothing else may
# have changed (not a type behind a pointer that callers see, not the size of a struct).
#
#   cmake -DABIDIFF=… -DLIBRARY=… -DBASELINE=… -DWORK=… -P abi_test.cmake
#
# The baseline is made at a release, from a library with debug information:
#   abidw --headers-dir include/tijian --drop-private-types --no-corpus-path --no-comp-dir-path \
#     --no-show-locs --exported-interfaces-only libtijian.so |
#     sed "s#path='[^']*'#path='libtijian'#" > tests/abi/libtijian-<version>.abi
# Until the first release it is the interface that 0.1.0 is to have.
function(compare baseline result_variable output_variable)
  execute_process(
    COMMAND "${ABIDIFF}" --no-added-syms --no-show-locs --exported-interfaces-only "${baseline}"
            "${LIBRARY}"
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(${result_variable} "${result}" PARENT_SCOPE)
  set(${output_variable} "${output}" PARENT_SCOPE)
endfunction()

compare("${BASELINE}" result output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "abidiff ended with ${result}:\n${output}")
endif()

# And the comparison notices: against interfaces with a function more, and with a larger struct.
file(READ "${BASELINE}" text)
function(expect_difference name pattern replacement)
  string(REGEX REPLACE "${pattern}" "${replacement}" changed "${text}")
  if(changed STREQUAL text)
    message(FATAL_ERROR "${name}: the baseline has nothing like ${pattern}")
  endif()
  file(WRITE "${WORK}/${name}.abi" "${changed}")
  compare("${WORK}/${name}.abi" result output)
  if(result EQUAL 0)
    message(FATAL_ERROR "${name}: not noticed")
  endif()
endfunction()
expect_difference(function_gone "tj_tally_merge" "tj_tally_merge_all")
expect_difference(struct_of_another_size "(name='tj_column' size-in-bits=)'512'" "\\1'576'")
expect_difference(parameter_of_another_type
                  "(<parameter type-id='[^']*' name=')index('/>)" "<parameter type-id='type-id-1' name='index'/>")
