# The symbols that the shared library exports are exactly those of functions.txt, of which each line has a
# name, a version and a date.
# cmake -DNM=… -DLIBRARY=… -DFUNCTIONS=… -P exported_symbols_test.cmake
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/read_functions.cmake")
execute_process(COMMAND "${NM}" -D --defined-only --extern-only --format=posix "${LIBRARY}"
                OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" symbols "${symbols}")
set(exported "")
foreach(line IN LISTS symbols)
  if(line MATCHES "^([^ @]+)(@+([^ ]+))? ([A-Za-z]) " AND NOT CMAKE_MATCH_4 STREQUAL "A")
    list(APPEND exported "${CMAKE_MATCH_1}")
  endif()
endforeach()
read_functions("${FUNCTIONS}" expected)
list(SORT exported)
list(SORT expected)
if(NOT exported STREQUAL expected)
  message(FATAL_ERROR "exported: ${exported}\nexpected: ${expected}")
endif()
