"""The first program in six languages: short, readable anywhere, and with the result of the command line."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

from example_files import ROOT, write_csv

FOLDER = ROOT / "examples/ffi"
PROGRAMS = ("c/ledger.c", "go/ledger.go", "rust/ledger.rs", "java/Ledger.java", "node/ledger.js", "python/ledger.py")
COMMUNITIES = ("上导堤社区", "深圳路社区", "香锦社区")


def code(program):
    return (FOLDER / program).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def library():
    """The folder of libtijian.so."""
    folder = pathlib.Path(os.environ.get("TIJIAN_LIBRARY") or os.environ.get("TIJIAN_BUILD", ""))
    if not (folder / "libtijian.so").exists():
        pytest.skip("no library: set TIJIAN_LIBRARY or TIJIAN_BUILD")
    return folder.resolve()


def run_python(library, *arguments):
    return subprocess.run([sys.executable, FOLDER / "python/ledger.py", *arguments], capture_output=True, text=True, encoding="utf-8",
                          env={**os.environ, "LD_LIBRARY_PATH": str(library), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"})


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_is_a_first_example(program):
    lines = code(program).splitlines()
    assert len(lines) <= 60 and max(map(len, lines)) <= 145
    assert "Usage:" in lines[0] and "[FRAMEWORK]" in lines[0]
    assert not re.search(r"""["'`(\s=]/[A-Za-z]""", "\n".join(lines)), "an absolute path"


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_does_the_same_and_frees_what_it_was_given(program):
    text = code(program)
    for function in ("tj_framework_shipped", "tj_plan_compile", "tj_stream_from_columns", "tj_units_from_arrow", "tj_tally_new",
                     "tj_tally_add_arrow", "tj_tally_assess", "tj_assessment_text", "tj_buffer_data", "tj_error_message"):
        assert function in text, function
    for noun in ("framework", "plan", "units", "tally", "assessment", "buffer", "error"):
        made_by_name = "_free" in text and re.search(rf"""["']{noun}["']""", text)
        assert f"tj_{noun}_free" in text or made_by_name, noun
    for word in ("yichang-2025", *COMMUNITIES, "30", "460", "820", "problems", "sha256"):
        assert word in text, word


def test_every_program_is_explained_and_run():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    script = (FOLDER / "run").read_text(encoding="utf-8")
    for program in PROGRAMS:
        folder, name = program.split("/")
        assert f"| `{folder}/` |" in readme and name.split(".")[0] in readme
        assert re.search(rf"^program {folder} ", script, re.MULTILINE)
    assert sorted(path.name for path in FOLDER.iterdir() if path.is_dir()) == sorted(program.split("/")[0] for program in PROGRAMS)


def test_the_packages_of_node_are_pinned():
    package = json.loads(code("node/package.json"))
    lock = json.loads(code("node/package-lock.json"))["packages"]
    for name, version in package["dependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version) and lock[f"node_modules/{name}"]["version"] == version
    assert all(entry["integrity"].startswith("sha512-") for place, entry in lock.items() if place)


def test_the_digest_is_that_of_the_command_lines_problem_list(library, command_line, tmp_path):
    """The same rows as CSV, through another reader, another way to assess and Python's SHA-256."""
    city = {"id": "yichang", "level": "city"}
    beneath = [{"id": "xiling", "level": "district", "parent": "yichang"}]
    beneath += [{"id": name, "level": "community", "parent": "yichang"} for name in COMMUNITIES]
    write_csv(tmp_path / "units.csv", ["id", "level", "parent"], [city, *beneath])
    figures = [(30, 10, 50), (460, 10, 100), (820, "", 70)]
    columns = ["community_id", "parking_gap", "charger_gap", "footway_bad_m"]
    write_csv(tmp_path / "gaps.csv", columns, [dict(zip(columns, (name, *row))) for name, row in zip(COMMUNITIES, figures)])
    subprocess.run([command_line, "assess", "yichang-2025", "--units", tmp_path / "units.csv", "--table", f"gaps={tmp_path / 'gaps.csv'}",
                    "--language", "zh", "--output", tmp_path / "result", "--format", "csv"], check=True, capture_output=True)
    problems = (tmp_path / "result/problems.csv").read_bytes()
    assert problems.count("社区,".encode()) > len(COMMUNITIES), "no problems to list"
    result = run_python(library)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.strip() == hashlib.sha256(problems).hexdigest()


def test_what_is_refused_is_told(library):
    result = run_python(library, "no-such-framework")
    assert result.returncode == 1 and result.stdout == ""
    assert "no-such-framework" in result.stderr and "没有内置体系" in result.stderr and "Traceback" not in result.stderr


def test_without_the_library_the_script_says_what_is_missing(tmp_path):
    result = subprocess.run([FOLDER / "run"], capture_output=True, text=True, cwd="/", env={**os.environ, "TIJIAN_LIBRARY": str(tmp_path)})
    assert result.returncode == 1 and "TIJIAN_LIBRARY" in result.stderr and result.stdout == ""
