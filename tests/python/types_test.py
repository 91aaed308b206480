"""The package's types and docstrings, as editors and type checkers see them where it is installed."""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import os
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

import tijian
import tijian.excel
import tijian.frames
import tijian.plot
import tijian.table

PACKAGE = pathlib.Path(tijian.__file__).parent
MODULES = (tijian, tijian.excel, tijian.plot, tijian.table, tijian.frames)


def check(tool: str, *arguments: str, folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    # Pyright asks the first `python` of the path where the packages are.
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", tool, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def mypy(*arguments: str, folder: pathlib.Path) -> subprocess.CompletedProcess[str]:
    # Packages without types of their own, such as pyarrow, count as Any.
    strict = ["--strict", "--disable-error-code=import-untyped", "--no-error-summary"]
    return check("mypy", *strict, f"--cache-dir={folder / 'cache'}", *arguments, folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """With a cache that the module's tests share: most of the time goes to NumPy's and pandas' types."""
    return tmp_path_factory.mktemp("types")


def test_mypy_finds_nothing_in_the_package(folder: pathlib.Path):
    done = mypy("-p", "tijian", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_knows_every_public_type(folder: pathlib.Path):
    done = check("pyright", "--verifytypes", "tijian", "--ignoreexternal", "--outputjson", folder=folder)
    told = json.loads(done.stdout)["typeCompleteness"]
    assert told["packageName"] == "tijian" and told["exportedSymbolCounts"]["withKnownType"] > 100
    unknown = [symbol["name"] for symbol in told["symbols"] if symbol["isExported"] and not symbol["isTypeKnown"]]
    assert told["completenessScore"] == 1, unknown


PROGRAM = """
import pathlib
from collections.abc import Iterator
from typing import Any, assert_type

import duckdb
import numpy
import pandas
import polars
import pyarrow

import tijian
from tijian.frames import Frame


def batches() -> Iterator[polars.DataFrame]:
    yield polars.DataFrame()


def every_kind(relation: duckdb.DuckDBPyRelation, reader: pyarrow.RecordBatchReader, batch: pyarrow.RecordBatch) -> None:
    lists: dict[str, list[float | None]] = {"x": [1.0, None]}
    kinds: list[Frame] = [
        pandas.DataFrame(), polars.DataFrame(), relation, reader, batch, lists, {"x": numpy.zeros(2)}, batches(),
        [polars.DataFrame(), {"x": [1]}], tijian.Units(lists),
    ]
    for frame in kinds:
        tijian.Tally("mohurd-2025").add("buildings", frame)
    tijian.Units(pandas.DataFrame())
    tijian.Units(polars.DataFrame())
    tijian.Units(relation)
    tijian.Units(batches())
    tijian.assess("mohurd-2025", units=lists, tables={"a": pandas.DataFrame(), "b": lists}, entries=relation)


result = tijian.Assessment.load(b"")
assert_type(result, tijian.Assessment)
assert_type(result["problems"], tijian.AssessmentTable)
assert_type(result.problems.filter(units="a", indicators=["b"]), tijian.AssessmentTable)
assert_type(result.values.to_dicts(), list[dict[str, Any]])
assert_type(result.values.to_polars(), polars.DataFrame)
assert_type(result.values.to_pandas(), pandas.DataFrame)
assert_type(result.values.to_csv(), str)
result.values.to_csv("values.csv")
result.values.to_json(pathlib.Path("values.json"))
assert_type(bytes(result), bytes)
assert_type(len(result.units), int)
problems, checks = tijian.screen(result.framework, "buildings", {"x": [1]}, language=result.language)
assert_type(problems, tijian.Table)
try:
    tijian.Framework.load(pathlib.Path("framework.json"), documents={"base": {"tijian": 1}})
except (tijian.FrameworkError, tijian.DataError) as error:
    assert_type(error.issues, list[tijian.Issue])
"""
MISTAKES = [
    'tijian.Units("units.csv")',
    "tijian.Units(5)",
    'tijian.Units(["id", "level"])',
    'tijian.assess("mohurd-2025", {})',
    'tijian.assess("mohurd-2025", units={}, tables=[{}])',
    'tijian.assess("mohurd-2025", units={}, language="de")',
    'tijian.assess("mohurd-2025", units={}, unknown_units="ignore")',
    'tijian.assess("mohurd-2025", units={}, progress=lambda: None)',
    'tijian.assess("mohurd-2025", units={}).problem',
    'tijian.Tally("mohurd-2025").add({})',
    "tijian.Framework()(1)",
    'tijian.screen("mohurd-2025", "buildings", {}).values',
    'tijian.screen("mohurd-2025", "buildings", {}).problems.filter(level="city")',
]


def test_programs_are_checked(folder: pathlib.Path):
    (folder / "program.py").write_text(PROGRAM, "utf-8")
    done = mypy("program.py", folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def test_mistakes_are_found_where_they_are_written(folder: pathlib.Path):
    (folder / "mistakes.py").write_text("\n".join(["import tijian", *MISTAKES]), "utf-8")
    done = mypy("mistakes.py", folder=folder)
    found = {int(line) for line in re.findall(r"^mistakes\.py:(\d+): error", done.stdout, re.MULTILINE)}
    missed = [mistake for line, mistake in enumerate(MISTAKES, 2) if line not in found]
    assert not missed, done.stdout + done.stderr


# ---- the stub ----------------------------------------------------------------------------------------------


def described(names: ast.ClassDef | ast.Module) -> dict[str, ast.FunctionDef | None]:
    """Functions, and None for attributes and properties."""
    found: dict[str, ast.FunctionDef | None] = {}
    for node in names.body:
        if isinstance(node, ast.FunctionDef):
            is_property = any(isinstance(mark, ast.Name) and mark.id == "property" for mark in node.decorator_list)
            found[node.name] = None if is_property else node
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_"):
            found[node.target.id] = None
    return found


def registered(names: Any) -> dict[str, ast.FunctionDef | None]:
    """The same of what the module has, whose functions tell their signatures in the first line of their docstrings."""
    found: dict[str, ast.FunctionDef | None] = {}
    for name, value in vars(names).items():
        if isinstance(value, type) or (name.startswith("_") and name != "__init__"):
            continue
        if isinstance(value, staticmethod):
            value = value.__func__
        text = (value.__doc__ or "").split("\n")[0]
        signature = re.fullmatch(rf"{re.escape(name)}\(.*", text)
        if signature:
            (node,) = ast.parse(f"def {text}: ...").body
            assert isinstance(node, ast.FunctionDef)
            found[name] = node
        elif name != "__init__":
            found[name] = None
    return found


def signature(node: ast.FunctionDef | None) -> object:
    """Names, defaults, and the return type without its package and what it is a list or tuple of."""
    if node is None:
        return None
    assert node.returns is not None
    returned = ast.unparse(node.returns).split("[")[0].rpartition(".")[2]
    return [each.arg for each in node.args.args], [ast.unparse(value) for value in node.args.defaults], returned


def test_the_stub_has_all_of_the_module_and_nothing_else():
    core = importlib.import_module("tijian._core")
    stub = ast.parse((PACKAGE / "_core.pyi").read_text("utf-8"))
    pairs: dict[str, tuple[Any, Any]] = {"": (stub, core)}
    for node in stub.body:
        if isinstance(node, ast.ClassDef):
            pairs[f"{node.name}."] = (node, getattr(core, node.name))
    assert {name.rstrip(".") for name in pairs if name} == {
        name for name, value in vars(core).items() if isinstance(value, type)
    }
    for place, (node, value) in pairs.items():
        here, there = described(node), registered(value)
        assert {place + name for name in here} == {place + name for name in there}
        for name in here:
            assert signature(here[name]) == signature(there[name]), place + name


# ---- docstrings --------------------------------------------------------------------------------------------


def public_names() -> Iterator[tuple[str, Any]]:
    for module in MODULES:
        yield module.__name__, module
        for name in module.__all__:
            value = getattr(module, name)
            if not (callable(value) or inspect.isclass(value)) or not getattr(value, "__module__", "").startswith("tijian"):
                continue  # a version, an alias of types
            yield f"{module.__name__}.{name}", value
            if inspect.isclass(value):
                fields = getattr(value, "_fields", ())
                for member, inner in vars(value).items():
                    if not member.startswith("_") and member not in fields and not is_slot(inner):
                        yield f"{module.__name__}.{name}.{member}", inner


def is_slot(value: Any) -> bool:
    return inspect.ismemberdescriptor(value) or not (
        callable(value) or isinstance(value, (property, classmethod, staticmethod, functools.cached_property))
    )


NAMES = dict(public_names())


def test_there_are_names():
    assert {"tijian.assess", "tijian.Table.to_csv", "tijian.Framework.load", "tijian.Framework.shipped"} <= set(NAMES)
    assert {"tijian.Assessment.problems", "tijian.excel.read_forms", "tijian.plot.bullet_chart"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_says_what_it_is(name: str):
    text = inspect.cleandoc(NAMES[name].__doc__ or "")
    first = re.split(r"(?<=[.])(?=\s|$)", text.replace("\n", " "), maxsplit=1)[0]
    assert re.match(r"[A-Z`*]|[a-z]+( \(.*?\))?:", first), f"{name}: {text[:80]!r} does not begin as a sentence"
    assert first.endswith("."), f"{name}: {text[:80]!r} does not end as a sentence"
    assert len(first.split()) >= 3, f"{name}: {text!r} is no sentence"
