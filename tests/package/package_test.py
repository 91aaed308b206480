"""The package as its users meet it: installed, moved elsewhere, and every program of examples/consumers built with it.

TIJIAN_BUILD names the build that is installed; all that is made lies in its folder `package`.
"""

import functools
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).parent
CONSUMERS = ROOT / "examples/consumers"
BUILD = pathlib.Path(os.environ["TIJIAN_BUILD"]).resolve()
WORK = BUILD / "package"
VERSION = re.search(r'library_version = "([0-9.]+)"', (ROOT / "include/tijian/version.hpp").read_text("utf-8"))[1]
PLAN = "[0-9a-f]{64}"
SHIPPED = "dunhua-2025 mohurd-2025 yichang-2025"

# What each consumer prints after the version.
PRINTED = {
    "find_package_c": rf"yichang-2025, plan {PLAN}",
    "find_package_cpp": rf"yichang-2025, plan {PLAN}, yichang U47 critical",
    "headers_only": "Minzhu M-1 Corroded riser",
    "add_subdirectory": "framework.unknown_key at /yaer, nearest is year",
    "fetch_content": SHIPPED,
    "pkg_config_c": "framework.unknown_key at /yaer, nearest is year",
    "pkg_config_cpp": SHIPPED,
}


def run(*command, folder=None, **environment) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def compiler(name: str) -> str:
    """As ccache stands in for it, where Debian put that: no setting by which the tested projects would notice."""
    return shutil.which(name, path="/usr/lib/ccache") or name


def build(source: pathlib.Path, name: str, **settings) -> pathlib.Path:
    """Builds a project in a folder of its own, unoptimised, for that is quicker."""
    folder = WORK / name
    options = {"CMAKE_BUILD_TYPE": "None", "CMAKE_CXX_FLAGS": "-O0", **settings}
    run("cmake", "-S", source, "-B", folder, "-G", "Ninja", *(f"-D{key}={value}" for key, value in options.items()),
        CC=compiler("gcc"), CXX=compiler("g++"))
    run("cmake", "--build", folder)
    return folder


@functools.cache
def installed() -> pathlib.Path:
    """Installed in one place and moved to another: what remembers the first one fails."""
    shutil.rmtree(WORK, ignore_errors=True)
    run("cmake", "--install", BUILD, "--prefix", WORK / "installed")
    (WORK / "installed").rename(WORK / "moved")
    return WORK / "moved"


def libraries() -> pathlib.Path:
    (archive,) = installed().rglob("libtijian.a")
    return archive.parent


def pkg_config(*arguments) -> list[str]:
    return run("pkg-config", *arguments, PKG_CONFIG_LIBDIR=libraries() / "pkgconfig").split()


@functools.cache
def printed(consumer: str) -> str:
    source = CONSUMERS / consumer
    assert (installed() / "include/tijian/version.hpp").is_file()
    folder = WORK / consumer
    if not consumer.startswith("pkg_config"):
        build(source, consumer, CMAKE_PREFIX_PATH=installed())
        project = re.search(r"add_executable\((\w+)", (source / "CMakeLists.txt").read_text("utf-8"))[1]
        return run(folder / project)
    shutil.copytree(source, folder)
    # The very line that the documentation gives.
    run("bash", "-eu", "-c", documented()[consumer], folder=folder, PKG_CONFIG_LIBDIR=libraries() / "pkgconfig")
    return run(folder / "consumer", LD_LIBRARY_PATH=libraries())


