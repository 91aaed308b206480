"""What reading a large table costs: columns stay where they lie, and batches that were read are let go."""

from __future__ import annotations

import json

import pytest
from conftest import run_python

#: Peak memory of this process so far, in bytes; `reset` begins anew.
MEASURE = """
import sys

def status(key):
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(key))

def reset():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")

def growth(work):
    reset()
    before = status("VmRSS")
    work()
    return status("VmHWM") - before

import json
import numpy as np
import tijian
import conftest as city

rules = tijian.Framework.load(city.NUMBERS)
places = {"id": ["c"], "level": ["city"], "parent": [None]}
"""

GIGABYTE = MEASURE + """
rows = 12_500_000
form, call = sys.argv[1:]
arrays = {f"x{i}": np.full(rows, float(i)) for i in range(10)}
codes = np.zeros(rows, dtype=np.int8)

def arrow_units():
    import pyarrow as pa
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(["c"]))

def pandas_units():
    import pandas as pd
    return pd.Categorical.from_codes(codes, ["c"])

def numpy_arrays():
    return {"city": arrow_units(), **arrays}

def strided_arrays():
    return {"city": arrow_units(), **{name: array[::-1] for name, array in arrays.items()}}

def masked_arrays():
    return {"city": arrow_units(), **{name: np.ma.MaskedArray(array, codes.view(bool)) for name, array in arrays.items()}}

def big_endian_arrays():
    return {"city": arrow_units(), **{name: array.view(">f8") for name, array in arrays.items()}}

def pandas():
    import pandas as pd
    return pd.DataFrame({"city": pandas_units(), **arrays})

def pandas_arrays():
    return {name: column.array for name, column in pandas_nullable().items()}

def pandas_nullable():
    return pandas().astype({name: "Float64" for name in arrays})

def pandas_arrow():
    import pandas as pd
    return pyarrow().to_pandas(types_mapper=pd.ArrowDtype)

def polars():
    import polars as pl
    return pl.DataFrame({"city": pl.Series(["c"], dtype=pl.Enum(["c"])).new_from_index(0, rows), **arrays}).rechunk()

def pyarrow():
    import pyarrow as pa
    return pa.table({"city": arrow_units(), **arrays})

def chunked_pyarrow():
    import pyarrow as pa
    table = pyarrow()
    cut = lambda column, size: pa.chunked_array([column.chunk(0)[at:at + size] for at in range(0, rows, size)])
    return {name: cut(table[name], 1_000_000 + 77 * i) for i, name in enumerate(table.column_names)}

def duckdb():
    import duckdb
    connection = duckdb.connect(config={"threads": 1, "memory_limit": "100MB"})
    connection.register("given", pyarrow())
    return connection.sql("from given")

frame = globals()[form]()
calls = {
    "add": lambda: tijian.Tally(rules).add("rows", frame),
    "assess": lambda: tijian.assess(rules, units=places, tables={"rows": frame}),
    "copy": lambda: [column.copy() for column in arrays.values()],
}
# Once for what is needed once, of a part of no size.
tijian.assess(rules, units=places, tables={"rows": {"city": ["c"], **{name: [1.0] for name in arrays}}})
print(json.dumps({"growth": growth(calls[call]), "there": status("VmRSS")}))
"""


@pytest.mark.parametrize(
    ("form", "call"),
    [
        ("numpy_arrays", "add"),
        ("numpy_arrays", "assess"),
        ("strided_arrays", "add"),
        ("masked_arrays", "add"),
        ("big_endian_arrays", "add"),
        ("pandas", "add"),
        ("pandas_nullable", "add"),
        ("pandas_arrays", "add"),
        ("pandas_arrow", "add"),
        ("polars", "add"),
        ("pyarrow", "add"),
        ("chunked_pyarrow", "add"),
        ("duckdb", "add"),
    ],
)
def test_a_gigabyte_is_read_where_it_lies(form: str, call: str):
    done = run_python(GIGABYTE, form, call)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["there"] > 1e9, "the frame is in memory"
    assert told["growth"] <= 0.05 * 1e9, f"{told['growth'] / 1e6:.0f} MB"


def test_the_measure_sees_a_copy():
    done = run_python(GIGABYTE, "numpy_arrays", "copy")
    assert json.loads(done.stdout)["growth"] > 0.95e9


