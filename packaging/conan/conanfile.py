"""The recipe for Conan 2, of the tree that it lies in."""

import os
import re

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.cmake import CMake, CMakeDeps, CMakeToolchain, cmake_layout
from conan.tools.files import copy, load, rmdir


class TijianRecipe(ConanFile):
    name = "tijian"
    description = "Urban health-check (城市体检) indicators: scored, aggregated, classified"
    license = "Apache-2.0"
    topics = ("urban health check", "indicators", "arrow")
    package_type = "static-library"
    settings = "os", "arch", "compiler", "build_type"
    # The C API is a shared library beside the static C++ one.
    options = {"c_api": [True, False], "fPIC": [True, False]}
    default_options = {"c_api": True, "fPIC": True}

    def set_version(self):
        header = load(self, os.path.join(self.recipe_folder, "../../include/tijian/version.hpp"))
        self.version = re.search(r'library_version = "([0-9.]+)"', header)[1]

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "../..")
        for pattern in ("CMakeLists.txt", "LICENSE", "cmake/*", "include/*", "src/*"):
            copy(self, pattern, root, self.export_sources_folder)

    def requirements(self):
        # Compiled into the library; programs that use it never see it.
        self.requires("nlohmann_json/[>=3.11 <4]", visible=False)

    def validate(self):
        check_min_cppstd(self, 20)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["TJ_BUILD_C_API"] = bool(self.options.c_api)
        toolchain.cache_variables["TJ_BUILD_CLI"] = False
        toolchain.cache_variables["TJ_BUILD_TESTS"] = False
        toolchain.cache_variables["TJ_INSTALL"] = True
        toolchain.cache_variables["CMAKE_COMPILE_WARNING_AS_ERROR"] = False
        toolchain.generate()
        CMakeDeps(self).generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        rmdir(self, os.path.join(self.package_folder, "share"))

    def package_info(self):
        # The installation brings its own CMake and pkg-config files, which tell the two libraries of
        # one name apart; Conan need not make others.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.set_property("pkg_config_name", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake", "tijian")]
        self.cpp_info.libs = [":libtijian.a"]
        self.cpp_info.system_libs = ["pthread"]
