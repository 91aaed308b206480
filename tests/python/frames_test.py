"""One table in every form that a user has it in: the same rows give the same bits, and what cannot be read says where."""

from __future__ import annotations

import array
import collections
import ctypes
import datetime
import decimal
import fractions
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from conftest import STREETS, UNITS, buildings, changed, run_python

import tijian

Columns = dict[str, list[Any]]


def _framework() -> dict[str, Any]:
    """Every text is told apart: by an item each in the tally, and as part of the key in the problems."""
    document = changed(STREETS)
    document["tables"][0]["key"] = ["building", "owner", "built", "structure"]
    texts = [("owner", owner) for owner in sorted(set(buildings(nulls=False)["owner"]))]
    texts += [("structure", name) for name in ("砖木", "钢混", "brick")]
    conditions = [f"{column} = '{text.replace(chr(39), chr(39) * 2)}'" for column, text in texts]
    conditions += ["built < '1970'", "built < '1990-02-01'", "floors > 9", "not lift"]
    items = [{"id": f"T.{i}", "name": {"en": "t"}, "when": when} for i, when in enumerate(conditions)]
    document["indicators"].append(
        {"id": "T", "name": {"en": "Texts"}, "dimension": "community", "kind": "floor", "measure": "1",
         "table": "buildings", "items": items, "targets": [{"op": "<=", "value": 0, "basis": "local"}]}
    )  # fmt: skip
    return document


FRAMEWORK = tijian.Framework.load(_framework())


def digests(frame: Any) -> tuple[str, str]:
    """Of the tally and of the problems, with every object; two readings, so `frame` is called twice."""
    tally = tijian.Tally(FRAMEWORK)
    tally.add("buildings", frame())
    return tally.digest, tijian.assess(FRAMEWORK, units=UNITS, tables={"buildings": frame()}).problems.digest


@pytest.fixture(scope="module")
def with_nulls() -> tuple[str, str]:
    return digests(buildings)


@pytest.fixture(scope="module")
def without_nulls() -> tuple[str, str]:
    return digests(lambda: buildings(nulls=False))


def arrow(columns: Columns) -> pa.Table:
    return pa.table(columns)


def with_types(columns: Columns, **kinds: pa.DataType) -> pa.Table:
    return pa.table({name: pa.array(values, kinds.get(name)) for name, values in columns.items()})


def cast(columns: Columns, **kinds: pa.DataType) -> pa.Table:
    table = pa.table(columns)
    for name, kind in kinds.items():
        table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
    return table


def texts(kind: pa.DataType) -> dict[str, pa.DataType]:
    return dict.fromkeys(("community", "building", "owner", "structure"), kind)


def bare(values: list[Any]) -> Once:
    """A column of Arrow's that has no length and no slices."""
    return Once(__arrow_c_array__=lambda requested_schema=None: pa.array(values).__arrow_c_array__())


def bare_stream(values: list[Any]) -> Once:
    return Once(__arrow_c_stream__=lambda requested_schema=None: pa.chunked_array([values]).__arrow_c_stream__())


class Liar:
    """A column that says it is longer than it is."""

    def __init__(self, values: list[Any], length: int) -> None:
        self.values, self.length = values, length

    def __len__(self) -> int:
        return self.length

    def __arrow_c_array__(self, requested_schema: object = None) -> Any:
        return pa.array(self.values).__arrow_c_array__()


class OnlyArray:
    """An array of some library that has but one method of NumPy's."""

    def __init__(self, values: list[Any]) -> None:
        self.values = np.array(values)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        return self.values


class OnlyInterface:
    """Another one."""

    def __init__(self, values: list[Any]) -> None:
        self.values = np.array(values)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return self.values.__array_interface__


class Once:
    """Something with nothing but one method of the Arrow interface."""

    def __init__(self, **methods: Callable[..., Any]) -> None:
        for name, method in methods.items():
            setattr(self, name, method)


# ---- the same rows ----------------------------------------------------------------------------------------------


def pandas_objects(c: Columns) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in c.items()})


def pandas_nullable(c: Columns) -> pd.DataFrame:
    return pd.DataFrame(c).astype(
        {"community": "string", "building": "string", "area": "Float64", "floors": "Int64", "lift": "boolean",
         "owner": "string", "structure": "string"}
    )  # fmt: skip


def pandas_small(c: Columns) -> pd.DataFrame:
    return pandas_nullable(c).astype({"area": "Float32", "floors": "UInt8"})


def pandas_categorical(c: Columns) -> pd.DataFrame:
    return pd.DataFrame(c).astype(dict.fromkeys(("community", "building", "owner", "structure"), "category"))


def pandas_python_texts(c: Columns) -> pd.DataFrame:
    return pd.DataFrame(c).astype(dict.fromkeys(("community", "building", "owner", "structure"), pd.StringDtype("python")))


def pandas_not_in_order(c: Columns) -> pd.DataFrame:
    """A view with negative steps, and an index that says nothing."""
    reversed_frame = pd.DataFrame({name: values[::-1] for name, values in c.items()}, index=[7] * len(c["area"]))
    return reversed_frame.iloc[::-1]


def polars_chunked(c: Columns) -> pl.DataFrame:
    whole = pl.DataFrame(c)
    return pl.concat([whole[:10], whole[10:10], whole[10:41], whole[41:]], rechunk=False)


def polars_categorical(c: Columns) -> pl.DataFrame:
    return pl.DataFrame(c).with_columns(
        pl.col("community").cast(pl.Enum(["unused", "east", "北山", "南湖"])), pl.col("owner", "structure").cast(pl.Categorical)
    )


def polars_small(c: Columns) -> pl.DataFrame:
    return pl.DataFrame(c).with_columns(pl.col("floors").cast(pl.UInt8), pl.col("area").cast(pl.Float32))


def arrow_chunked_differently(c: Columns) -> pa.Table:
    rows = len(c["area"])

    def cut(values: pa.ChunkedArray, size: int) -> pa.ChunkedArray:
        return pa.chunked_array([values.chunk(0)[at : at + size] for at in range(0, rows, size)])

    table = pa.table(c)
    return pa.table({name: cut(table[name], 5 + 9 * i) for i, name in enumerate(table.column_names)})


def arrow_dictionaries_of_each_batch(c: Columns) -> pa.RecordBatchReader:
    batches = [batch.set_column(0, "community", batch.column(0).dictionary_encode()) for batch in pa.table(c).to_batches(20)]
    return pa.RecordBatchReader.from_batches(batches[0].schema, batches)


def duckdb_of(c: Columns) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.register("given", pa.table(c))
    return connection.sql("from given")


def duckdb_types(c: Columns) -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.register("given", pa.table(c))
    connection.execute("create type place as enum ('east', '南湖', '北山')")
    return connection.sql("select * replace (community::place as community, area::decimal(9, 2) as area, floors::utinyint as floors) from given")


def mixed_columns(c: Columns) -> dict[str, Any]:
    frame = pl.DataFrame(c)
    return {
        "community": frame["community"].cast(pl.Categorical),
        "building": c["building"],
        "area": pd.Series(c["area"], dtype="Float64"),
        "floors": pa.chunked_array([c["floors"][:50], c["floors"][50:]], pa.int16()),
        "lift": pd.array(c["lift"], dtype="boolean"),
        "owner": pa.array(c["owner"]).dictionary_encode(),
        "built": polars_chunked(c)["built"],
        "structure": np.array(c["structure"], dtype=object),
    }


def masked_arrays(c: Columns) -> dict[str, Any]:
    def masked(name: str, filler: Any, dtype: Any) -> Any:
        hidden = [value is None for value in c[name]]
        values = [filler if value is None else value for value in c[name]]
        return np.ma.MaskedArray(np.array(values, dtype=dtype), hidden)

    return {
        "community": np.array(c["community"]),
        "building": np.array(c["building"], dtype=object),
        "area": masked("area", 1e300, "f8"),
        "floors": masked("floors", -1, "i2"),
        "lift": masked("lift", True, "?"),
        "owner": masked("owner", "hidden", object),
        "built": masked("built", "1999-01-01", "M8[D]"),
        "structure": masked("structure", "hidden", "U8"),
    }


def numpy_texts(missing: Any) -> Callable[[Columns], dict[str, Any]]:
    def of(c: Columns) -> dict[str, Any]:
        dtype = np.dtypes.StringDType(na_object=missing)
        wanted = ("owner", "structure")
        made = {name: np.array([missing if v is None else v for v in c[name]], dtype=dtype) for name in wanted}
        return {**c, **made, "built": np.array(c["built"], dtype="M8[D]"), "area": np.array(c["area"], dtype="f8")}

    return of


