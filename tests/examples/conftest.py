"""What the tests of the examples share: the generator, compiled once, and the command line."""

import os
import shlex
import subprocess

import pytest

from example_files import PUBLISHED, ROOT


def pytest_configure(config):
    config.addinivalue_line("markers", "published: compares with the reference data that lies beside the repository")


def pytest_collection_modifyitems(config, items):
    """Where the reference data is not beside the repository there is nothing to compare: not run, rather than skipped."""
    if not PUBLISHED.exists():
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("published")])
        items[:] = [item for item in items if not item.get_closest_marker("published")]


@pytest.fixture(scope="session")
def generator(tmp_path_factory):
    """Runs the generator: generator(folder, option, value, …). GENERATE names one that is built already."""
    program = os.environ.get("GENERATE")
    if not program:
        program = tmp_path_factory.mktemp("generator") / "generate"
        source = ROOT / "examples/dunhua-2025/generate.cpp"
        compiler = shlex.split(os.environ.get("CXX", "c++"))
        subprocess.run([*compiler, "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program, source], check=True)

    def run(folder, *options):
        subprocess.run([program, "--output", folder, *map(str, options)], check=True)
        return folder

    run.program = program
    return run


@pytest.fixture(scope="session")
def survey(generator, tmp_path_factory):
    """The default survey: 3,000 buildings, seed 2025."""
    return generator(tmp_path_factory.mktemp("survey"))


@pytest.fixture(scope="session")
def command_line():
    """The program `tijian`: TIJIAN names it, TIJIAN_BUILD the folder that holds it."""
    program = os.environ.get("TIJIAN") or os.path.join(os.environ.get("TIJIAN_BUILD", ""), "tijian")
    if not os.access(program, os.X_OK):
        pytest.skip("no command line: set TIJIAN or TIJIAN_BUILD")
    return program
