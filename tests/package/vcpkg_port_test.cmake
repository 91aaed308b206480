# Runs the port's portfile.cmake with stand-ins for vcpkg's functions: the source is really found and
# configured, nothing is built.
#   cmake -DPORT_FOLDER=… -DLINKAGE=static|dynamic -DFOLDER=… -DINSTALLED=… -P vcpkg_port_test.cmake
cmake_minimum_required(VERSION 3.25)

set(PORT tijian)
set(CURRENT_PORT_DIR "${PORT_FOLDER}")
set(CURRENT_PACKAGES_DIR "${FOLDER}/packages")
set(VCPKG_LIBRARY_LINKAGE "${LINKAGE}")
set(called "")

function(note name)
  set(called "${called};${name}" PARENT_SCOPE)
endfunction()

macro(vcpkg_cmake_configure)
  note(vcpkg_cmake_configure)
  cmake_parse_arguments(port "" "SOURCE_PATH" "OPTIONS" ${ARGN})
  if(port_UNPARSED_ARGUMENTS OR NOT port_SOURCE_PATH OR NOT port_OPTIONS)
    message(FATAL_ERROR "vcpkg_cmake_configure(${ARGN})")
  endif()
  # vcpkg, too, says whether libraries are to be shared.
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${port_SOURCE_PATH}" -B "${FOLDER}/build" -G Ninja
            -DCMAKE_BUILD_TYPE=Release ${port_OPTIONS} --warn-uninitialized
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET ERROR_VARIABLE warnings)
  if(warnings MATCHES "were not used by the project")
    message(FATAL_ERROR "${warnings}")
  endif()
endmacro()

macro(vcpkg_cmake_install)
  note(vcpkg_cmake_install)
  file(MAKE_DIRECTORY "${CURRENT_PACKAGES_DIR}/share/tijian")
endmacro()

macro(vcpkg_cmake_config_fixup)
  note(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(port "" "PACKAGE_NAME;CONFIG_PATH" "" ${ARGN})
  if(NOT EXISTS "${INSTALLED}/${port_CONFIG_PATH}/tijianConfig.cmake")
    message(FATAL_ERROR "the package of CMake is not in ${port_CONFIG_PATH}")
  endif()
endmacro()

macro(vcpkg_fixup_pkgconfig)
  note(vcpkg_fixup_pkgconfig)
endmacro()

macro(vcpkg_install_copyright)
  note(vcpkg_install_copyright)
  cmake_parse_arguments(port "" "" "FILE_LIST" ${ARGN})
  file(READ "${port_FILE_LIST}" text)
  if(NOT text MATCHES "Apache License")
    message(FATAL_ERROR "no licence in ${port_FILE_LIST}")
  endif()
endmacro()

include("${PORT_FOLDER}/portfile.cmake")

set(expected
    ";vcpkg_cmake_configure;vcpkg_cmake_install;vcpkg_cmake_config_fixup;vcpkg_fixup_pkgconfig;vcpkg_install_copyright"
)
if(NOT called STREQUAL expected)
  message(FATAL_ERROR "called ${called}")
endif()
if(NOT EXISTS "${CURRENT_PACKAGES_DIR}/share/tijian/usage")
  message(FATAL_ERROR "no usage")
endif()
load_cache("${FOLDER}/build" READ_WITH_PREFIX cached_ TJ_BUILD_C_API TJ_BUILD_CLI TJ_INSTALL)
string(COMPARE EQUAL "${LINKAGE}" "dynamic" wants_c_api)
if(wants_c_api AND NOT cached_TJ_BUILD_C_API OR cached_TJ_BUILD_C_API AND NOT wants_c_api)
  message(FATAL_ERROR "linkage ${LINKAGE}, but TJ_BUILD_C_API is ${cached_TJ_BUILD_C_API}")
endif()
if(cached_TJ_BUILD_CLI OR NOT cached_TJ_INSTALL)
  message(FATAL_ERROR "options were not taken over")
endif()