def scalars(c: Columns) -> Columns:
    def each(name: str, make: Callable[[Any], Any], missing: Any) -> list[Any]:
        return [missing if value is None else make(value) for value in c[name]]

    return {
        "community": each("community", np.str_, None),
        "building": c["building"],
        "area": each("area", lambda v: decimal.Decimal(str(v)), decimal.Decimal("NaN")),
        "floors": each("floors", np.int16, pd.NA),
        "lift": each("lift", np.bool_, float("nan")),
        "owner": c["owner"],
        "built": each("built", np.datetime64, pd.NaT),
        "structure": c["structure"],
    }


def pieces_of(c: Columns, *ends: int) -> list[Columns]:
    starts = [0, *ends]
    return [{name: values[a:b] for name, values in c.items()} for a, b in zip(starts, [*ends, None], strict=True)]


def frames_of_every_kind(c: Columns) -> Iterator[Any]:
    first, second, third, fourth = pieces_of(c, 20, 40, 60)
    yield first
    yield pd.DataFrame(second)
    yield pl.DataFrame(third)
    yield pa.table(fourth).slice(0, 0)
    yield pa.table(fourth).to_batches()[0]


WITH_NULLS: dict[str, Callable[[Columns], Any]] = {
    "pandas": pd.DataFrame,
    "pandas, object": pandas_objects,
    "pandas, nullable": pandas_nullable,
    "pandas, nullable and small": pandas_small,
    "pandas, Arrow": lambda c: pa.table(c).to_pandas(types_mapper=pd.ArrowDtype),
    "pandas, Arrow dictionary": lambda c: cast(c, owner=pa.dictionary(pa.int8(), pa.string())).to_pandas(types_mapper=pd.ArrowDtype),
    "pandas, categorical": pandas_categorical,
    "pandas, texts of Python": pandas_python_texts,
    "pandas, sparse": lambda c: pd.DataFrame(c).astype({"area": pd.SparseDtype("float64")}),
    "pandas, not in order": pandas_not_in_order,
    "polars": pl.DataFrame,
    "polars, categorical and enum": polars_categorical,
    "polars, decimal": lambda c: pl.DataFrame(c).with_columns(pl.col("area").cast(pl.Decimal(12, 2))),
    "polars, chunked": polars_chunked,
    "polars, small": polars_small,
    "polars, structs": lambda c: pl.DataFrame(c).to_struct(),
    "polars, sliced": lambda c: pl.concat([pl.DataFrame(c)[:3], pl.DataFrame(c)])[3:],
    "pyarrow": arrow,
    "pyarrow, record batch": lambda c: pa.table(c).to_batches()[0],
    "pyarrow, reader": lambda c: pa.table(c).to_reader(13),
    "pyarrow, dictionary": lambda c: cast(c, **texts(pa.dictionary(pa.int16(), pa.string()))),
    "pyarrow, another dictionary in each batch": arrow_dictionaries_of_each_batch,
    "pyarrow, dictionary of large texts": lambda c: cast(c, **texts(pa.dictionary(pa.uint8(), pa.large_string()))),
    "pyarrow, decimal": lambda c: cast(c, area=pa.decimal128(20, 4)),
    "pyarrow, large texts": lambda c: cast(c, **texts(pa.large_string())),
    "pyarrow, text views": lambda c: cast(c, **texts(pa.string_view())),
    "pyarrow, small": lambda c: cast(c, area=pa.float32(), floors=pa.uint8()),
    "pyarrow, chunked differently": arrow_chunked_differently,
    "pyarrow, structs": lambda c: pa.table(c).to_struct_array(),
    "pyarrow, sliced": lambda c: pa.concat_tables([pa.table(c).slice(0, 5), pa.table(c)]).combine_chunks().slice(5),
    "duckdb": duckdb_of,
    "duckdb, enum and decimal": duckdb_types,
    "only __arrow_c_stream__": lambda c: Once(__arrow_c_stream__=lambda requested_schema=None: pa.table(c).__arrow_c_stream__()),
    "only __arrow_c_array__": lambda c: Once(__arrow_c_array__=lambda requested_schema=None: pa.table(c).to_batches()[0].__arrow_c_array__()),
    "columns that are only __arrow_c_array__": lambda c: {name: bare(values) for name, values in c.items()},
    "columns that are only __arrow_c_stream__": lambda c: {name: bare_stream(values) for name, values in c.items()},
    "one column that does not tell its length": lambda c: {**c, "floors": bare(c["floors"])},
    "lists": dict,
    "tuples": lambda c: {name: tuple(values) for name, values in c.items()},
    "deques": lambda c: {name: collections.deque(values) for name, values in c.items()},
    "a mapping that is no dict": types.MappingProxyType,
    "scalars of NumPy, pandas and decimal": scalars,
    "masked arrays": masked_arrays,
    "StringDType": numpy_texts(None),
    "StringDType, nan": numpy_texts(float("nan")),
    "object arrays": lambda c: {name: np.array(values, dtype=object) for name, values in c.items()},
    "pandas columns": lambda c: dict(pd.DataFrame(c).items()),
    "arrays of pandas": lambda c: {name: column.array for name, column in pandas_categorical(c).astype({"area": "Float32", "lift": "boolean"}).items()},
    "polars columns": lambda c: pl.DataFrame(c).to_dict(),
    "pyarrow columns": lambda c: dict(zip(pa.table(c).column_names, pa.table(c).columns, strict=True)),
    "chunked pyarrow columns": lambda c: dict(zip(c, arrow_chunked_differently(c).columns, strict=True)),
    "dictionary chunks": lambda c: {**c, "owner": pa.chunked_array([pa.array(c["owner"][:9]).dictionary_encode(), pa.array(c["owner"][9:]).dictionary_encode()])},
    "columns from everywhere": mixed_columns,
    "a list of dicts of columns": lambda c: pieces_of(c, 1, 50, 50),
    "a generator of every kind": frames_of_every_kind,
    "an iterator of record batches": lambda c: iter(pa.table(c).to_batches(7)),
    "empty frames between": lambda c: [pa.table(c).slice(0, 0), pd.DataFrame(c)[:0], pl.DataFrame(c)[:0], c, {n: [] for n in c}],
    "columns in another order, and names that are no texts": lambda c: {1: object(), **dict(reversed(c.items())), (2, 3): []},
}  # fmt: skip


@pytest.mark.parametrize("form", WITH_NULLS)
def test_rows_are_the_same_in_every_form(form: str, with_nulls: tuple[str, str]):
    assert digests(lambda: WITH_NULLS[form](buildings())) == with_nulls


def dates_and(c: Columns, **columns: Any) -> dict[str, Any]:
    return {**c, "built": np.array(c["built"], dtype="M8[D]"), **columns}


