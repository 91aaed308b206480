"""One survey through tijian, DuckDB, Polars and pandas in one process: times, agreement, ratios.

Run by benchmarks/run, once for each number of threads, since Polars takes its own from the environment when it is
imported. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable

import data
import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from aggregates import Aggregate, take_apart
from measuring import largest_difference, medians

import tijian

Answer = dict[str, np.ndarray]  # by level: units × indicators, compounds by number


def duck_aggregate(aggregate: Aggregate) -> str:
    where = f" filter (where {aggregate.where})" if aggregate.where else ""
    return f"{aggregate.function}({aggregate.argument}){where}"


def duck_query(formulas: list[str]) -> str:
    """One pass over the rows by unit; the levels above from that."""
    aggregates, over = take_apart(formulas)
    named = ", ".join(f"{duck_aggregate(a)} as a{i}" for i, a in enumerate(aggregates))
    total = [f"a{i}" for i in range(len(aggregates))]
    summed = ", ".join(f"sum({name}) as {name}" for name in total)
    values = ", ".join(f"{text} as i{i}" for i, text in enumerate(over))
    return (
        f"create or replace table answer as with by_unit as materialized (select u, {named} from t group by u), "
        f"by_level as (select u, u // 20 as k, u // 200 as b, grouping(u, u // 20, u // 200) as g, {summed} "
        f"from by_unit group by grouping sets ((u), (u // 20), (u // 200), ())) "
        f"select g, u, k, b, {values} from by_level"
    )


def polars_aggregate(aggregate: Aggregate, name: str) -> pl.Expr:
    condition = pl.sql_expr(aggregate.where) if aggregate.where else None
    if aggregate.argument == "*":
        counted = pl.len() if condition is None else condition.sum()
        return counted.cast(pl.Int64).alias(name)
    argument = pl.sql_expr(aggregate.argument)
    if condition is not None:
        argument = argument.filter(condition)
    return (argument.sum() if aggregate.function == "sum" else argument.count().cast(pl.Int64)).alias(name)


def polars_query(frame: pl.DataFrame, formulas: list[str]) -> list[pl.DataFrame]:
    aggregates, over = take_apart(formulas)
    names = [f"a{i}" for i in range(len(aggregates))]
    by_unit = frame.lazy().group_by("u").agg(
        [polars_aggregate(a, name) for a, name in zip(aggregates, names, strict=True)])
    by_unit = by_unit.collect().lazy()
    # A literal with a point is a decimal in Polars' SQL.
    double = [text.replace("100.0", "cast(100.0 as double)") for text in over]
    values = [pl.sql_expr(text).alias(f"i{i}") for i, text in enumerate(double)]
    levels = [by_unit.select("u", *values)]
    for width in (20, 200):
        levels.append(by_unit.group_by(pl.col("u") // width).agg([pl.col(n).sum() for n in names]).select("u", *values))
    levels.append(by_unit.select([pl.col(n).sum() for n in names]).select(pl.lit(0).alias("u"), *values))
    return pl.collect_all(levels)


def pandas_query(frame: object, formulas: list[str]) -> object:
    """Columns of terms, one grouped sum; the way a notebook does it."""
    import pandas as pd

    assert isinstance(frame, pd.DataFrame)
    aggregates, over = take_apart(formulas)
    terms = {}
    for i, aggregate in enumerate(aggregates):
        argument = None if aggregate.argument == "*" else frame.eval(aggregate.argument)
        term = np.ones(len(frame)) if argument is None else argument
        if aggregate.function == "count" and argument is not None:
            term = argument.notna()
        if aggregate.where:
            holds = frame.eval(aggregate.where)
            term = holds if argument is None else np.where(holds, term, np.nan)
        terms[f"a{i}"] = term
    sums = pd.DataFrame(terms).groupby(frame["u"].to_numpy(), sort=False).sum()
    answers = []
    for width in (1, 20, 200, len(sums)):
        level = sums if width == 1 else sums.groupby(sums.index // width).sum()
        answers.append(pd.DataFrame({f"i{i}": level.eval(text) for i, text in enumerate(over)}))
    return answers


def reset_peak() -> None:
    """Linux: the peak counts from now on."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")


