"""The published figures of Yichang through every kind of frame, and against the command line."""

from __future__ import annotations

import hashlib
import os
import pathlib
import pickle
import subprocess
from collections.abc import Callable
from typing import Any

import duckdb
import pandas
import polars
import pyarrow
import pytest

import tijian

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT / "examples/yichang-2025/data"
IDS = {"id": str, "parent": str, "unit": str, "community_id": str}


def read(name: str) -> pandas.DataFrame:
    return pandas.read_csv(DATA / f"{name}.csv", dtype=IDS)


KINDS: dict[str, Callable[[pandas.DataFrame], Any]] = {
    "pandas": lambda frame: frame,
    "polars": polars.from_pandas,
    "pyarrow": lambda frame: pyarrow.Table.from_pandas(frame, preserve_index=False),
    "duckdb": lambda frame: duckdb.from_df(frame),
    "arrays": lambda frame: {name: frame[name].to_numpy() for name in frame},
    "lists": lambda frame: polars.from_pandas(frame).to_dict(as_series=False),
    "batches": lambda frame: iter([polars.from_pandas(frame)[:20], polars.from_pandas(frame)[20:]]),
}


def assess(kind: Callable[[pandas.DataFrame], Any]) -> tijian.Assessment:
    return tijian.assess(
        "yichang-2025",
        units=kind(read("units")),
        tables={"gaps": kind(read("gaps"))},
        entries=kind(read("entries")),
    )


@pytest.fixture(scope="module")
def result() -> tijian.Assessment:
    return assess(KINDS["pandas"])


def test_the_ledger_is_the_published_one(result: tijian.Assessment):
    assert len(result.problems) == 178
    assert [len(result[f"ledger:{name}"]) for name in ("housing", "community", "block", "city")] == [29, 11, 2, 5]
    values = result["values"].filter(units="yichang", level="city", indicators=["C14", "C15"]).to_dicts()
    assert [(row["indicator"], row["value"]) for row in values] == [("C14", 29922.0), ("C15", 1595.0)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_frame_gives_equal_tables(kind: str, result: tijian.Assessment):
    other = assess(KINDS[kind])
    assert other.tables == result.tables
    for name in result.tables:
        assert other[name].digest == result[name].digest, name
        assert other[name].to_arrow().equals(result[name].to_arrow(), check_metadata=True), name


def test_saved_and_pickled_results_are_the_same(result: tijian.Assessment):
    for again in (tijian.Assessment.load(bytes(result)), pickle.loads(pickle.dumps(result))):
        assert bytes(again) == bytes(result)
        assert again.problems.digest == result.problems.digest
        assert again.framework == result.framework
        assert again.explain("yichang", "C14") == result.explain("yichang", "C14")


def test_the_command_line_gives_the_same_tables(result: tijian.Assessment, tmp_path: pathlib.Path):
    program = pathlib.Path(os.environ["TIJIAN_BUILD"]) / "tijian"
    subprocess.run(
        [program, "assess", "yichang-2025", "--units", DATA / "units.csv", "--table", f"gaps={DATA}/gaps.csv",
         "--entries", DATA / "entries.csv", "--output", tmp_path / "out", "--format", "csv"],
        check=True, capture_output=True,
    )  # fmt: skip
    for name in ("values", "verdicts", "problems", "grades"):
        written = (tmp_path / "out" / f"{name}.csv").read_bytes()
        ours = result[name].to_csv(byte_order_mark=True, source_columns=b"framework" in written.split(b"\n")[0])
        assert ours is not None
        assert hashlib.sha256(written).hexdigest() == hashlib.sha256(ours.encode()).hexdigest(), name