def read_only(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    values.flags.writeable = False
    return values


def one_column_of_a_matrix(values: list[Any]) -> Any:
    matrix = np.full((len(values), 3), 1e9)
    matrix[:, 1] = values
    return matrix[:, 1]


def numpy_everywhere(c: Columns, change: Callable[[np.ndarray[Any, Any]], Any]) -> dict[str, Any]:
    return {name: change(np.array(values, dtype="M8[D]" if name == "built" else None)) for name, values in c.items()}


def twice(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.repeat(values, 2)[::2]


WITHOUT_NULLS: dict[str, Callable[[Columns], Any]] = {
    "NumPy": lambda c: numpy_everywhere(c, lambda values: values),
    "NumPy, strided": lambda c: numpy_everywhere(c, twice),
    "NumPy, reversed": lambda c: numpy_everywhere(c, lambda values: values[::-1].copy()[::-1]),
    "NumPy, read-only": lambda c: numpy_everywhere(c, read_only),
    "NumPy, 1 × N": lambda c: numpy_everywhere(c, lambda values: values.reshape(1, -1)),
    "NumPy, N × 1": lambda c: numpy_everywhere(c, lambda values: values.reshape(-1, 1)),
    "NumPy, big-endian": lambda c: numpy_everywhere(c, lambda values: values.astype(values.dtype.newbyteorder(">"))),
    "NumPy, masked without a mask": lambda c: numpy_everywhere(c, np.ma.MaskedArray),
    "NumPy, big-endian, strided, masked": lambda c: dates_and(c, area=np.ma.MaskedArray(twice(np.array(c["area"], dtype=">f8")))),
    "a row of a Fortran matrix": lambda c: dates_and(c, area=np.asfortranarray([c["area"], c["area"]])[0]),
    "a column of a matrix": lambda c: dates_and(c, area=one_column_of_a_matrix(c["area"])),
    "a field of records": lambda c: dates_and(c, area=np.array([(a, 1) for a in c["area"]], dtype=[("a", "f8"), ("b", "i1")])["a"]),
    "not aligned": lambda c: dates_and(c, area=np.frombuffer(b"x" + np.array(c["area"]).tobytes(), dtype="f8", offset=1)),
    "float32": lambda c: dates_and(c, area=np.array(c["area"], dtype="f4")),
    "float16": lambda c: dates_and(c, area=np.array(c["area"], dtype="f2")),
    **{kind: lambda c, kind=kind: dates_and(c, floors=np.array(c["floors"], dtype=kind)) for kind in ("i1", "u1", ">i2", "u2", "i4", ">u4", "u8", "f4")},
    "booleans as 0 and 1": lambda c: dates_and(c, lift=np.array(c["lift"], dtype="u1")),
    "booleans as 0.0 and 1.0": lambda c: dates_and(c, lift=[float(value) for value in c["lift"]]),
    "dates of pandas": lambda c: {**c, "built": pd.Series(c["built"])},
    "array.array and memoryview": lambda c: {**c, "area": array.array("d", c["area"]), "floors": memoryview(array.array("h", c["floors"]))},
    "only __array__ and only __array_interface__": lambda c: {**c, "area": OnlyArray(c["area"]), "floors": OnlyInterface(c["floors"])},
    "ctypes": lambda c: {**c, "area": (ctypes.c_double * len(c["area"]))(*c["area"])},
    "bytearray": lambda c: {**c, "floors": bytearray(c["floors"])},
    "an index of pandas": lambda c: {**c, "floors": pd.Index(c["floors"]), "building": pd.Index(c["building"])},
    "pandas, NumPy": lambda c: pd.DataFrame(numpy_everywhere(c, lambda values: values if values.dtype.kind != "M" else values.astype(object))),
    "pandas, sparse": lambda c: pd.DataFrame(c).astype({"area": pd.SparseDtype("float64"), "floors": pd.SparseDtype("int64", 0), "lift": pd.SparseDtype("bool")}),
    "pandas, category of numbers": lambda c: pd.DataFrame(c).astype({"floors": "category"}),
    "pyarrow, not nullable": lambda c: pa.table(c).cast(pa.schema([field.with_nullable(False) for field in pa.table(c).schema])),
}  # fmt: skip


@pytest.mark.parametrize("form", WITHOUT_NULLS)
def test_rows_without_nulls_are_the_same_in_every_form(form: str, without_nulls: tuple[str, str]):
    assert digests(lambda: WITHOUT_NULLS[form](buildings(nulls=False))) == without_nulls


def test_forms_are_many():
    assert len(WITH_NULLS) + len(WITHOUT_NULLS) >= 50


OTHERS = {
    "community": "east", "building": "b999", "area": 0.0, "floors": 30, "lift": True, "owner": "=1+1",
    "built": datetime.date(1950, 1, 28), "structure": "brick",
}  # fmt: skip


@pytest.mark.parametrize("column", buildings())
def test_the_digests_see_a_value_of_every_column(column: str, with_nulls: tuple[str, str]):
    columns = buildings()
    assert columns[column][13] not in (None, OTHERS[column])
    columns[column][13] = OTHERS[column]
    tally, problems = digests(lambda: columns)
    assert problems != with_nulls[1]
    assert (tally != with_nulls[0]) == (column != "building")  # objects are no state


@pytest.mark.parametrize("column", ["area", "floors", "lift", "owner", "built", "structure"])
def test_the_digests_see_a_null_of_every_column(column: str, with_nulls: tuple[str, str]):
    columns = buildings()
    columns[column][13] = None
    assert digests(lambda: columns)[0] != with_nulls[0]


def test_rows_above_one_slice_are_the_same():
    """Mappings are read 262,144 rows at a time: here in four slices, and every layout in its own way."""
    n = 1_000_000
    i = np.arange(n)
    names = np.array(["南湖", "北山", "east"])
    area, floors, lift = i % 97 * 0.25, (i % 31).astype("i2"), i % 3 == 0
    plain = {"community": pa.DictionaryArray.from_arrays(pa.array(i % 3, pa.int8()), pa.array(names)), "area": area, "floors": floors, "lift": lift}
    rest = {name: pa.nulls(n, pa.string()) for name in ("owner", "built", "structure")}
    expected = tally_of({**plain, **rest})
    strided = {**plain, "area": twice(area), "lift": np.ma.MaskedArray(lift), **rest}
    cuts = {**rest, "community": pa.chunked_array([plain["community"][:262_143], plain["community"][262_143:]])}
    cuts["area"] = pa.chunked_array([area[:10], area[10:700_000], area[700_000:]])
    cuts |= {"floors": pl.concat([pl.Series(floors[:500_000]), pl.Series(floors[500_000:])], rechunk=False), "lift": twice(lift)}
    pandas = pd.DataFrame({"community": pd.Categorical.from_codes(i % 3, list(names)), "area": area, "floors": floors, "lift": lift})
    pandas = pandas.assign(**dict.fromkeys(rest, None)).astype({"floors": "Int16", "lift": "boolean"})
    for frame in (strided, cuts, pandas):
        assert tally_of(frame) == expected


def test_each_frame_has_its_own_categories():
    """The same codes stand for other texts in the second frame."""
    texts = pd.DataFrame(buildings())
    orders = (["南湖", "北山", "east"], ["east", "北山", "南湖"])
    frames = [texts.assign(community=pd.Categorical(texts["community"], categories=order)) for order in orders]
    assert frames[0]["community"].cat.codes.tolist() != frames[1]["community"].cat.codes.tolist()
    assert tally_of(iter(frames)) == tally_of(iter([texts, texts]))


def tally_of(frame: Any) -> str:
    tally = tijian.Tally(FRAMEWORK)
    tally.add("buildings", frame)
    return tally.digest


# ---- no rows ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "empty",
    [
        lambda c: {name: [] for name in c},
        lambda c: {name: np.array([], dtype="f8") if name in ("area", "floors", "lift") else [] for name in c},
        lambda c: {**{name: [] for name in c}, "area": np.empty((1, 0))},
        lambda c: pd.DataFrame(c)[:0],
        lambda c: pl.DataFrame(c)[:0],
        lambda c: pa.table(c)[:0],
        lambda c: pa.table(c).schema.empty_table().to_reader(),
        lambda c: duckdb_of(c).filter("false"),
        lambda c: [pd.DataFrame(c)[:0]],
        lambda c: [pa.table(c)[:0], pl.DataFrame(c)[:0]],
    ],
)
def test_frames_without_rows_are_the_same(empty: Callable[[Columns], Any]):
    nothing = tally_of({name: [] for name in buildings()})
    assert tally_of(empty(buildings())) == nothing
    assert nothing != tijian.Tally(FRAMEWORK).digest, "a table that was supplied is another thing than none"


@pytest.mark.parametrize("empty", [lambda: iter([]), list, tuple, lambda: (batch for batch in ())])
def test_an_iterator_that_gives_no_batch_is_refused(empty: Callable[[], Any]):
    """As one that was used up before does: nothing says that there are no rows."""
    calls: list[tuple[str, Callable[[], object]]] = [
        ("buildings", lambda: tally_of(empty())),
        ("buildings", lambda: tijian.screen(FRAMEWORK, "buildings", empty())),
        ("buildings", lambda: tijian.assess(FRAMEWORK, units=UNITS, tables={"buildings": empty()})),
        ("entries", lambda: tijian.assess(FRAMEWORK, units=UNITS, entries=empty())),
        ("units", lambda: tijian.Units(empty())),
        ("units", lambda: tijian.Units.from_columns(empty(), {"city": "c"})),
    ]
    for place, call in calls:
        with pytest.raises(tijian.DataError) as caught:
            call()
        (issue,) = caught.value.issues
        assert (issue.code, issue.place) == ("frame.no_batch", place)
    batches = iter([buildings()])
    tally_of(batches)
    with pytest.raises(tijian.DataError, match=r"used before.*用过"):
        tally_of(batches)


NULLS: dict[str, Callable[[Columns], Any]] = {
    "lists": dict,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars, chunked": lambda c: pl.concat([pl.DataFrame(c)[:40], pl.DataFrame(c)[40:]], rechunk=False),
    "pyarrow": pa.table,
    "duckdb": duckdb_of,
    "NumPy": lambda c: {**c, "area": np.full(97, np.nan), "owner": np.full(97, None), "built": np.full(97, "NaT", dtype="M8[D]")},
    "columns of polars": lambda c: {**c, "area": pl.Series(c["area"]), "owner": pl.Series(c["owner"])},
    "columns of pyarrow": lambda c: {**c, "area": pa.nulls(97), "owner": pa.nulls(97, pa.dictionary(pa.int8(), pa.string()))},
    "columns of pandas": lambda c: {**c, "area": pd.Series([pd.NA] * 97), "owner": pd.Categorical([None] * 97), "lift": pd.Series([None] * 97, dtype="boolean")},
}


@pytest.mark.parametrize("form", NULLS)
def test_columns_without_a_value_are_the_same_in_every_form(form: str):
    """Some have no type then."""
    columns = {**buildings(), **dict.fromkeys(("area", "lift", "owner", "built"), [None] * 97)}
    typed = with_types(columns, area=pa.float64(), lift=pa.bool_(), owner=pa.string(), built=pa.date32())
    assert digests(lambda: NULLS[form](columns)) == digests(lambda: typed)


# ---- units and entries ------------------------------------------------------------------------------------------


UNIT_FORMS: dict[str, Callable[[Columns], Any]] = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "polars, chunked": lambda c: pl.concat([pl.DataFrame(c)[:2], pl.DataFrame(c)[2:]], rechunk=False),
    "pyarrow": pa.table,
    "duckdb": duckdb_of,
    "iterator": lambda c: iter(pa.table(c).to_batches(2)),
    "generator of dicts": lambda c: ({name: [values[i]] for name, values in c.items()} for i in range(len(c["id"]))),
    "numpy": lambda c: {name: np.array(values, dtype=object) for name, values in c.items()},
    "categorical": lambda c: pd.DataFrame(c).astype({"level": "category", "parent": "category"}),
    "a table of tijian": lambda c: tijian.Units(c).to_table(),
    "units": tijian.Units,
}


