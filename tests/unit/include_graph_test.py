"""The direction of includes: kernels know nothing of the model, the model nothing of kernels, plan, tally
and assess join them, and nobody includes what sits outside (JSON, C API, command line)."""

import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "include"
PUBLIC = sorted(INCLUDE.rglob("*.hpp")) + sorted(INCLUDE.rglob("*.h"))
SOURCES = sorted((ROOT / "src").rglob("*.cpp")) + sorted((ROOT / "src").rglob("*.hpp"))

# The model: what a framework and its errors are. It may include only itself.
MODEL = {"framework.hpp", "text.hpp", "issue.hpp", "messages.hpp", "nearest.hpp"}
# Entry points that only programs include. The umbrella must reach none of them.
OUTSIDE = {"arrow.hpp", "arrow_ownership.hpp", "assessment_bytes.hpp", "json.hpp", "tijian.h"}
UMBRELLA = "tijian.hpp"


def includes(path: pathlib.Path) -> list[tuple[str, str]]:
    """(delimiter, name) of each include of the file, commented ones left out."""
    return re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', path.read_text("utf-8"), re.MULTILINE)


def own(path: pathlib.Path) -> list[str]:
    """Names below include/tijian/ that the file includes."""
    return [name.removeprefix("tijian/") for _, name in includes(path) if name.startswith("tijian/")]


def name_of(path: pathlib.Path) -> str:
    return path.relative_to(INCLUDE / "tijian").as_posix()


def refused(name: str, included: str) -> str | None:
    """Why the header `name` must not include `included`, or None."""
    if included == UMBRELLA:
        return "the umbrella is for users of the library"
    if included in OUTSIDE and name not in OUTSIDE:
        return "it sits outside; nobody includes it"
    if name.startswith("kernels/") and not included.startswith("kernels/"):
        return "kernels include only kernels"
    if name in MODEL and included not in MODEL:
        return "the model includes only the model"
    if name.startswith("formula/") and not (
        included.startswith(("formula/", "kernels/")) or included in MODEL
    ):
        return "formulas know only the model and kernels"
    return None


def test_there_are_headers():
    assert PUBLIC


@pytest.mark.parametrize("path", PUBLIC, ids=name_of)
def test_header_includes_in_the_right_direction(path):
    faults = []
    for included in own(path) if name_of(path) != UMBRELLA else []:
        reason = refused(name_of(path), included)
        if reason:
            faults.append(f"{name_of(path)} includes {included}: {reason}")
    assert not faults


@pytest.mark.parametrize("path", PUBLIC, ids=name_of)
def test_header_includes_only_the_standard_library_and_the_project(path):
    foreign = [
        name
        for delimiter, name in includes(path)
        if not name.startswith("tijian/")
        and (delimiter == '"' or "/" in name or name.endswith(".hpp"))
    ]
    assert not foreign, "public headers show no third party"


@pytest.mark.parametrize("path", PUBLIC, ids=name_of)
def test_included_headers_exist(path):
    assert not [name for name in own(path) if not (INCLUDE / "tijian" / name).is_file()]


def test_the_umbrella_reaches_no_reader():
    reached, waiting = set(), [UMBRELLA]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += own(INCLUDE / "tijian" / name)
    assert not reached & OUTSIDE


def needed(path: pathlib.Path) -> list[str]:
    """What a header includes before its declarations. It may include at its end what defines its functions,
    which includes it in turn."""
    declarations = path.read_text("utf-8").partition("\nnamespace tijian")[0]
    return re.findall(r'^\s*#\s*include\s*[<"]tijian/([^>"]+)[>"]', declarations, re.MULTILINE)


def test_there_is_no_cycle():
    edges = {name_of(path): needed(path) for path in PUBLIC}
    finished, path = set(), []

    for start in edges:
        waiting = [(start, iter(edges[start]))]
        path = [start]
        while waiting:
            name, remaining = waiting[-1]
            following = next(remaining, None)
            if following is None:
                finished.add(name)
                waiting.pop()
                path.pop()
            elif following in path:
                raise AssertionError(" -> ".join([*path[path.index(following) :], following]))
            elif following not in finished:
                waiting.append((following, iter(edges.get(following, []))))
                path.append(following)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_sources_do_not_reach_into_their_neighbours(path):
    """src/arrow, src/json, src/saved, src/cli and src/c_api speak to each other through public headers; files are read
    by the command line alone."""
    folder = path.relative_to(ROOT / "src").parts[0]
    neighbours = {"arrow", "json", "cli", "c_api", "frameworks", "kernels", "io", "saved"} - {folder}
    if folder == "cli":
        neighbours.remove("io")
    reached = [
        name
        for delimiter, name in includes(path)
        if delimiter == '"' and name.removeprefix("../").split("/")[0] in neighbours
    ]
    assert not reached


def test_no_file_is_named_for_nothing():
    words = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    named = [
        path.relative_to(ROOT).as_posix()
        for folder in ("include", "src", "tests", "benchmarks", "examples", "docs", "cmake", "bindings")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.stem.removesuffix("_test") in words
    ]
    assert not named
