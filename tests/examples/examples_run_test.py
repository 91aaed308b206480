"""Both examples from end to end, as a newcomer runs them."""

import os
import subprocess

import pytest

from example_files import ROOT, read_csv


def run_example(name, output, program, **settings):
    return subprocess.run([ROOT / "examples" / name / "run"], capture_output=True, text=True, cwd="/",
                          env={**os.environ, "TIJIAN": str(program), "OUTPUT": str(output), "PYTHONDONTWRITEBYTECODE": "1", **settings})


def test_yichang(command_line, tmp_path):
    result = run_example("yichang-2025", tmp_path, command_line)
    assert result.returncode == 0, result.stdout + result.stderr
    ours = {row["id"]: row for row in read_csv(tmp_path / "comparison.csv")}
    assert float(ours["C14"]["ours"]) == 29922 and float(ours["C15"]["ours"]) == 1595 and float(ours["C18"]["ours"]) * 1000 == 2090
    assert {aspect: (ours[aspect]["ours"], ours[aspect]["published"]) for aspect in ("heritage", "commute", "ecology")} == {
        "heritage": ("good", "good"), "commute": ("good", "good"), "ecology": ("poor", "medium")}
    for dimension in ("housing", "community", "block", "city"):
        path = tmp_path / f"ledger-{dimension}.csv"
        assert read_csv(path), f"no rows in the ledger of {dimension}"
        assert str(path) in result.stdout
    assert any("ecology" in ",".join(row.values()) for row in read_csv(tmp_path / "checks.csv")), "the published grade is a contradiction"


@pytest.mark.parametrize("buildings, seed", [(3000, 2025), (750, 1)])
def test_dunhua(command_line, generator, tmp_path, buildings, seed):
    result = run_example("dunhua-2025", tmp_path, command_line, GENERATE=str(generator.program), BUILDINGS=str(buildings), SEED=str(seed))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "FAIL" not in result.stdout


@pytest.mark.parametrize("example", ["yichang-2025", "dunhua-2025"])
def test_without_the_program_it_says_what_is_missing(tmp_path, example):
    result = run_example(example, tmp_path, tmp_path / "nothing")
    assert result.returncode == 1 and "TIJIAN" in result.stderr