@pytest.mark.parametrize("form", UNIT_FORMS)
def test_a_city_alone_has_no_parent_in_any_form(form: str, streets: tijian.Framework):
    """And no name: columns without any value."""
    alone = {"id": ["江城"], "level": ["city"], "parent": [None], "name": [None]}
    assert tijian.assess(streets, units=UNIT_FORMS[form](alone)).units.to_dict()["id"] == ["江城"]


@pytest.mark.parametrize("form", UNIT_FORMS)
def test_units_are_the_same_in_every_form(form: str, streets: tijian.Framework, result: tijian.Assessment):
    again = tijian.assess(streets, units=UNIT_FORMS[form](UNITS), tables={"buildings": buildings()},
                          entries={"unit": ["江城"], "indicator": ["U01"], "value": [6.4], "source": ["年鉴"]})  # fmt: skip
    assert again["values"].digest == result["values"].digest
    assert again.problems.digest == result.problems.digest
    assert again.units.to_dict() == result.units.to_dict()


def test_batches_of_units_may_be_of_every_kind(streets: tijian.Framework):
    """Each writes texts, integers and nulls in its own way, and a batch may have no value of a column."""
    columns = {**UNITS, "built_km2": [12, None, 0.5, None, 2]}
    kinds = [dict, pl.DataFrame, pa.table, pd.DataFrame, lambda c: pd.DataFrame(c).astype({"level": "category"})]
    batches = [kind({name: values[i : i + 1] for name, values in columns.items()}) for i, kind in enumerate(kinds)]
    expected = tijian.assess(streets, units=columns)
    for order in (batches, [batches[0], *batches[:0:-1]]):
        assert tijian.assess(streets, units=iter(order))["values"].digest == expected["values"].digest


def test_batches_of_units_with_other_columns_say_so():
    for second, column in (({"id": ["b"], "level": [1.5], "parent": ["a"]}, "level"), ({"id": ["b"], "level": ["city"]}, "parent")):
        with pytest.raises(tijian.DataError, match=column):
            tijian.Units([{"id": ["a"], "level": ["city"], "parent": [None]}, second])


@pytest.mark.parametrize("form", [pd.DataFrame, pl.DataFrame, pa.table, lambda c: iter([pa.table(c)])])
def test_entries_are_the_same_in_every_form(form: Callable[[Columns], Any], streets: tijian.Framework):
    entries = {"unit": ["江城", "江城"], "indicator": ["U01", "C01"], "item": [None, "C01.2"], "value": [6.4, 3], "year": [2025, 2025]}
    expected = tijian.assess(streets, units=UNITS, entries=entries)
    assert tijian.assess(streets, units=UNITS, entries=form(entries))["values"].digest == expected["values"].digest
    assert expected["values"].digest != tijian.assess(streets, units=UNITS)["values"].digest


# ---- dates and times --------------------------------------------------------------------------------------------


TIMES = changed(
    STREETS,
    tables=[{"id": "visits", "level": "community", "unit": "place", "key": "seen"}],
    indicators=[
        {"id": "V", "name": {"en": "Visits"}, "dimension": "community", "kind": "floor", "measure": "1", "table": "visits",
         "items": [{"id": "V.1", "name": {"en": "any"}, "when": "true"}], "targets": [{"op": "<=", "value": 0, "basis": "local"}]}
    ],
)  # fmt: skip


def seen(values: Any) -> list[str | None]:
    """How the engine writes these values, of which the key of a table is made."""
    frame = {"place": ["east"] * len(values), "seen": values}
    texts: list[str | None] = tijian.screen(TIMES, "visits", frame).problems.to_dict()["object"]
    return texts


MOMENT = datetime.datetime
NAIVE = [MOMENT(2024, 2, 29, 23, 59, 59), MOMENT(1969, 12, 31), MOMENT(2024, 1, 2, 3, 4, 5, 60), MOMENT(1, 1, 1), None]
NAIVE_TEXTS = ["2024-02-29T23:59:59", "1969-12-31T00:00:00", "2024-01-02T03:04:05.00006", "0001-01-01T00:00:00", None]
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
AWARE = [MOMENT(2024, 3, 1, 7, 59, 59, tzinfo=BEIJING), MOMENT(1970, 1, 1, 8, 0, 0, 500_000, tzinfo=BEIJING), None]
AWARE_TEXTS = ["2024-02-29T23:59:59Z", "1970-01-01T00:00:00.5Z", None]


@pytest.mark.parametrize(
    "form",
    [list, pd.Series, pl.Series, pa.array, lambda v: pd.Series(v, dtype=object), lambda v: np.array(v, dtype="M8[us]"),
     lambda v: pd.Series(v, dtype="datetime64[us]"), lambda v: pd.array(v, dtype=pd.ArrowDtype(pa.timestamp("us"))),
     lambda v: [value and np.datetime64(value, "us") for value in v],
     lambda v: [value and pd.Timestamp(value) for value in v], lambda v: np.array(v, dtype=">M8[us]")[::-1][::-1]],
)  # fmt: skip
def test_times_are_the_same_text_in_every_form(form: Callable[[list[Any]], Any]):
    assert seen(form(NAIVE)) == NAIVE_TEXTS


@pytest.mark.parametrize(
    "form",
    [list, pd.Series, pl.Series, pa.array, lambda v: pd.Series(v, dtype=object),
     lambda v: pd.Series(v).dt.tz_convert("Asia/Shanghai"), lambda v: pd.Index(pd.Series(v)),
     lambda v: pa.array(v, pa.timestamp("ms", "America/New_York"))],
)  # fmt: skip
def test_times_with_a_zone_are_the_same_instants_in_every_form(form: Callable[[list[Any]], Any]):
    assert seen(form(AWARE)) == AWARE_TEXTS


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_every_unit_of_time(unit: str):
    moment = [MOMENT(2024, 2, 29, 12, 30, 15)]
    texts = ["2024-02-29T12:30:15"]
    assert seen(np.array(moment, dtype=f"M8[{unit}]")) == texts
    assert seen(pd.Series(moment, dtype=f"datetime64[{unit}]")) == texts
    assert seen(pa.array(moment, pa.timestamp(unit))) == texts
    assert seen(list(np.array(moment, dtype=f"M8[{unit}]"))) == texts
    assert seen(np.array(moment, dtype=f"M8[{unit}]").astype(object) if unit != "ns" else pd.Series(moment)) == texts


def test_nanoseconds_are_kept():
    moments = pd.Series(pd.to_datetime(["1969-12-31T23:59:59.123456789", "2024-02-29T00:00:00.000000010", None]))
    texts = ["1969-12-31T23:59:59.123456789", "2024-02-29T00:00:00.00000001", None]
    for values in (moments, list(moments), list(moments.to_numpy()), moments.to_numpy(), pa.array(moments), pl.Series(moments), moments.astype(object)):
        assert seen(values) == texts
    zoned = moments.dt.tz_localize("Asia/Shanghai")
    for values in (zoned, list(zoned), pa.array(zoned), zoned.astype(object)):
        assert seen(values) == ["1969-12-31T15:59:59.123456789Z", "2024-02-28T16:00:00.00000001Z", None]


def test_integers_are_texts_of_their_digits():
    expected = ["420102", "0", "-7"]
    for values in ([420102, 0, -7], np.array([420102, 0, -7], dtype="i4"), pd.Series([420102, 0, -7]), pl.Series([420102, 0, -7]),
                   pa.array([420102, 0, -7]), pd.array([420102, 0, -7], dtype="Int64")):  # fmt: skip
        assert seen(values) == expected