STREAM = MEASURE + """
form = sys.argv[1]
rows, batches = 500_000, 75  # of 40 MB: 3 GB

def numpy_batches():
    for i in range(batches):
        numbers = {f"x{k}": np.full(rows, float(i + k)) for k in range(10)}
        yield {"city": units, **numbers}

def arrow_batches():
    for frame in numpy_batches():
        yield pa.record_batch(frame)

def pandas_batches():
    import pandas as pd
    names = pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), ["c"])
    for frame in numpy_batches():
        yield pd.DataFrame({**frame, "city": names})

def reader():
    first = pa.record_batch({"city": units, **{f"x{k}": np.zeros(1) .repeat(rows) for k in range(10)}})
    return pa.RecordBatchReader.from_batches(first.schema, arrow_batches())

import pyarrow as pa
units = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array(["c"]))
tally = tijian.Tally(rules)
tally.add("rows", {"city": ["c"], **{f"x{k}": [1.0] for k in range(10)}})
given = globals()[form]()
print(json.dumps({"growth": growth(lambda: tally.add("rows", given)), "value": tally.assess(places)["values"].to_dict()["value"][0]}))
"""


@pytest.mark.parametrize("form", ["numpy_batches", "arrow_batches", "pandas_batches", "reader"])
def test_batches_are_let_go(form: str):
    done = run_python(STREAM, form)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["value"] == 10 + 500_000 * sum(i + k for i in range(75) for k in range(10)), "all 3 GB were read"
    assert told["growth"] < 200e6, f"{told['growth'] / 1e6:.0f} MB"


RESULTS = MEASURE + """
import pyarrow as pa
rows = 400_000
frame = {"community": ["南湖"] * rows, "building": [f"a building with a long name {i}" for i in range(rows)], "area": np.full(rows, 99.0), "floors": np.full(rows, 9),
         "lift": np.zeros(rows, dtype=bool), "owner": ["a"] * rows, "built": ["1950-01-01"] * rows, "structure": ["砖木"] * rows}
result = tijian.assess(city.STREETS, units=city.UNITS, tables={"buildings": frame}, max_objects=10**8)
problems = result.problems
first = pa.table(problems)
streams = []
print(json.dumps({"growth": growth(lambda: streams.extend(pa.table(problems) for _ in range(20))), "size": first.nbytes, "rows": len(problems)}))
"""


def test_streams_of_a_result_share_its_memory():
    done = run_python(RESULTS)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["rows"] == 2 * 400_000 and told["size"] > 100e6
    assert told["growth"] < 0.05 * told["size"], f"{told['growth'] / 1e6:.0f} MB for 20 streams of {told['size'] / 1e6:.0f} MB"


REPEATED = MEASURE + """
import gc, pickle
import pandas as pd, polars as pl, pyarrow as pa

streets = tijian.Framework.load(city.STREETS)
units = tijian.Units(city.UNITS)
rows = city.buildings()
table = pa.table(rows)
tally = tijian.Tally(streets)

def refused(call):
    try:
        call()
    except (tijian.DataError, tijian.FrameworkError, ZeroDivisionError, TypeError):
        return
    raise SystemExit("not refused")

def failing():
    yield table
    1 / 0

calls = {
    "add": lambda: [tally.add("buildings", frame) for frame in (rows, table, iter([table, rows]), pl.DataFrame(table), pd.DataFrame(rows))],
    "refused": lambda: [refused(lambda frame=frame: tally.add("buildings", frame)) for frame in ({**rows, "area": ["a"] * 97}, table.drop_columns("area"), failing(), 5)],
    "streams": lambda: [pa.table(problems), problems.__arrow_c_stream__(), problems.__arrow_c_schema__(), pl.DataFrame(problems)],
    "assess": lambda: tijian.assess(streets, units=units, tables={"buildings": table}).problems.to_pandas(),
    "save": lambda: (tijian.Tally.load(bytes(tally), streets), pickle.loads(pickle.dumps(units))),
    "load": lambda: (tijian.Framework.load(city.STREETS), refused(lambda: tijian.Framework.load({}))),
}
problems = tijian.assess(streets, units=units, tables={"buildings": table}).problems
call = calls[sys.argv[1]]

def repeat(times):
    for _ in range(times):
        call()
    gc.collect()

repeat(150)
before = status("VmRSS")
repeat(int(sys.argv[2]))
print(json.dumps({"growth": status("VmRSS") - before}))
"""


@pytest.mark.parametrize(("call", "times"), [("add", 300), ("refused", 300), ("streams", 500), ("assess", 150), ("save", 300), ("load", 150)])
def test_what_is_repeated_leaves_nothing_behind(call: str, times: int):
    done = run_python(REPEATED, call, str(times))
    assert done.returncode == 0, done.stderr
    growth = json.loads(done.stdout)["growth"]
    assert growth < 2e6, f"{growth / times:.0f} bytes each time"
