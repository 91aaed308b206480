# An overlay port of this tree: it lies in packaging/vcpkg/ports/tijian.
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../../.." ABSOLUTE)

# The C++ library is always an archive. The C API is a shared library, which static triplets do not take.
set(c_api OFF)
if(VCPKG_LIBRARY_LINKAGE STREQUAL "dynamic")
  set(c_api ON)
endif()

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS
    -DTJ_BUILD_C_API=${c_api}
    -DTJ_BUILD_CLI=OFF
    -DTJ_BUILD_TESTS=OFF
    -DTJ_INSTALL=ON
    -DCMAKE_COMPILE_WARNING_AS_ERROR=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/tijian)
vcpkg_fixup_pkgconfig()

file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include"
                    "${CURRENT_PACKAGES_DIR}/debug/share"
                    "${CURRENT_PACKAGES_DIR}/share/licenses")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
