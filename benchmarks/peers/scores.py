"""A matrix of units × indicators judged and scored by tijian's kernels, NumPy, DuckDB and Polars: times, agreement.

scores (W2): a third of the columns by min-max, a third by five points, a third by the distance to a target; weights
renormalised over what is present; four aspects and a total, once arithmetic, once geometric.
classes (W3): verdict and severity of every cell, how many of each class per unit and per block and indicator.

Run by compare.py, once for each number of threads. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator

import data
import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from measuring import largest_difference, medians

INDICATORS, ASPECTS, UNITS_PER_BLOCK = 53, 4, 200
POINTS = ((5, 0), (25, 40), (50, 60), (75, 85), (95, 100))
WEIGHTS = [1.0 + c % 5 for c in range(INDICATORS)]
ASPECT_WEIGHTS = [1.0 + a for a in range(ASPECTS)]
MEMBERS = [range(a * INDICATORS // ASPECTS, (a + 1) * INDICATORS // ASPECTS) for a in range(ASPECTS)]
TARGETS = [20.0 + c for c in range(INDICATORS)]
FLOORS = 20
#: As the kernels number them; no indicator is without a target (1).
NO_DATA, MET, MODERATE, SERIOUS, CRITICAL = 0, 2, 3, 4, 5
CLASSES = (NO_DATA, MET, MODERATE, SERIOUS, CRITICAL)
#: Up to which gap a problem is moderate, and serious; a floor's is at least serious.
MODERATE_GAP, SERIOUS_GAP = 0.10, 0.30


def column(c: int, units: int) -> np.ndarray:
    """0 … 100, up to 3 % null."""
    hashed = data.mix(np.arange(units, dtype=np.uint64) * np.uint64(INDICATORS) + np.uint64(c) + np.uint64(1 << 40))
    values = (hashed >> np.uint64(11)).astype(np.float64) * (2.0**-53 * 100)
    values[data.mix(hashed) % np.uint64(1000) < np.uint64(30 * c // INDICATORS)] = np.nan
    return values


# ---- NumPy ---------------------------------------------------------------------------------------------------------


def numpy_scores(columns: list[np.ndarray], geometric: bool) -> np.ndarray:
    """Column by column, in place where it can be."""
    nodes = np.empty((ASPECTS + 1, len(columns[0])))
    xs, ys = (np.array(side, dtype=float) for side in zip(*POINTS, strict=True))
    for a, members in enumerate(MEMBERS):
        total, weight = np.zeros(len(columns[0])), np.zeros(len(columns[0]))
        for c in members:
            x = columns[c]
            if c % 3 == 1:
                score = np.interp(x, xs, ys)
            elif c % 3 == 0:
                score = x / 100.0
                score *= 100
            else:
                score = x / 90.0
                np.minimum(score, 1, out=score)
                score *= 100
            known = np.isfinite(x)
            score *= WEIGHTS[c]
            np.add(total, score, out=total, where=known)
            np.add(weight, WEIGHTS[c], out=weight, where=known)
        with np.errstate(invalid="ignore"):
            np.divide(total, weight, out=nodes[a])
    total, weight = np.zeros(len(columns[0])), np.zeros(len(columns[0]))
    with np.errstate(invalid="ignore", divide="ignore"):
        for a in range(ASPECTS):
            known = np.isfinite(nodes[a])
            of = np.log(nodes[a]) if geometric else nodes[a]
            np.add(total, ASPECT_WEIGHTS[a] * of, out=total, where=known)
            np.add(weight, ASPECT_WEIGHTS[a], out=weight, where=known)
        np.divide(total, weight, out=nodes[ASPECTS])
    if geometric:
        np.exp(nodes[ASPECTS], out=nodes[ASPECTS])
    return nodes


def numpy_classes(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    units = len(columns[0])
    blocks = -(-units // UNITS_PER_BLOCK)
    counts = np.zeros((6, units), dtype=np.uint16)
    totals = np.zeros((blocks, INDICATORS, 6), dtype=np.uint64)
    starts = np.arange(0, units, UNITS_PER_BLOCK)
    for c, x in enumerate(columns):
        target = TARGETS[c]
        gap = (target - x if c % 2 == 0 else x - target) / target
        of = np.full(units, MET, dtype=np.uint8)
        of += gap > 0
        of += gap > (0 if c < FLOORS else MODERATE_GAP)
        of += gap > SERIOUS_GAP
        of[np.isnan(x)] = NO_DATA
        for k in CLASSES:
            is_of = of == k
            counts[k] += is_of
            totals[:, c, k] = np.add.reduceat(is_of, starts, dtype=np.uint64)
    return counts, totals


# ---- DuckDB --------------------------------------------------------------------------------------------------------


def duck_score(c: int) -> str:
    if c % 3 == 0:
        return f"c{c} / 100.0::double * 100"
    if c % 3 == 2:
        return f"case when c{c} > 90 then 100.0::double else c{c} / 90.0::double * 100 end"  # least skips nulls
    pieces = "".join(
        f"when c{c} < {x1} then {y0} + (c{c} - {x0}) * {(y1 - y0) / (x1 - x0)!r}::double "
        for (x0, y0), (x1, y1) in zip(POINTS, POINTS[1:], strict=False))
    return f"case when c{c} is null then null when c{c} < {POINTS[0][0]} then 0.0::double {pieces}else 100.0::double end"


def duck_scores(geometric: bool) -> str:
    scores = ", ".join(f"{duck_score(c)} as s{c}" for c in range(INDICATORS))
    aspects = ", ".join(
        "(" + " + ".join(f"coalesce({WEIGHTS[c]}::double * s{c}, 0)" for c in members) + ") / nullif("
        + " + ".join(f"case when s{c} is null then 0 else {WEIGHTS[c]}::double end" for c in members) + f", 0) as a{a}"
        for a, members in enumerate(MEMBERS))
    of = "ln(a{})" if geometric else "a{}"
    total = ("(" + " + ".join(f"coalesce({ASPECT_WEIGHTS[a]}::double * {of.format(a)}, 0)" for a in range(ASPECTS))
             + ") / nullif("
             + " + ".join(f"case when a{a} is null then 0 else {ASPECT_WEIGHTS[a]}::double end" for a in range(ASPECTS))
             + ", 0)")
    total = f"exp({total})" if geometric else total
    names = ", ".join(f"a{a}" for a in range(ASPECTS))
    return (f"create or replace table answer as select u, {names}, {total} as a{ASPECTS} from "
            f"(select u, {aspects} from (select u, {scores} from t))")


def duck_class(c: int) -> str:
    gap = f"(({TARGETS[c]}::double - c{c}) / {TARGETS[c]})" if c % 2 == 0 else f"((c{c} - {TARGETS[c]}::double) / {TARGETS[c]})"
    serious = 0 if c < FLOORS else MODERATE_GAP
    return (f"(case when c{c} is null then {NO_DATA} when {gap} > {SERIOUS_GAP}::double then {CRITICAL} "
            f"when {gap} > {serious}::double then {SERIOUS} when {gap} > 0 then {MODERATE} else {MET} end)::utinyint")


def duck_classes() -> list[str]:
    classes = ", ".join(f"{duck_class(c)} as k{c}" for c in range(INDICATORS))
    counts = ", ".join("(" + " + ".join(f"(k{c} = {k})::usmallint" for c in range(INDICATORS)) + f") as n{k}"
                       for k in CLASSES)
    totals = ", ".join(f"sum((k{c} = {k})::int) as t{c}_{k}" for c in range(INDICATORS) for k in CLASSES)
    return [f"create or replace table classes as select u, {classes} from t",
            f"create or replace table counts as select u, {counts} from classes",
            f"create or replace table totals as select u // {UNITS_PER_BLOCK} as b, {totals} from classes group by b"]


# ---- Polars --------------------------------------------------------------------------------------------------------


def polars_score(c: int) -> pl.Expr:
    x = pl.col(f"c{c}")
    if c % 3 == 0:
        return (x / 100.0 * 100).alias(f"s{c}")
    if c % 3 == 2:
        return pl.when(x > 90).then(100.0).otherwise(x / 90.0 * 100).alias(f"s{c}")
    chain = pl.when(x.is_null()).then(None).when(x < POINTS[0][0]).then(0.0)
    for (x0, y0), (x1, y1) in zip(POINTS, POINTS[1:], strict=False):
        chain = chain.when(x < x1).then(y0 + (x - x0) * ((y1 - y0) / (x1 - x0)))
    return chain.otherwise(100.0).alias(f"s{c}")


def polars_mean(weights: list[float], of: list[pl.Expr]) -> pl.Expr:
    above = pl.sum_horizontal([w * s for w, s in zip(weights, of, strict=True)])
    below = pl.sum_horizontal([s.is_not_null() * w for w, s in zip(weights, of, strict=True)])
    return pl.when(below > 0).then(above / below)


def polars_scores(frame: pl.DataFrame, geometric: bool) -> pl.DataFrame:
    aspects = [polars_mean([WEIGHTS[c] for c in members], [pl.col(f"s{c}") for c in members]).alias(f"a{a}")
               for a, members in enumerate(MEMBERS)]
    of = [pl.col(f"a{a}").log() if geometric else pl.col(f"a{a}") for a in range(ASPECTS)]
    total = polars_mean(ASPECT_WEIGHTS, of)
    return (frame.lazy().select([polars_score(c) for c in range(INDICATORS)]).select(aspects)
            .with_columns((total.exp() if geometric else total).alias(f"a{ASPECTS}")).collect())


def polars_class(c: int) -> pl.Expr:
    x, target = pl.col(f"c{c}"), TARGETS[c]
    gap = (target - x) / target if c % 2 == 0 else (x - target) / target
    chain = (pl.when(x.is_null()).then(NO_DATA).when(gap > SERIOUS_GAP).then(CRITICAL)
             .when(gap > (0 if c < FLOORS else MODERATE_GAP)).then(SERIOUS).when(gap > 0).then(MODERATE))
    return chain.otherwise(MET).cast(pl.UInt8).alias(f"k{c}")


def polars_classes(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    classes = frame.lazy().select("u", *[polars_class(c) for c in range(INDICATORS)]).collect().lazy()
    of = [pl.col(f"k{c}") for c in range(INDICATORS)]
    counts = classes.select([pl.sum_horizontal([k == n for k in of]).cast(pl.UInt16).alias(f"n{n}") for n in CLASSES])
    totals = classes.group_by(pl.col("u") // UNITS_PER_BLOCK).agg(
        [(pl.col(f"k{c}") == n).sum().alias(f"t{c}_{n}") for c in range(INDICATORS) for n in CLASSES])
    answers = pl.collect_all([counts, totals])
    return answers[0], answers[1]


# ---- the comparison ------------------------------------------------------------------------------------------------


class Program:
    """tijian's kernels in a process of their own, which waits for work."""

    def __init__(self, program: pathlib.Path, matrix: pathlib.Path, units: int, threads: int) -> None:
        self.process = subprocess.Popen([program, matrix, str(units), str(threads)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def run(self, work: str, answer: pathlib.Path | str = "-") -> float:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(f"{work} {answer}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate()


def in_turns(program: Program, works: dict[str, dict[str, Callable[[], object]]],
             repetitions: int) -> dict[str, dict[str, float]]:
    """Median seconds by work: what the program says it took, and what the peers took."""
    times: dict[str, list[float]] = {work: [] for work in works}
    seconds: dict[str, dict[str, float]] = {}
    for work, peers in works.items():
        def ours(work: str = work) -> None:
            times[work].append(program.run(work))
        medians_of_work, _ = medians({"tijian": ours, **peers}, repetitions)
        seconds[work] = {**medians_of_work, "tijian": float(np.median(times[work]))}
    return seconds


def check_scores(answer: pathlib.Path, units: int, theirs: Iterator[np.ndarray]) -> float:
    ours = np.fromfile(answer).reshape(ASPECTS + 1, units)
    difference = max(largest_difference(ours, peer) for peer in theirs)
    if not difference <= 1e-12:
        sys.exit(f"the scores differ by {difference}")
    return difference


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=pathlib.Path, help="score_program")
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=5)
    arguments = parser.parse_args()
    units, threads = arguments.units, arguments.threads
    columns = [column(c, units) for c in range(INDICATORS)]
    matrix_table = pa.table({"u": pa.array(np.arange(units, dtype=np.int32)),
                             **{f"c{c}": pa.array(x, from_pandas=True) for c, x in enumerate(columns)}})
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("create table t as select * from matrix_table")
    frame = pl.from_arrow(matrix_table)
    assert isinstance(frame, pl.DataFrame)
    with tempfile.TemporaryDirectory() as folder:
        matrix, answer = pathlib.Path(folder, "matrix"), pathlib.Path(folder, "answer")
        with matrix.open("wb") as out:
            for x in columns:
                x.tofile(out)
        program = Program(arguments.program, matrix, units, threads)
        difference = 0.0
        for geometric, work in ((False, "arithmetic"), (True, "geometric")):
            program.run(work, answer)
            connection.execute(duck_scores(geometric))
            names = ", ".join(f"a{a}" for a in range(ASPECTS + 1))
            duck = connection.execute(f"select {names} from answer order by u").fetchnumpy()
            difference = max(difference, check_scores(answer, units, iter((
                numpy_scores(columns, geometric),
                np.array([np.ma.filled(values, np.nan) for values in duck.values()]),
                polars_scores(frame, geometric).to_numpy().T))))
        program.run("classes", answer)
        check_classes(answer, columns, connection, frame)
        works: dict[str, dict[str, Callable[[], object]]] = {
            work: {"NumPy": lambda g=g: numpy_scores(columns, g), "DuckDB": lambda g=g: connection.execute(duck_scores(g)),
                   "Polars": lambda g=g: polars_scores(frame, g)}
            for g, work in ((False, "arithmetic"), (True, "geometric"))}
        works["classes"] = {"NumPy": lambda: numpy_classes(columns),
                            "DuckDB": lambda: [connection.execute(query) for query in duck_classes()],
                            "Polars": lambda: polars_classes(frame)}
        seconds = in_turns(program, works, arguments.repetitions)
        program.close()
    print(json.dumps({"works": seconds, "difference": difference, "bytes": units * INDICATORS * 8}))


def check_classes(answer: pathlib.Path, columns: list[np.ndarray], connection: duckdb.DuckDBPyConnection,
                  frame: pl.DataFrame) -> None:
    units = len(columns[0])
    with answer.open("rb") as given:
        counts = np.fromfile(given, dtype=np.uint16, count=6 * units).reshape(6, units)
        totals = np.fromfile(given, dtype=np.uint64).reshape(-1, INDICATORS, 6)
    for query in duck_classes():
        connection.execute(query)
    names = ", ".join(f"n{k}" for k in CLASSES)
    of_duck = np.array(list(connection.execute(f"select {names} from counts order by u").fetchnumpy().values()))
    flat = [f"t{c}_{k}" for c in range(INDICATORS) for k in CLASSES]
    totals_of_duck = np.column_stack(list(
        connection.execute(f"select {', '.join(flat)} from totals order by b").fetchnumpy().values()))
    of_polars, totals_of_polars = polars_classes(frame)
    of_numpy, totals_of_numpy = numpy_classes(columns)
    ours, our_totals = counts[list(CLASSES)], totals[:, :, list(CLASSES)].reshape(-1, len(flat))
    for name, theirs, their_totals in (
        ("NumPy", of_numpy[list(CLASSES)], totals_of_numpy[:, :, list(CLASSES)].reshape(-1, len(flat))),
        ("DuckDB", of_duck, totals_of_duck),
        ("Polars", of_polars.to_numpy().T, totals_of_polars.sort("u").select(flat).to_numpy()),
    ):
        if not np.array_equal(ours, theirs) or not np.array_equal(our_totals, their_totals):
            sys.exit(f"the classes differ from those of {name}")


if __name__ == "__main__":
    main()
