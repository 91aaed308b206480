"""Numbers through Python: sums are correctly rounded, formulas mean what DuckDB says, order and threads change no bit."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import hypothesis
import hypothesis.strategies as st
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from conftest import STREETS, UNITS, changed

import tijian

hypothesis.settings.register_profile("tijian", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("tijian")
many = hypothesis.settings(max_examples=1000, parent=hypothesis.settings.get_profile("tijian"))
some = hypothesis.settings(max_examples=200, parent=hypothesis.settings.get_profile("tijian"))


def framework(*formulas: str) -> dict[str, Any]:
    return {
        "tijian": 1,
        "id": "formulas",
        "version": "1",
        "year": 2025,
        "name": {"en": "Formulas"},
        "dimensions": [{"id": "city", "name": {"en": "City"}}],
        "levels": [{"id": "city", "dimension": "city"}],
        "tables": [
            {"id": "rows", "level": "city", "unit": "u",
             "columns": [{"id": "x", "type": "number"}, {"id": "y", "type": "number"}, {"id": "ok", "type": "boolean"}, {"id": "name", "type": "text"}]}
        ],
        "indicators": [
            {"id": f"F{i}", "name": {"en": f"F{i}"}, "dimension": "city", "kind": "fact", "measure": "1", "table": "rows", "formula": formula}
            for i, formula in enumerate(formulas)
        ],
    }  # fmt: skip


def loaded(*formulas: str) -> tijian.Framework:
    return tijian.Framework.load(framework(*formulas))


def tally_of(rules: tijian.Framework, frame: Any, threads: int = 1) -> tijian.Tally:
    tally = tijian.Tally(rules)
    tally.add("rows", frame, threads=threads)
    return tally


def units_of(names: Any) -> dict[str, list[Any]]:
    ids = sorted(set(names))
    return {"id": ids, "level": ["city"] * len(ids), "parent": [None] * len(ids)}


def values(tally: tijian.Tally, names: Any) -> dict[tuple[str, str], float | None]:
    table = tally.assess(units_of(names))["values"].to_dict()
    return dict(zip(zip(table["unit"], table["indicator"], strict=True), table["value"], strict=True))


# ---- sums -------------------------------------------------------------------------------------------------------

finite = st.floats(allow_nan=False, allow_infinity=False)
powers = st.builds(math.ldexp, st.sampled_from([1.0, -1.0, 1.5, 1 - 2.0**-53, -1 - 2.0**-52]), st.integers(-1073, 1000))
tiny = st.floats(min_value=-1e-300, max_value=1e-300)
number = finite | powers | tiny | st.sampled_from([0.1, -0.1, 1e16, -1e16, 1.0, 2.0**53, 5e-324, -5e-324, 1e308, -1e308])


@st.composite
def hostile(draw: Any) -> list[float]:
    """Numbers that cancel: what remains is far smaller than what was added."""
    numbers = draw(st.lists(number, max_size=60))
    cancelled = [-value for value in numbers if draw(st.booleans())]
    mixed: list[float] = draw(st.permutations(numbers + cancelled))
    return mixed


SUMS = loaded("sum(x)", "avg(x)", "count(x)", "min(x)", "max(x)", "count(*)")


@many
@hypothesis.given(hostile())
def test_sums_are_those_of_fsum(numbers: list[float]):
    tally = tally_of(SUMS, {"u": ["c"] * len(numbers), "x": np.array(numbers, dtype="f8")})
    found = [values(tally, "c")["c", f"F{i}"] for i in range(6)]
    if not numbers:
        assert found == [None] * 6, "without rows there is no value"
        return
    try:
        expected = math.fsum(numbers)
    except OverflowError:
        hypothesis.reject()  # an intermediate sum of fsum's, which ours does without
    mean = expected / len(numbers)
    assert found[0] == expected and math.copysign(1, found[0]) == (math.copysign(1, expected) if expected else 1)
    assert found[1] == mean
    assert found[2:] == [len(numbers), min(numbers), max(numbers), len(numbers)]


def test_sums_that_float_addition_gets_wrong():
    for numbers, expected in (
        ([0.1] * 10, 1.0),
        ([1e16, 1.0, -1e16], 1.0),
        ([1.0, 1e100, 1.0, -1e100] * 1000, 2000.0),
        ([5e-324, 1e308, -1e308], 5e-324),
        ([1e308, 1e308, -1e308], 1e308),
        ([-0.0], 0.0),
        ([1.7e308, 1.7e308], None),
    ):
        found = values(tally_of(SUMS, {"u": ["c"] * len(numbers), "x": numbers}), "c")["c", "F0"]
        assert found == expected and str(found) == str(expected)


@some
@hypothesis.given(st.lists(st.none() | st.floats() | number, min_size=1, max_size=40))
def test_nulls_nans_and_infinities_are_left_out(numbers: list[float | None]):
    known = [value for value in numbers if value is not None and math.isfinite(value)]
    frame = {"u": ["c"] * len(numbers), "x": numbers}
    expected_count, expected_rows = len(known), len(numbers)
    for given in (frame, pa.table({"u": frame["u"], "x": pa.array(numbers, pa.float64())}), pl.DataFrame(frame, schema={"u": pl.String, "x": pl.Float64})):
        tally = tally_of(SUMS, given)
        found = [values(tally, "c")["c", f"F{i}"] for i in range(6)]
        assert found[2] == expected_count and found[5] == expected_rows
        assert found[3:5] == ([min(known), max(known)] if known else [None, None])
        assert (found[0] is None) <= (not known or abs(math.fsum(v / 2**60 for v in known)) > 1e289)
        for value in found:
            assert value is None or math.isfinite(value)


# ---- formulas against DuckDB ------------------------------------------------------------------------------------

FORMULAS = [
    "count(*)",
    "count(x)",
    "count(*) filter (where ok)",
    "count(y) filter (where x > y or not ok)",
    "sum(x)",
    "sum(x) filter (where name = 'a')",
    "avg(x)",
    "avg(x) filter (where y > 0)",
    "min(x)",
    "max(y) filter (where x is not null and ok)",
    "100 * count(*) filter (where ok) / count(*)",
    "100 * sum(x) filter (where ok) / nullif(sum(x), 0)",
    "sum(x) / sum(y)",
    "sum(x * y) / nullif(count(*), 0)",
    "sum(case when x is null then 0 when x > 1 then 1 else x end)",
    "sum(coalesce(x, y, 1)) - sum(abs(y))",
    "count(*) filter (where x between -1 and 1 and name in ('a', 'b'))",
    "max(x) - min(x) + coalesce(avg(y), 0)",
    "coalesce(sum(x) filter (where ok and name <> 'c'), -1)",
    "count(*) filter (where ok is null or name is null)",
    "floor(avg(x)) + ceil(min(y)) - round(max(y))",
]
RULES = loaded(*FORMULAS)

dyadic = st.none() | st.integers(-64, 64).map(lambda n: n / 8)
row = st.tuples(st.sampled_from(["a", "b", "c"]), dyadic, dyadic, st.none() | st.booleans(), st.none() | st.sampled_from(["a", "b", "c", ""]))


@some
@hypothesis.given(st.lists(row, min_size=1, max_size=50))
def test_formulas_mean_what_duckdb_says(rows: list[tuple[Any, ...]]):
    types = [pa.string(), pa.float64(), pa.float64(), pa.bool_(), pa.string()]
    columns = zip(("u", "x", "y", "ok", "name"), zip(*rows, strict=True), types, strict=True)
    given = pa.table({name: pa.array(column, kind) for name, column, kind in columns})
    with duckdb.connect() as database:
        database.execute("set error_on_division_by_zero = false; set ieee_floating_point_ops = false")
        database.register("given", given)
        selected = ", ".join(f"({formula})::double" for formula in FORMULAS)
        expected = {name: answers for name, *answers in database.sql(f"select u, {selected} from given group by u").fetchall()}
    names = given["u"].to_pylist()
    found = values(tally_of(RULES, given), names)
    for name, answers in expected.items():
        for i, answer in enumerate(answers):
            assert found[name, f"F{i}"] == answer, (FORMULAS[i], name)
    assert len(found) == len(expected) * len(FORMULAS)


# ---- order, split and threads -----------------------------------------------------------------------------------

ORDERS = loaded("sum(x)", "avg(x) + max(y) - min(y)", "stddev_samp(x)", "var_pop(y) filter (where ok)", "count(*) filter (where ok)", "100 * sum(x) filter (where ok) / nullif(sum(y), 0)")


@some
@hypothesis.given(st.data())
def test_order_split_and_threads_change_no_bit(data: st.DataObject):
    numbers = data.draw(st.lists(st.tuples(st.sampled_from("abc"), number, number | st.none(), st.booleans()), min_size=1, max_size=80))
    order = data.draw(st.permutations(range(len(numbers))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(numbers)), max_size=4)))
    threads = data.draw(st.integers(1, 3))

    def table(rows: Any) -> pa.Table:
        types = zip(("u", "x", "y", "ok"), (pa.string(), pa.float64(), pa.float64(), pa.bool_()), strict=True)
        return pa.table({name: pa.array([numbers[i][at] for i in rows], kind) for at, (name, kind) in enumerate(types)})

    shuffled = table(order)
    batches = [shuffled.slice(a, b - a) for a, b in zip([0, *cuts], [*cuts, len(numbers)], strict=True)]
    one = tally_of(ORDERS, table(range(len(numbers))))
    other = tally_of(ORDERS, iter(batches), threads)
    parts = tijian.Tally(ORDERS)
    parts.add("rows", batches[0])
    rest = tally_of(ORDERS, [shuffled.slice(0, 0), *batches[1:]])  # no batch at all would be refused
    rest.merge(parts)
    assert bytes(one) == bytes(other) == bytes(rest)
    assert one.digest == other.digest == rest.digest
    units = units_of("abc")
    digests = {tally.assess(units, threads=t)["values"].digest for tally, t in ((one, 1), (other, threads), (rest, 2))}
    assert len(digests) == 1


@pytest.fixture(scope="module")
def large() -> dict[str, Any]:
    """Enough rows for every thread, with numbers that any other order of addition would round otherwise."""
    n = 600_000
    random = np.random.default_rng(7)
    x = np.ldexp(random.random(n) - 0.5, random.integers(-200, 200, n))
    x[random.integers(0, n, 1000)] = np.nan
    return {"u": np.array(["a", "b", "c"], dtype=object)[random.integers(0, 3, n)], "x": x, "y": np.ldexp(random.random(n), random.integers(-30, 30, n)), "ok": random.random(n) < 0.4}


def as_arrow(rows: dict[str, Any]) -> pa.Table:
    return pa.table({**rows, "u": pa.array(rows["u"]).dictionary_encode(), "x": pa.array(rows["x"], from_pandas=True)})


def test_threads_of_large_tables_change_no_bit(large: dict[str, Any]):
    whole = as_arrow(large)
    order = np.random.default_rng(8).permutation(len(whole))
    shuffled = whole.take(pa.array(order))
    one = tally_of(ORDERS, whole)
    plain = {(unit, math.fsum(v for v in large["x"][large["u"] == unit] if v == v)) for unit in "abc"}
    assert {(unit, value) for (unit, indicator), value in values(one, "abc").items() if indicator == "F0"} == plain
    for threads in (1, 2, 3):
        for frame in (whole, shuffled, iter(shuffled.to_batches(77_777)), {name: large[name][order] for name in large}):
            other = tally_of(ORDERS, frame, threads)
            assert bytes(other) == bytes(one) and other.digest == one.digest


def some_buildings(n: int, random: np.random.Generator) -> dict[str, Any]:
    return {
        "community": np.array(UNITS["id"][1:4], dtype=object)[random.integers(0, 3, n)],
        "building": np.array([f"b{i:05d}" for i in range(n)], dtype=object),
        "area": random.random(n) * 1000,
        "floors": random.integers(1, 12, n),
        "lift": random.random(n) < 0.3,
        "owner": np.array(["", "a"], dtype=object)[random.integers(0, 2, n)],
        "built": np.array(["1990-01-01", "2010-01-01", None], dtype=object)[random.integers(0, 3, n)],
        "structure": np.array(["砖木", "钢混"], dtype=object)[random.integers(0, 2, n)],
    }


def test_threads_change_no_object_that_is_listed():
    rows = some_buildings(200_000, np.random.default_rng(10))
    rules = tijian.Framework.load(changed(STREETS))
    expected = tijian.screen(rules, "buildings", rows)
    assert len(expected.problems) > 50_000
    for threads in (2, 3):
        other = tijian.screen(rules, "buildings", rows, threads=threads)
        assert [table.digest for table in other] == [table.digest for table in expected]
    with pytest.raises(ValueError, match="threads is 0"):
        tijian.screen(rules, "buildings", rows, threads=0)


def test_threads_and_order_change_no_row_of_a_result():
    random = np.random.default_rng(9)
    rows = some_buildings(40_000, random)
    table = pa.table(rows)
    shuffled = table.take(pa.array(random.permutation(len(table))))
    rules = tijian.Framework.load(changed(STREETS))
    expected = tijian.assess(rules, units=UNITS, tables={"buildings": table})
    assert len(expected.problems) > 10_000
    for threads in (1, 2, 3):
        for frame in (shuffled, iter(shuffled.to_batches(6_001))):
            other = tijian.assess(rules, units=UNITS, tables={"buildings": frame}, threads=threads)
            assert {name: other[name].digest for name in other.tables} == {name: expected[name].digest for name in expected.tables}
