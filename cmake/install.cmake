# What `cmake --install` leaves behind: headers, both libraries, the program, and what CMake and
# pkg-config need to find them. No path of this machine gets into it, so that the tree can be moved.
#
#   runtime      libtijian.so, the program tijian, the licence
#   development  headers, libtijian.a, the packages of CMake and pkg-config

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tijian")

foreach(header IN LISTS TJ_PUBLIC_HEADERS)
  cmake_path(GET header PARENT_PATH folder)
  install(
    FILES "include/${header}"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}"
    COMPONENT development)
endforeach()

set(installed_libraries tijian_headers tijian_static)
if(TJ_BUILD_C_API)
  list(APPEND installed_libraries tijian_c)
endif()
install(
  TARGETS ${installed_libraries}
  EXPORT tijianTargets
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
          COMPONENT runtime
          NAMELINK_COMPONENT development
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
  INCLUDES
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
if(TJ_BUILD_CLI)
  install(TARGETS tijian_cli RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
endif()
install(
  FILES LICENSE
  DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/tijian"
  COMPONENT runtime)

install(
  EXPORT tijianTargets
  NAMESPACE tijian::
  DESTINATION "${package_folder}"
  COMPONENT development)
configure_package_config_file(
  cmake/tijianConfig.cmake.in "${CMAKE_CURRENT_BINARY_DIR}/tijianConfig.cmake"
  INSTALL_DESTINATION "${package_folder}"
  NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may break its users (semantic versioning), and then a program that asks
# for 0.1 must not be given 0.2.
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(compatibility SameMinorVersion)
else()
  set(compatibility SameMajorVersion)
endif()
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/tijianConfigVersion.cmake"
                                 COMPATIBILITY ${compatibility})
install(
  FILES "${CMAKE_CURRENT_BINARY_DIR}/tijianConfig.cmake"
        "${CMAKE_CURRENT_BINARY_DIR}/tijianConfigVersion.cmake"
  DESTINATION "${package_folder}"
  COMPONENT development)

# pkg-config tells a .pc file where it lies; from there all ways are relative.
set(from_pkg_config "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY "${from_pkg_config}" OUTPUT_VARIABLE
           way_to_prefix)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}"
           OUTPUT_VARIABLE way_to_libraries)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}"
           OUTPUT_VARIABLE way_to_headers)
set(pkg_config_files tijian-cpp)
if(TJ_BUILD_C_API)
  list(APPEND pkg_config_files tijian)
endif()
foreach(name IN LISTS pkg_config_files)
  configure_file("cmake/${name}.pc.in" "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc" @ONLY)
  install(
    FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
    DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
    COMPONENT development)
endforeach()