@functools.cache
def documented() -> dict[str, str]:
    """The blocks of docs/embedding.md by the consumers that they are named for."""
    text = (ROOT / "docs/embedding.md").read_text("utf-8")
    return dict(re.findall(r"^```\w+ (\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("consumer", ["find_package_c", "find_package_cpp", "add_subdirectory", "fetch_content"])
def test_the_documentation_shows_what_is_built(consumer):
    assert documented()[consumer] in (CONSUMERS / consumer / "CMakeLists.txt").read_text("utf-8")


def test_every_consumer_is_listed():
    assert sorted(path.name for path in CONSUMERS.iterdir() if path.is_dir()) == sorted(PRINTED)
    readme = (CONSUMERS / "README.md").read_text("utf-8")
    assert [name for name in PRINTED if f"`{name}/`" not in readme] == []


@pytest.mark.parametrize("consumer", PRINTED)
def test_a_consumer_works(consumer):
    assert re.fullmatch(rf"tijian {VERSION}: {PRINTED[consumer]}\n", printed(consumer))


def test_c_and_cpp_compile_the_same_plan():
    assert re.search(PLAN, printed("find_package_c"))[0] == re.search(PLAN, printed("find_package_cpp"))[0]


def test_consumers_see_no_library_that_is_used_inside():
    printed("find_package_cpp")
    seen = run("ninja", "-C", WORK / "find_package_cpp", "-t", "deps")
    assert "tijian/tally.hpp" in seen
    assert not re.search("nlohmann|[Ee]igen|CLI11|csv.h", seen)
    for path in installed().rglob("*"):
        if path.suffix in (".cmake", ".pc"):
            assert not re.search("nlohmann|eigen|cli11|csv", path.read_text("utf-8"), re.IGNORECASE), path


def test_both_libraries_in_one_program():
    folder = build(HERE / "both_libraries", "both_libraries", CMAKE_PREFIX_PATH=installed())
    assert run(folder / "both_libraries") == "same fingerprint\n"


def test_find_package_answers_only_fitting_requests():
    run("cmake", "-S", HERE / "version_requests", "-B", WORK / "version_requests", "-G", "Ninja", f"-DVERSION={VERSION}",
        f"-DCMAKE_PREFIX_PATH={installed()}")


# ---- inside other projects ----------------------------------------------------------------------


def test_nothing_leaks_into_a_strict_project():
    installed()
    folder = build(HERE / "enclosing_project", "strict", TIJIAN_SOURCE=ROOT)
    assert run(folder / "enclosing") == "1 mohurd-2025\n"
    run("cmake", "--install", folder, "--prefix", WORK / "strict_installed")
    assert [path for path in (WORK / "strict_installed").rglob("*") if path.is_file()] == []


def test_a_lenient_project_may_install_it():
    """And may want shared libraries and unity builds of its own."""
    installed()
    folder = build(HERE / "enclosing_project", "lenient", TIJIAN_SOURCE=ROOT, STRICT="OFF", TJ_INSTALL="ON",
                   BUILD_SHARED_LIBS="ON", CMAKE_UNITY_BUILD="ON")
    assert run(folder / "enclosing") == "1 mohurd-2025\n"
    run("cmake", "--install", folder, "--prefix", WORK / "lenient_installed")
    names = {path.name for path in (WORK / "lenient_installed").rglob("*")}
    assert {"libtijian.a", "tijianConfig.cmake", "tijian-cpp.pc", "version.hpp"} <= names
    assert not {"libtijian.so", "tijian.pc", "tijian"} & {path.name for path in (WORK / "lenient_installed").rglob("*") if path.is_file()}


# ---- what is installed --------------------------------------------------------------------------


def files(folder: pathlib.Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_no_path_of_this_machine_is_installed():
    places = {str(place).encode() for place in (ROOT, BUILD, WORK / "installed")}
    for path in installed().rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [place for place in places if place in content], path
    described = [path for path in installed().rglob("*") if path.suffix in (".cmake", ".pc")]
    assert len(described) == 6
    for path in described:
        assert not re.findall(r'(?:^|[\s"\';=IL])(/\w[^\s"]*)', path.read_text("utf-8"), re.MULTILINE), path


def test_every_public_header_is_installed_and_includes_only_those():
    headers = {name for name in files(ROOT / "include")}
    assert files(installed() / "include") == headers
    standard = re.compile(r"[a-z_]+(\.h)?")
    for path in (installed() / "include").rglob("*"):
        if path.is_file():
            for delimiter, name in re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)', path.read_text("utf-8"), re.MULTILINE):
                assert name in headers or (delimiter == "<" and standard.fullmatch(name)), f"{path} includes {name}"


@pytest.mark.parametrize("header", ["tijian/tijian.h", "tijian/arrow_abi.h"])
@pytest.mark.parametrize("language", ["c99", "c11", "c++20"])
def test_c_headers_compile_alone(header, language):
    source = WORK / "header_alone.c"
    installed()
    source.write_text(f"#include <{header}>\n#include <{header}>\nint main(void) {{ return 0; }}\n")
    command = ["gcc"] if language.startswith("c9") or language == "c11" else ["g++", "-x", "c++"]
    strict = [] if language == "c++20" else ["-Wstrict-prototypes"]
    run(*command, f"-std={language}", "-Wall", "-Wextra", "-Wpedantic", *strict, "-Werror", "-fsyntax-only",
        f"-I{installed() / 'include'}", source)


def dynamic_section(file: pathlib.Path) -> dict[str, set[str]]:
    found = {}
    for tag, value in re.findall(r"\((\w+)\)\s+[^\[\n]*\[([^\]]*)\]", run("readelf", "-dW", file)):
        found.setdefault(tag, set()).add(value)
    return found


def test_the_shared_library():
    library = libraries() / "libtijian.so"
    assert os.readlink(library) == "libtijian.so.0"
    assert os.readlink(libraries() / "libtijian.so.0") == f"libtijian.so.{VERSION}"
    section = dynamic_section(library)
    assert section["SONAME"] == {"libtijian.so.0"}
    allowed = {"libc.so.6", "libm.so.6", "libstdc++.so.6", "libgcc_s.so.1"}
    assert section["NEEDED"] - {"ld-linux-x86-64.so.2"} <= allowed and "libc.so.6" in section["NEEDED"]
    assert not {"RPATH", "RUNPATH"} & section.keys()


def test_the_program():
    program = installed() / "bin/tijian"
    assert VERSION in run(program, "version")
    section = dynamic_section(program)
    # One file that can be copied: of this project it needs nothing else.
    assert not [name for name in section["NEEDED"] if "tijian" in name]
    assert not {"RPATH", "RUNPATH"} & section.keys()


def test_components_share_the_files_out():
    for component in ("runtime", "development"):
        run("cmake", "--install", BUILD, "--prefix", WORK / component, "--component", component)
    runtime, development = files(WORK / "runtime"), files(WORK / "development")
    assert runtime | development == files(installed()) and not runtime & development
    assert {pathlib.PurePath(name).name for name in runtime} == {
        "tijian", "LICENSE", "libtijian.so.0", f"libtijian.so.{VERSION}"}


def test_pkg_config_tells_the_two_libraries_apart():
    assert pkg_config("--modversion", "tijian", "tijian-cpp") == [VERSION, VERSION]
    shared, archive = pkg_config("--libs", "tijian"), pkg_config("--libs", "tijian-cpp")
    assert "-ltijian" in shared and not [word for word in shared if word.endswith(".a")]
    assert "-ltijian" not in archive
    (file,) = [pathlib.Path(word) for word in archive if word.endswith(".a")]
    assert file.resolve() == libraries() / "libtijian.a"
    assert sorted(set(archive)) == sorted(set(pkg_config("--static", "--libs", "tijian-cpp")))


# ---- package managers: linted, for their registries are not at hand -----------------------------

PORT = ROOT / "packaging/vcpkg/ports/tijian"


def test_vcpkg_manifest():
    manifest = json.loads((PORT / "vcpkg.json").read_text("utf-8"))
    assert {"name", "version-semver", "description", "license", "supports", "dependencies"} <= manifest.keys()
    assert (manifest["name"], manifest["version-semver"], manifest["license"]) == ("tijian", VERSION, "Apache-2.0")
    names = [entry if isinstance(entry, str) else entry["name"] for entry in manifest["dependencies"]]
    assert names == sorted(names) and "nlohmann-json" in names


@pytest.mark.parametrize("linkage", ["static", "dynamic"])
def test_vcpkg_port(linkage):
    """With stand-ins for vcpkg's functions, which configure and compare with what has been installed here."""
    folder = WORK / f"vcpkg_{linkage}"
    installed()
    run("cmake", f"-DPORT_FOLDER={PORT}", f"-DLINKAGE={linkage}", f"-DFOLDER={folder}", f"-DINSTALLED={installed()}", "-P",
        HERE / "vcpkg_port_test.cmake")


def test_conan_recipe():
    recipes = ROOT / "packaging/conan"
    for recipe in (recipes / "conanfile.py", recipes / "test_package/conanfile.py"):
        compile(recipe.read_text("utf-8"), str(recipe), "exec")
    conan = pathlib.Path(sys.executable).with_name("conan")
    installed()
    described = json.loads(run(conan, "inspect", recipes, "--format=json", CONAN_HOME=WORK / "conan"))
    assert (described["name"], described["version"], described["license"]) == ("tijian", VERSION, "Apache-2.0")
    assert run(conan, "inspect", recipes / "test_package", CONAN_HOME=WORK / "conan")


def test_options_of_the_ports_are_those_of_the_project():
    project = (ROOT / "CMakeLists.txt").read_text("utf-8")
    for recipe in (PORT / "portfile.cmake", ROOT / "packaging/conan/conanfile.py"):
        named = set(re.findall(r"TJ_[A-Z_]+", recipe.read_text("utf-8")))
        assert named and not [name for name in named if f"option({name} " not in project]