# ---- what is refused --------------------------------------------------------------------------------------------


class Opaque:
    """A thing that no column holds."""

    def __repr__(self) -> str:
        return "Opaque()"


def short(c: Columns, **columns: Any) -> dict[str, Any]:
    return {**{name: values[:4] for name, values in c.items()}, **columns}


LOST = "\ud800"
D = decimal.Decimal

#: What is given, where the fault lies, and a word of each language that says what is wrong.
REFUSED: dict[str, tuple[Callable[[Columns], Any], str, str, str]] = {
    "complex": (lambda c: short(c, area=np.zeros(4, dtype="c16")), "buildings/area", "complex128", "不能读取"),
    "complex values": (lambda c: short(c, area=[1.0, 2j, 3.0, 4.0]), "buildings/2/area", "row 2", "第 2 行"),
    "structured": (lambda c: short(c, area=np.zeros(4, dtype=[("a", "f8"), ("b", "i8")])), "buildings/area", "which is not read", "不能读取"),
    "2-D": (lambda c: short(c, area=np.zeros((2, 2))), "buildings/area", "shape (2, 2)", "(2, 2)"),
    "2-D, more columns than rows": (lambda c: short(c, area=np.zeros((4, 2))), "buildings/area", "shape (4, 2)", "(4, 2)"),
    "0-D": (lambda c: short(c, area=np.float64(3.0)), "buildings/area", "", "不能读取"),
    "a number instead of a column": (lambda c: short(c, area=3.0), "buildings/area", "float", "不能读取"),
    "a text instead of a column": (lambda c: short(c, owner="abcd"), "buildings/owner", "str", "不能读取"),
    "a dict instead of a column": (lambda c: short(c, area={0: 1.0}), "buildings/area", "dict", "不能读取"),
    "a generator instead of a column": (lambda c: short(c, area=(x for x in range(4))), "buildings/area", "generator", "不能读取"),
    "longdouble": (lambda c: short(c, area=np.zeros(4, dtype="g")), "buildings/area", "float128", "不能读取"),
    "timedelta": (lambda c: short(c, area=np.zeros(4, dtype="m8[s]")), "buildings/area", "timedelta64", "不能读取"),
    "timedelta values": (lambda c: short(c, area=list(np.zeros(4, dtype="m8[ns]"))), "buildings/1/area", "row 1", "第 1 行"),
    "months": (lambda c: short(c, built=np.array(["2024-01"] * 4, dtype="M8[M]")), "buildings/built", "datetime64[M]", "不能读取"),
    "dates too far": (lambda c: short(c, built=np.array([2**40] * 4, dtype="M8[D]")), "buildings/built", "", "不能读取"),
    "ragged": (lambda c: {**c, "area": c["area"][:-1]}, "buildings/area", "has 96 rows, the table 97", "有 96 行"),
    "ragged, no length told": (lambda c: short(c, area=bare([1.0, 2.0])), "buildings/area", "has 2 rows, the table 4", "有 2 行，表有 4 行"),
    "ragged, first": (lambda c: {"area": bare([1.0] * 5), **{n: v[:4] for n, v in c.items() if n != "area"}}, "buildings/area", "has 5 rows, the table 4", "有 5 行"),
    "ragged, none told": (lambda c: {n: bare(v[:4 if n == "floors" else 6]) for n, v in c.items()}, "buildings/floors", "has 4 rows, the table 6", "有 4 行"),
    "ragged, stream": (lambda c: short(c, area=bare_stream([1.0] * 3)), "buildings/area", "has 3 rows, the table 4", "有 3 行"),
    "ragged, another length told": (lambda c: short(c, area=Liar([1.0, 2.0], 4)), "buildings/area", "has 2 rows, the table 4", "有 2 行"),
    "ragged batch": (lambda c: [c, {**c, "floors": [1]}], "buildings/floors", "has 1 rows", "有 1 行"),
    "bytes": (lambda c: short(c, owner=["a", b"b", "c", "d"]), "buildings/2/owner", "(bytes)", "第 2 行"),
    "bytes array": (lambda c: short(c, owner=np.array([b"a"] * 4)), "buildings/owner", "|S1", "不能读取"),
    "text among numbers": (lambda c: short(c, area=[1, None, "3", 4]), "buildings/3/area", "row 3 is a text, the rows before are numbers", "第 3 行为文本"),
    "text among numbers, pandas": (lambda c: pd.DataFrame(short(c, area=[1, None, "3", 4])), "buildings/3/area", "row 3", "第 3 行"),
    "text among numbers, second batch": (lambda c: [short(c), short(c, area=[1, "-", 2, 3])], "buildings/6/area", "row 6", "第 6 行"),
    "number among texts": (lambda c: short(c, owner=["a", "b", 3, "d"]), "buildings/3/owner", "row 3 is a number, the rows before are texts", "第 3 行为数值"),
    "boolean among numbers": (lambda c: short(c, floors=[1, True, 3, 4]), "buildings/2/floors", "row 2 is a boolean", "第 2 行为布尔值"),
    "arrays in a list": (lambda c: short(c, area=[np.array([1.0])] * 4), "buildings/1/area", "(ndarray)", "第 1 行"),
    "arrays in a list, pandas": (lambda c: pd.DataFrame(short(c, area=[np.zeros(2)] * 4)), "buildings/1/area", "(ndarray)", "第 1 行"),
    "a set": (lambda c: short(c, area={1.0, 2.0, 3.0, 4.0}), "buildings/area", "set", "不能读取"),
    "a frame instead of a column": (lambda c: short(c, area=pl.DataFrame({"area": [1.0] * 4})), "buildings/area", "+s", "+s"),
    "objects": (lambda c: short(c, owner=["a", Opaque(), "c", "d"]), "buildings/2/owner", "(Opaque)", "第 2 行"),
    "objects, pandas": (lambda c: pd.DataFrame(short(c, owner=["a", Opaque(), "c", "d"])), "buildings/2/owner", "(Opaque)", "第 2 行"),
    "fractions": (lambda c: short(c, area=[1, 2, fractions.Fraction(1, 3), 4]), "buildings/3/area", "(Fraction)", "第 3 行"),
    "a decimal that signals": (lambda c: short(c, area=[1, decimal.Decimal("sNaN"), 3, 4]), "buildings/2/area", "row 2", "第 2 行"),
    "integers beyond 2^53": (lambda c: short(c, floors=[1, 2**53 + 1, 3, 4]), "buildings/floors", "row 2", "第 2 行"),
    "integers beyond 2^63": (lambda c: short(c, floors=[1, 2, 10**30, 4]), "buildings/3/floors", "row 3", "第 3 行"),
    "integers beyond 2^53 before a fraction": (lambda c: short(c, area=[1, -(2**53) - 1, 0.5, 4]), "buildings/2/area", "row 2", "第 2 行"),
    "integers beyond 2^53, NumPy": (lambda c: short(c, floors=np.array([1, 2, 3, 2**63], dtype="u8")), "buildings/floors", "row 4", "第 4 行"),
    "integers beyond 2^53, pyarrow": (lambda c: pa.table(short(c, floors=pa.array([1, None, 2**60, 4]))), "buildings/floors", "row 3", "第 3 行"),
    "decimals beyond 2^53": (lambda c: short(c, floors=[1, D(2**53), D(2**53 + 1), D(4)]), "buildings/3/floors", "row 3", "第 3 行"),
    "decimals beyond any number": (lambda c: short(c, floors=[D("1e400"), 2, 3, 4]), "buildings/1/floors", "row 1", "第 1 行"),
    "decimals beyond 2^53 with zeros behind": (lambda c: short(c, floors=[1, 2, D("-9007199254740993.00"), 4]), "buildings/3/floors", "row 3", "第 3 行"),
    "decimals beyond 2^53, pyarrow": (lambda c: pa.table(short(c, floors=pa.array([D(1), None, D(2**53 + 1), D(2**53)]))), "buildings/floors", "row 3", "第 3 行"),
    "decimals beyond 2^53 with a scale, pyarrow": (lambda c: pa.table(short(c, floors=pa.array([D("0.5"), D("1.5"), D("2.5"), D(-(2**53) - 1)]))), "buildings/floors", "row 4", "第 4 行"),
    "decimals beyond 2^53, duckdb": (lambda c: duckdb_of(short(c)).select("* replace (9007199254740993::decimal(38, 0) as floors)"), "buildings/floors", "row 1", "第 1 行"),
    "decimals beyond 2^53, polars": (lambda c: pl.DataFrame(short(c)).with_columns(floors=pl.Series([D(10**25)] * 4)), "buildings/floors", "row 1", "第 1 行"),
    "UUIDs": (lambda c: short(c, owner=[uuid.UUID(int=7)] * 4), "buildings/1/owner", ".astype(str)", ".astype(str)"),
    "a lone surrogate": (lambda c: short(c, owner=["a", "b", LOST, "d"]), "buildings/3/owner", "row 3", "第 3 行"),
    "a lone surrogate, NumPy": (lambda c: short(c, owner=np.array(["a", LOST, "c", "d"])), "buildings/2/owner", "row 2", "第 2 行"),
    "a lone surrogate, pandas": (lambda c: pd.DataFrame(short(c, owner=pd.Series(["a", LOST, "c", "d"], dtype=object))), "buildings/2/owner", "row 2", "第 2 行"),
    "a lone surrogate as a category": (lambda c: short(c, owner=pd.Series(pd.Categorical.from_codes([0, 1, 0, 0], pd.Index(["a", LOST], dtype=object)))), "buildings/2/owner", "row 2", "第 2 行"),
    "periods": (lambda c: pd.DataFrame(short(c, built=pd.period_range("2024-01", periods=4, freq="M"))), "buildings/1/built", "(Period)", "第 1 行"),
    "intervals": (lambda c: pd.DataFrame(short(c, area=pd.interval_range(0, 4))), "buildings/1/area", "(Interval)", "第 1 行"),
    "timedeltas, pandas": (lambda c: pd.DataFrame(short(c, area=pd.to_timedelta([1, 2, 3, 4], "s"))), "buildings/area", "timedelta64", "不能读取"),
    "two columns of one name, pandas": (lambda c: pd.concat([pd.DataFrame(c), pd.DataFrame(c)[["area"]]], axis=1), "buildings/area", "two columns", "重复"),
    "two columns of one name, pyarrow": (lambda c: pa.table(c).append_column("area", pa.table(c)["area"]), "buildings/area", "area", "area"),
    "lists, pyarrow": (lambda c: pa.table(short(c, owner=[["a"], [], None, ["b"]])), "buildings/owner", "+l", "+l"),
    "lists, polars": (lambda c: pl.DataFrame(short(c, owner=[["a"], [], None, ["b"]])), "buildings/owner", "+L", "+L"),
    "lists in a list": (lambda c: short(c, owner=[["a"], [], None, ["b"]]), "buildings/1/owner", "(list)", "第 1 行"),
    "structs, pyarrow": (lambda c: pa.table(short(c, owner=[{"a": 1}] * 4)), "buildings/owner", "+s", "+s"),
    "binary, pyarrow": (lambda c: pa.table(short(c, owner=[b"a"] * 4)), "buildings/owner", "z", "不能"),
    "durations, pyarrow": (lambda c: pa.table(short(c, area=pa.array([1, 2, 3, 4], pa.duration("s")))), "buildings/area", "tD", "不能"),
    "half floats, pyarrow": (lambda c: pa.table(short(c, area=pa.array(np.zeros(4, "f2")))), "buildings/area", "e", "不能"),
    "a column of lists, pyarrow": (lambda c: short(c, area=pa.array([[1.0]] * 4)), "buildings/area", "+l", "+l"),
    "objects of polars": (lambda c: short(c, area=pl.Series([Opaque()] * 4, dtype=pl.Object)), "buildings/area", "", "不能"),
    "texts for numbers": (lambda c: short(c, area=["1", "2", "3", "4"]), "buildings/area", "as number", "不能作为数值读取"),
    "texts for numbers, polars": (lambda c: pl.DataFrame(short(c, area=["1", "2", "3", "4"])), "buildings/area", "as number", "不能作为数值读取"),
    "floats for texts": (lambda c: short(c, owner=[1.0, 2.0, 3.0, 4.0]), "buildings/owner", "float64", "float64"),
    "2 for a boolean": (lambda c: short(c, lift=[0, 1, 2, 1]), "buildings/lift", "row 3", "第 3 行"),
    "a column that is missing": (lambda c: {name: values for name, values in c.items() if name != "floors"}, "buildings/floors", "floors", "缺少列"),
    "a column that is missing, pandas": (lambda c: pd.DataFrame(c).drop(columns="floors"), "buildings/floors", "floors", "缺少列"),
    "a column that is missing, pyarrow": (lambda c: pa.table(c).drop_columns("floors"), "buildings/floors", "floors", "缺少列"),
    "no columns": (lambda c: {}, "buildings/area", "area", "缺少列"),
    "no columns, pandas": (lambda c: pd.DataFrame(), "buildings/area", "area", "缺少列"),
}  # fmt: skip


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_read_says_where(fault: str):
    make, place, english, chinese = REFUSED[fault]
    tally = tijian.Tally(FRAMEWORK)
    before = tally.digest
    with pytest.raises(tijian.DataError) as caught:
        tally.add("buildings", make(buildings()))
    issue = caught.value.issues[0]
    assert issue.place == place
    assert english in issue.message_en and chinese in issue.message_zh
    assert issue.message_en in str(caught.value) and issue.message_zh in str(caught.value)
    assert tally.digest == before
    with pytest.raises(tijian.DataError) as again:
        tijian.assess(FRAMEWORK, units=UNITS, tables={"buildings": make(buildings())})
    assert again.value.issues[0].message_en == issue.message_en


