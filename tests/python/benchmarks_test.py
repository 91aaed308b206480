"""The benchmarks run, and tijian's answers are those of DuckDB and Polars: times are not looked at."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks" / "peers"))

import aggregates  # noqa: E402
import data  # noqa: E402


def test_the_same_work_gives_the_same_answers(tmp_path: pathlib.Path):
    """compare.py fails where an answer differs by more than 1e-12, or another number of objects is found."""
    command = [sys.executable, str(ROOT / "benchmarks/peers/compare.py"), "--quick", "--threads", "1", "--programs",
               os.environ["TIJIAN_BUILD"], "--output", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    results = json.loads((tmp_path / "peers.json").read_text("utf-8"))["results"]
    assert [result["case"] for result in results] == ["sorted", "sorted-53", "random", "million-units", "screen", "scores"]
    scores = results.pop()["works"]
    assert list(scores) == ["arithmetic", "geometric", "classes"]
    for seconds in [result["seconds"] for result in results] + list(scores.values()):
        assert {"tijian", "DuckDB", "Polars"} <= set(seconds)
    assert done.stdout.count("\n| ") == 2 * 2 + len(results) + len(scores)  # two heads and rules


def test_formulas_are_taken_apart():
    found, over = aggregates.take_apart(["100.0 * count(*) filter (where a > 1) / count(a)", "avg(a)", "sum(a * b) / sum(b)"])
    assert over == ["100.0 * a0 / a1", "(a2 / a1)", "a3 / a4"]
    assert found[0] == aggregates.Aggregate("count", "*", "a > 1")
    assert found[3] == aggregates.Aggregate("sum", "a * b", None)


@pytest.mark.parametrize("order", ["sorted", "random"])
def test_a_part_of_the_data_is_a_part_of_the_whole(order: str):
    whole = data.survey(5000, 50, order)
    part = data.survey(1000, 50, order, first=2000, total=5000)
    assert part.to_pylist() == whole.slice(2000, 1000).to_pylist()
    assert whole["c0"].null_count == 0 and 100 < whole["c11"].null_count < 220
