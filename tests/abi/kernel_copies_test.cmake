# Only functions of the kernels' copies have instructions that not every CPU has: what others share with
# them – an inline function of the standard library, say – the linker keeps once, for every CPU.
# cmake -DOBJDUMP=… -DOBJECTS=a.o|b.o -DWORK=… -P kernel_copies_test.cmake
cmake_minimum_required(VERSION 3.25)
string(REPLACE "|" ";" objects "${OBJECTS}")
set(listing "${WORK}/kernel_copies.txt")
execute_process(COMMAND "${OBJDUMP}" -d --no-show-raw-insn ${objects} OUTPUT_FILE "${listing}"
                COMMAND_ERROR_IS_FATAL ANY)
# Headings of functions, and the instructions of AVX and later: all of them begin with v.
file(STRINGS "${listing}" lines REGEX "^[0-9a-f]+ <|:\tv[a-z]|%[yz]mm")
set(function "")
set(copied 0)
set(shared "")
foreach(line IN LISTS lines)
  if(line MATCHES "^[0-9a-f]+ <(.*)>:$")
    set(function "${CMAKE_MATCH_1}")
  elseif(function MATCHES "4avx2|10avx2_tiles|6avx512|12avx512_tiles")
    math(EXPR copied "${copied} + 1")
  elseif(NOT function MATCHES "^_ZL")  # local to its file
    list(APPEND shared "${function}")
  endif()
endforeach()
list(REMOVE_DUPLICATES shared)
if(shared)
  list(JOIN shared "\n  " names)
  message(FATAL_ERROR "Compiled for one kind of CPU, and shared:\n  ${names}")
endif()
if(copied EQUAL 0)
  message(FATAL_ERROR "No wide instruction at all in ${objects}")
endif()