def test_every_fault_of_a_frame_is_told_at_once():
    frame = short(buildings(), area=np.zeros((2, 2)), floors=np.zeros(4, "c16"), owner="abcd")
    with pytest.raises(tijian.DataError) as caught:
        tally_of(frame)
    assert [issue.place for issue in caught.value.issues] == ["buildings/area", "buildings/floors", "buildings/owner"]
    with pytest.raises(tijian.DataError) as caught:
        tally_of(short(buildings(), area=[1, "a", "b", 2], owner=["a", 1, None, b""]))
    places = [issue.place for issue in caught.value.issues]
    assert places == ["buildings/2/area", "buildings/3/area", "buildings/2/owner", "buildings/4/owner"]


def test_every_missing_column_is_named():
    for frame in ({}, pd.DataFrame(), pl.DataFrame(), [{}]):
        with pytest.raises(tijian.DataError) as caught:
            tally_of(frame)
        assert sorted(issue.place for issue in caught.value.issues) == sorted(f"buildings/{name}" for name in buildings() if name != "building")


@pytest.mark.parametrize("form", [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda frame: [pd.DataFrame(frame)]])
def test_a_missing_column_is_told_with_the_nearest_that_nobody_asked_for(form: Callable[[Any], Any]):
    frame = {("aera" if name == "area" else name): values for name, values in buildings().items()}
    frame["areas of another year"] = frame["aera"]
    if form is dict:  # no other has such names
        frame["\udc80"] = frame["aera"]
    del frame["owner"]
    with pytest.raises(tijian.DataError) as caught:
        tally_of(form(frame))
    assert {issue.place: issue.nearest for issue in caught.value.issues} == {"buildings/area": "aera", "buildings/owner": ""}
    assert "aera?" in str(caught.value)


def test_a_fault_is_told_once():
    for column, values in (("owner", [1.0] * 4), ("area", ["a"] * 4), ("community", [1.5] * 4)):
        with pytest.raises(tijian.DataError) as caught:
            tijian.screen(FRAMEWORK, "buildings", short(buildings(), **{column: values}))
        assert [issue.place for issue in caught.value.issues] == [f"buildings/{column}"]


@pytest.mark.parametrize(
    ("frame", "named"),
    [
        (lambda: pl.DataFrame(buildings()).lazy(), "LazyFrame"),
        (lambda: "buildings.csv", "str"),
        (lambda: b"PAR1", "bytes"),
        (lambda: 5, "int"),
        (lambda: None, "NoneType"),
        (lambda: np.zeros((3, 2)), "ndarray"),
        (lambda: object, "type"),
        (lambda: [1, 2], "int"),
        (lambda: ["a.csv"], "str"),
        (lambda: [buildings(), None], "NoneType"),
        (lambda: (column for column in [np.zeros(3)]), "ndarray"),
    ],
)
def test_what_is_no_frame_is_a_type_error(frame: Callable[[], Any], named: str):
    for call in (
        lambda: tally_of(frame()),
        lambda: tijian.screen(FRAMEWORK, "buildings", frame()),
        lambda: tijian.assess(FRAMEWORK, units=UNITS, tables={"buildings": frame()}),
    ):
        with pytest.raises(TypeError, match=rf"buildings: .*{named}.*表"):
            call()
    with pytest.raises(TypeError, match=rf"units: .*{named}.*表"):
        tijian.Units(frame())


@pytest.mark.parametrize("series", [pd.Series([1.0]), pl.Series([1.0]), pa.array([1.0])])
def test_a_column_is_no_frame(series: Any):
    with pytest.raises((tijian.DataError, TypeError)) as caught:
        tally_of(series)
    assert "buildings" in str(caught.value)