def peak_since_reset() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def tally_run(arguments: argparse.Namespace) -> dict[str, object]:
    rows, units, threads = arguments.rows, arguments.units, arguments.threads
    formulas = data.formulas(arguments.indicators)
    survey_table = data.survey(rows, units, arguments.order).drop_columns(["k"])
    framework = tijian.Framework.load(data.framework(arguments.indicators))
    units_of_city = tijian.Units(data.unit_frame(units))
    parts: dict[str, list[float]] = {"tally": [], "assess": [], "values": []}

    def ours() -> object:
        start = time.perf_counter()
        tally = tijian.Tally(framework)
        tally.add("t", survey_table, threads=threads)
        added = time.perf_counter()
        assessment = tally.assess(units_of_city, threads=threads)
        assessed = time.perf_counter()
        values = assessment.values.to_arrow()
        parts["tally"].append(added - start)
        parts["assess"].append(assessed - added)
        parts["values"].append(time.perf_counter() - assessed)
        return values

    resident = peak_since_reset() if arguments.memory else 0
    if arguments.memory:
        reset_peak()
        resident = peak_since_reset()
        tally = tijian.Tally(framework)
        tally.add("t", survey_table, threads=threads)
        return {"beyond_input_megabytes": (peak_since_reset() - resident) / 1e6}

    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("create table t as select * from survey_table")
    frame = pl.from_arrow(survey_table)
    query = duck_query(formulas)
    runs: dict[str, Callable[[], object]] = {
        "tijian": ours,
        "DuckDB": lambda: connection.execute(query),
        "Polars": lambda: polars_query(frame, formulas),
    }
    if arguments.pandas:
        pandas_frame = survey_table.to_pandas()
        runs["pandas"] = lambda: pandas_query(pandas_frame, formulas)
    seconds, results = medians(runs, arguments.repetitions)

    values = results["tijian"]
    by_level = {}
    for level in ("compound", "city"):
        of_level = pa.compute.filter(values, pa.compute.equal(values["level"], level))
        number = of_level["value"].to_numpy().reshape(-1, arguments.indicators)
        ids = of_level["unit"].to_pylist()[:: arguments.indicators]
        order = np.argsort([int(i) for i in ids]) if level == "compound" else np.array([0])
        by_level[level] = number[order]
    names = [f"i{i}" for i in range(arguments.indicators)]
    duck = {level: np.column_stack([np.ma.filled(column, np.nan) for column in connection.execute(
        f"select {', '.join(names)} from answer where {where} order by u").fetchnumpy().values()])
        for level, where in (("compound", "u is not null"), ("city", "u is null and k is null and b is null"))}
    polars_answer = results["Polars"]
    theirs = {"compound": polars_answer[0].sort("u").select(names).to_numpy(),
              "city": polars_answer[3].select(names).to_numpy()}
    difference = max(largest_difference(by_level[level], peer[level])
                     for level in by_level for peer in (duck, theirs))
    if difference > 1e-12:
        sys.exit(f"the answers differ by {difference}")
    return {"seconds": seconds, "parts": {k: statistics.median(v) for k, v in parts.items()},
            "difference": difference, "bytes": rows * (8 * data.COLUMNS + 4)
            + sum(rows / 8 for c in range(data.COLUMNS) if data.NULLS_IN_A_THOUSAND[c])}


def screen_run(arguments: argparse.Namespace) -> dict[str, object]:
    """The objects in which one of ten item conditions holds; and both readings of `assess` at once."""
    rows, units, threads = arguments.rows, arguments.units, arguments.threads
    survey_table = data.survey(rows, units, arguments.order)
    conditions = data.conditions(10)
    framework = tijian.Framework.load(data.framework(arguments.indicators, 10))
    units_of_city = tijian.Units(data.unit_frame(units))
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("create table t as select * from survey_table")
    frame = pl.from_arrow(survey_table)
    pieces = ", ".join(f"case when {c} then 'F.{i}' end" for i, c in enumerate(conditions))
    # One pass: the faults of a row as a list without nulls, then a row for each.
    query = ("create or replace table answer as select u, k, unnest(f) as item from (select u, k, "
             f"list_filter([{pieces}], lambda x: x is not null) as f from t where {' or '.join(conditions)})")

    def polars_screen() -> pl.DataFrame:
        faults = [pl.when(pl.sql_expr(c)).then(pl.lit(f"F.{i}")).alias(f"f{i}") for i, c in enumerate(conditions)]
        any_holds = pl.any_horizontal([pl.sql_expr(c) for c in conditions])
        return (frame.lazy().filter(any_holds).select("u", "k", pl.concat_list(faults).list.drop_nulls().alias("item"))
                .explode("item").collect())

    def both() -> object:
        return tijian.assess(framework, units=units_of_city, tables={"t": survey_table}, threads=threads, max_objects=rows)

    def tally_only() -> object:
        tally = tijian.Tally(framework)
        tally.add("t", survey_table, threads=threads)
        return tally.assess(units_of_city, threads=threads)

    seconds, results = medians(
        {"tijian": lambda: tijian.screen(framework, "t", survey_table, threads=threads), "DuckDB": lambda: connection.execute(query),
         "Polars": polars_screen, "tally and assess": tally_only, "assess with objects": both}, arguments.repetitions)
    counted = connection.execute("select count(*) from answer").fetchone()
    found = {len(results["tijian"].problems), counted[0] if counted else -1, len(results["Polars"])}
    if len(found) != 1:
        sys.exit(f"the answers have {found} rows")
    # Each of the columns is looked through for infinite values.
    return {"seconds": seconds, "found": found.pop(), "bytes": rows * 8 * data.COLUMNS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["tally", "screen"])
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--units", type=int, default=20_000)
    parser.add_argument("--indicators", type=int, default=10)
    parser.add_argument("--order", choices=["sorted", "random"], default="sorted")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--pandas", action="store_true")
    parser.add_argument("--memory", action="store_true", help="only the peak of ours beyond the input")
    arguments = parser.parse_args()
    print(json.dumps({"tally": tally_run, "screen": screen_run}[arguments.work](arguments)))


if __name__ == "__main__":
    main()