def test_a_used_arrow_stream_is_refused():
    class Cached:
        def __init__(self) -> None:
            self.capsule = pa.table(buildings()).__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return self.capsule

    cached = Cached()
    tally_of(cached)
    with pytest.raises(tijian.DataError, match="buildings"):
        tally_of(cached)


def test_another_capsule_is_refused():
    class Wrong:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.table(buildings()).schema.__arrow_c_schema__()

    with pytest.raises((TypeError, ValueError), match="capsule|Capsule"):
        tally_of(Wrong())


def test_an_arrow_stream_that_fails_says_why():
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.table(buildings()).to_batches()[0]
        raise OSError("the disk is gone")

    class Stream:
        """What passes nothing on but the words of its reader's exception."""

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.RecordBatchReader.from_batches(pa.table(buildings()).schema, batches()).__arrow_c_stream__()

    with pytest.raises(tijian.DataError, match="the disk is gone"):
        tally_of(Stream())


def test_unknown_tables_name_the_nearest():
    with pytest.raises(tijian.DataError) as caught:
        tijian.Tally(FRAMEWORK).add("building", buildings())
    assert caught.value.issues[0].nearest == "buildings"


# ---- columns that nobody asked for ------------------------------------------------------------------------------


class Untouchable:
    """Whoever looks at it fails."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return Untouchable
        raise AssertionError(f"{name} of a column that is not wanted was asked for")

    def __len__(self) -> int:
        raise AssertionError("the length of a column that is not wanted was asked for")

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("a column that is not wanted was read")


class Lazy(Mapping[str, Any]):
    """Reads a column when it is asked for, like those that lie in files."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.read: list[str] = []

    def __getitem__(self, name: str) -> Any:
        self.read.append(name)
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(["geometry", *self.columns, "photo"])

    def __len__(self) -> int:
        return len(self.columns) + 2


def test_other_columns_are_never_touched(with_nulls: tuple[str, str]):
    frame = {"geometry": Untouchable(), **buildings(), "photo": Untouchable()}
    assert digests(lambda: frame) == with_nulls


def test_only_wanted_columns_of_a_lazy_mapping_are_read(with_nulls: tuple[str, str]):
    lazy = Lazy(buildings())
    assert digests(lambda: lazy) == with_nulls
    assert set(lazy.read) == set(buildings())


def test_objects_in_other_columns_of_pandas_are_never_touched(with_nulls: tuple[str, str]):
    def frame() -> pd.DataFrame:
        made = pd.DataFrame(buildings())
        made.insert(0, "geometry", pd.Series([Opaque()] * len(made), dtype=object))
        made["photo"] = pd.Series([b"\xff"] * len(made), dtype=object)
        made["when"] = pd.period_range("2024-01", periods=len(made), freq="D")
        made[("a", 1)] = 1j
        return made

    assert digests(frame) == with_nulls


def test_odd_layouts_in_other_columns_of_arrow_do_not_matter(with_nulls: tuple[str, str]):
    rows = len(buildings()["area"])
    odd = {
        "geometry": pa.array([b"\x01\x02"] * rows, pa.binary()),
        "rings": pa.array([[[1.0, 2.0]]] * rows, pa.list_(pa.list_(pa.float64(), 2))),
        "tags": pa.array([{"a": 1}] * rows),
        "pairs": pa.array([[("a", 1)]] * rows, pa.map_(pa.string(), pa.int32())),
        "runs": pa.RunEndEncodedArray.from_arrays(pa.array([rows], pa.int32()), pa.array(["x"])),
        "span": pa.array([1] * rows, pa.duration("ns")),
        "clock": pa.array([1] * rows, pa.time64("us")),
        "half": pa.array(np.zeros(rows, "f2")),
        "big": pa.array([decimal.Decimal(1)] * rows, pa.decimal256(50, 2)),
        "union": pa.UnionArray.from_sparse(pa.array([0] * rows, pa.int8()), [pa.array([1] * rows)]),
        "views": pa.array([b"x" * 20] * rows, pa.binary_view()),
        "coded": pa.array([1] * rows).dictionary_encode(),
    }
    assert digests(lambda: pa.table({**odd, **buildings()})) == with_nulls
    assert digests(lambda: pa.table({**buildings(), **odd}).to_batches(10)) == with_nulls
    geometry = pa.field("geometry", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"})
    assert digests(lambda: pa.table(buildings()).append_column(geometry, odd["geometry"])) == with_nulls
    assert digests(lambda: pa.table(buildings()).append_column("views", odd["views"]).append_column("views", odd["half"])) == with_nulls
    things = pl.Series("thing", [Opaque()] * rows, dtype=pl.Object)
    kinds = pl.DataFrame(buildings()).with_columns(
        things, tags=pl.lit([1, 2]), tree=pl.struct(a=1), wide=pl.lit(1).cast(pl.Int128), clock=pl.lit(0).cast(pl.Time),
        span=pl.lit(0).cast(pl.Duration), raw=pl.lit(b"a"), pair=pl.lit([1, 2]).cast(pl.Array(pl.Int64, 2)), empty=pl.lit(None)
    )  # fmt: skip
    assert digests(lambda: kinds) == with_nulls


def test_units_with_odd_columns_are_read_and_say_so_where_they_matter(streets: tijian.Framework):
    odd = pa.table(UNITS).append_column("shape", pa.array([[1.0]] * 5))
    assert tijian.assess(streets, units=odd)["values"].digest == tijian.assess(streets, units=UNITS)["values"].digest
    wanted = pa.table({**UNITS, "built_km2": [[1.0]] * 5})
    with pytest.raises(tijian.DataError) as caught:
        tijian.assess(streets, units=wanted)
    assert caught.value.issues[0].place == "units/built_km2"
    assert "+l" in caught.value.issues[0].message_en and "+l" in caught.value.issues[0].message_zh


UNREADABLE: dict[str, Callable[[], Any]] = {
    "a matrix": lambda: np.zeros((5, 2)),
    "objects": lambda: [None, "a", *[Opaque()] * 3],
    "an array of objects": lambda: np.array([Opaque()] * 5, dtype=object),
    "complex": lambda: np.zeros(5, "c16"),
    "no column at all": Opaque,
    "lists of pyarrow": lambda: pa.array([[1.0]] * 5),
    "lists of polars": lambda: pl.Series([[1.0]] * 5),
    "lists of pandas": lambda: pd.Series([[1.0]] * 5),
    "periods": lambda: pd.Series(pd.period_range("2024-01", periods=5, freq="M")),
    "bytes": lambda: [b"a"] * 5,
    "texts and numbers": lambda: ["a", 1, None, "b", 2],
}


@pytest.mark.parametrize("bad", UNREADABLE)
@pytest.mark.parametrize("form", [dict, pd.DataFrame])
def test_units_may_have_any_other_column(form: Callable[..., Any], bad: str, streets: tijian.Framework):
    """Such as geometry. Where one turns out to be needed, it is told; none is taken for a column that is not there."""
    column = UNREADABLE[bad]()
    if form is pd.DataFrame and not isinstance(column, pd.Series):
        column = pd.Series(list(column) if hasattr(column, "__len__") else [column] * 5, dtype=object)
    expected = tijian.assess(streets, units=UNITS).units.to_dict()
    units = tijian.Units(form({"shape": column, **UNITS}))
    assert "shape" not in units.to_dict()
    assert tijian.assess(streets, units=units).units.to_dict() == expected
    parts = [form({name: values[:2] for name, values in UNITS.items()}), form({name: values[2:] for name, values in UNITS.items()})]
    assert tijian.assess(streets, units=iter(parts)).units.to_dict() == expected
    needed = tijian.Units(form({**UNITS, "built_km2": column}))
    with pytest.raises(tijian.DataError) as caught:
        tijian.assess(streets, units=needed)
    assert caught.value.issues[0].place == "units/built_km2"


# ---- pandas without pyarrow -------------------------------------------------------------------------------------


WITHOUT_PYARROW = """
import sys
sys.modules["pyarrow"] = None
import numpy as np
import pandas as pd
import tijian
import conftest as city

try:
    import pyarrow
except ImportError:
    pass
else:
    raise SystemExit("pyarrow is there")

columns = city.buildings()
plain = pd.DataFrame(columns)
texts = ["community", "building", "owner", "structure"]
forms = {
    "plain": plain,
    "str": plain.astype(dict.fromkeys(texts, "str")),
    "string": plain.astype(dict.fromkeys(texts, "string")),
    "object": plain.astype(object),
    "nullable": plain.astype({"area": "Float64", "floors": "Int64", "lift": "boolean"}),
    "category": plain.astype(dict.fromkeys(texts, "category")),
    "sparse": plain.astype({"area": pd.SparseDtype("float64")}),
    "columns": dict(plain.items()),
}
for name, frame in forms.items():
    result = tijian.assess(city.STREETS, units=pd.DataFrame(city.UNITS), tables={"buildings": frame}, entries=pd.DataFrame(city.ENTRIES))
    tally = tijian.Tally(city.STREETS)
    tally.add("buildings", frame)
    print(name, tally.digest, result.problems.digest, result["values"].digest)
back = result.problems.to_pandas()
print("dtypes", *sorted({str(dtype) for dtype in back.dtypes}), len(back))
"""


def test_pandas_without_pyarrow_gives_the_same(streets: tijian.Framework, result: tijian.Assessment):
    done = run_python(WITHOUT_PYARROW)
    assert done.returncode == 0, done.stderr
    *forms, dtypes = [line.split() for line in done.stdout.splitlines()]
    tally = tijian.Tally(streets)
    tally.add("buildings", buildings())
    expected = [tally.digest, result.problems.digest, result["values"].digest]
    assert [form for form, *_ in forms] == ["plain", "str", "string", "object", "nullable", "category", "sparse", "columns"]
    for form, *digest in forms:
        assert digest == expected, form
    assert dtypes == ["dtypes", "Int64", "float64", "str", str(len(result.problems))]


def test_importing_tijian_imports_no_frame_library():
    done = run_python("import sys, tijian; print(sorted({'pandas', 'polars', 'pyarrow', 'duckdb', 'tqdm', 'matplotlib', 'xlsxwriter'} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stderr


# ---- what a frame means -----------------------------------------------------------------------------------------


def test_series_of_other_indexes_are_not_paired_by_their_places():
    """`sort_values` of one of them, and pandas would pair the rows otherwise than their places do."""
    columns = buildings()
    rows = len(columns["area"])
    area = pd.Series(columns["area"])
    frame = {**columns, "area": area, "community": pd.Series(columns["community"])}
    tijian.screen(FRAMEWORK, "buildings", frame)
    with pytest.raises(tijian.DataError) as caught:
        tijian.screen(FRAMEWORK, "buildings", {**frame, "area": area.set_axis(range(rows - 1, -1, -1))})
    (issue,) = caught.value.issues
    assert issue.code == "frame.index"
    assert issue.place in ("buildings/area", "buildings/community")


def test_a_matrix_of_one_row_or_column_is_a_column():
    columns = buildings()
    expected = tijian.screen(FRAMEWORK, "buildings", columns).problems.digest
    area = np.array(columns["area"], dtype=float)
    for shape in ((1, -1), (-1, 1)):
        matrix = area.reshape(shape).view(np.matrix)
        assert tijian.screen(FRAMEWORK, "buildings", {**columns, "area": matrix}).problems.digest == expected


def test_what_a_generator_behind_a_reader_raises_is_raised():
    table = pa.table(buildings())

    def batches() -> Any:
        yield table.to_batches()[0]
        raise KeyError("mine")

    tally = tijian.Tally(FRAMEWORK)
    before = tally.digest
    with pytest.raises(KeyError, match="mine"):
        tally.add("buildings", pa.RecordBatchReader.from_batches(table.schema, batches()))
    assert tally.digest == before
    tally.add("buildings", pa.RecordBatchReader.from_batches(table.schema, []))
    assert tally.digest != before  # supplied, be it with no rows


PIECES: dict[str, Callable[[Columns], Any]] = {
    "array": lambda c: pa.table(c).to_batches()[0].to_struct_array(),
    "stream": pa.table,
    "columns": dict,
}


@pytest.mark.parametrize("first", PIECES)
@pytest.mark.parametrize("second", PIECES)
@pytest.mark.parametrize("third", PIECES)
def test_every_batch_is_read_whatever_came_before_it(first: str, second: str, third: str, with_nulls: tuple[str, str]):
    """A stream after an array was once taken for the array again."""
    kinds = [PIECES[first], PIECES[second], PIECES[third]]
    parts = pieces_of(buildings(), 30, 60)
    assert digests(lambda: [kind(part) for kind, part in zip(kinds, parts, strict=True)]) == with_nulls


@pytest.mark.parametrize("first", PIECES)
@pytest.mark.parametrize("second", PIECES)
def test_a_column_left_out_of_one_batch_is_told(first: str, second: str, streets: tijian.Framework):
    """Once, whichever batches have it."""
    rows = {name: values[:2] for name, values in UNITS.items()}
    more = {name: values[2:] for name, values in UNITS.items()}
    bad = {"array": pa.array([[1.0]] * 2), "stream": pa.array([[1.0]] * 2), "columns": [[1.0]] * 2}
    parts = [PIECES[first]({**rows, "built_km2": bad[first]}), PIECES[second](more)]
    for given in (parts, parts[::-1]):
        with pytest.raises(tijian.DataError, match="built_km2"):
            tijian.assess(streets, units=iter(given))
    both = tijian.Units([PIECES[first]({**rows, "built_km2": bad[first]}), PIECES[second]({**rows, "built_km2": bad[second]})])
    with pytest.raises(tijian.DataError) as caught:
        tijian.assess(streets, units=both)
    assert [issue.place for issue in caught.value.issues] == ["units/built_km2"]


def test_two_columns_of_a_name_that_nobody_needs_do_not_matter(streets: tijian.Framework):
    expected = tijian.assess(streets, units=UNITS).units.to_dict()
    spare = pd.DataFrame(UNITS).assign(note="a")
    for frame in (pd.concat([spare, spare[["note"]]], axis=1), pa.table(spare).append_column("note", pa.array(["b"] * 5))):
        assert tijian.assess(streets, units=frame).units.to_dict() == expected
    for frame in (pd.concat([spare, spare[["built_km2"]]], axis=1), pa.table(UNITS).append_column("built_km2", pa.array([1.0] * 5))):
        with pytest.raises(tijian.DataError) as caught:
            tijian.assess(streets, units=frame)
        assert caught.value.issues[0].place == "units/built_km2"


def test_decimals_that_are_no_integers_are_numbers_of_any_size():
    """Like floats, and the largest integers that every float64 tells apart."""
    numbers = [D("9007199254740993.5"), D(2**53), D(-(2**53)), D("1e-30")]
    columns = short(buildings(), area=numbers)
    expected = tally_of(short(buildings(), area=[float(number) for number in numbers]))
    assert tally_of(columns) == expected
    assert tally_of({**columns, "area": pa.array(numbers[:3] + [None], pa.decimal128(20, 1))}) == tally_of({**columns, "area": numbers[:3] + [None]})


@pytest.mark.parametrize("column", [[D(2**53 + 1)], pa.array([D(2**53 + 1)]), [D(10**25)], pa.array([D(10**25)])])
def test_decimals_beyond_2_53_in_units_and_entries_are_refused(column: Any, streets: tijian.Framework):
    with pytest.raises(tijian.DataError, match="9007199254740993|10000000000000000000000000"):
        tijian.assess(streets, units={"id": ["a"], "level": ["city"], "parent": [None], "built_km2": column})
    with pytest.raises(tijian.DataError, match="9007199254740993|10000000000000000000000000"):
        tijian.assess(streets, units=UNITS, entries={"unit": ["江城"], "indicator": ["U01"], "value": column})


def test_the_first_and_last_hours_of_the_calendar():
    """In UTC they lie outside of what Python's datetimes hold."""
    early, late = MOMENT(1, 1, 1, 3, tzinfo=BEIJING), MOMENT(9999, 12, 31, 22, tzinfo=datetime.timezone(-datetime.timedelta(hours=8)))
    assert seen([early, late]) == ["0000-12-31T19:00:00Z", "+10000-01-01T06:00:00Z"]


def test_texts_and_numbers_mixed_across_slices_are_refused():
    """262,144 rows are read at a time; ids may be either, but not both."""
    rows = 262_144
    frame = {"place": ["east"] * (rows + 2), "seen": ["a"] * rows + [7, 8]}
    for given in (frame, pd.DataFrame(frame), {**frame, "seen": np.array(frame["seen"], dtype=object)}):
        with pytest.raises(tijian.DataError) as caught:
            tijian.screen(TIMES, "visits", given)
        assert {issue.place for issue in caught.value.issues} == {f"visits/{rows + 1}/seen", f"visits/{rows + 2}/seen"}
        assert "is a number, the rows before are texts" in caught.value.issues[0].message_en
    empty = {**frame, "seen": [None] * rows + ["a", "b"]}
    assert len(tijian.screen(TIMES, "visits", empty).problems) == rows + 2
    numbers = {**frame, "seen": [1] * rows + [7, 8]}
    assert len(tijian.screen(TIMES, "visits", [numbers, {"place": ["east"], "seen": ["a"]}]).problems) == rows + 3
