"""What is handed out: result tables in every form, saved results, units, frameworks, and what each of them refuses."""

from __future__ import annotations

import csv
import gc
import html.parser
import io
import itertools
import json
import math
import multiprocessing
import os
import pathlib
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import ENTRIES, NUMBERS, STREETS, UNITS, buildings, changed, run_python

import tijian

TABLES = ["values", "items", "verdicts", "problems", "grades", "checks", "problem_list", "remediation", "resources",
          "comparisons", "ledger:community"]  # fmt: skip

#: The columns that docs name, in order; more may follow.
COLUMNS = {
    "values": "unit level indicator component value numerator denominator rows missing coverage origin reported",
    "items": "unit level indicator item value count rows",
    "verdicts": "unit level indicator component verdict provisional target target_low target_high basis shortfall gap deficit"
    " severity time_class reason",
    "problems": "level unit object dimension aspect indicator item severity time_class value target gap deficit status"
    " first_year years_open due confirmation department advice",
    "grades": "unit aspect indicator grade origin reason",
    "checks": "table unit object check effect message",
}
INTEGERS = {"rows", "missing", "count", "years_open", "due", "first_year"}


def assess(document: Any = STREETS, **arguments: Any) -> tijian.Assessment:
    given = {"units": UNITS, "tables": {"buildings": buildings()}, "entries": ENTRIES, **arguments}
    return tijian.assess(document, **given)


@pytest.fixture(scope="module")
def reported() -> tijian.Assessment:
    """With rows of unknown units, which makes rows of checks."""
    rows = buildings()
    rows["community"][4] = "=nowhere"
    return assess(tables={"buildings": rows}, unknown_units="report")


def tables_of(result: tijian.Assessment) -> Iterator[tijian.Table]:
    for name in result.tables:
        yield result[name]


def plain(value: Any) -> Any:
    return None if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)) else value


# ---- Arrow ------------------------------------------------------------------------------------------------------


class Capsule:
    """Hands a capsule to pyarrow, once."""

    def __init__(self, capsule: object) -> None:
        self.capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.capsule


def read(capsule: object) -> pa.Table:
    return pa.RecordBatchReader.from_stream(Capsule(capsule)).read_all()


def test_streams_are_independent_and_outlive_all():
    result = assess()
    table = result.problems
    expected = table.to_dicts()
    first, second, third = (table.__arrow_c_stream__() for _ in range(3))
    schema = table.__arrow_c_schema__()
    reader = pa.RecordBatchReader.from_stream(Capsule(third))
    batch = reader.read_next_batch()
    del result, table
    gc.collect()
    assert read(second).to_pylist() == expected
    assert read(first).to_pylist() == expected
    assert batch.to_pylist() + reader.read_all().to_pylist() == expected
    assert pa.Schema._import_from_c_capsule(schema).names == list(expected[0])


def test_a_stream_is_read_once(result: tijian.Assessment):
    capsule = result.problems.__arrow_c_stream__()
    read(capsule)
    with pytest.raises(Exception, match="released"):
        read(capsule)
    assert read(result.problems.__arrow_c_stream__()).num_rows == len(result.problems)


def test_streams_that_nobody_reads_are_let_go(result: tijian.Assessment):
    table = result.problems
    for _ in range(1000):
        table.__arrow_c_stream__()
        table.__arrow_c_schema__()
    assert len(read(table.__arrow_c_stream__())) == len(table)


def test_a_requested_schema_is_not_followed(result: tijian.Assessment):
    wanted = pa.schema([("unit", pa.int64())]).__arrow_c_schema__()
    assert read(result["values"].__arrow_c_stream__(wanted)).schema == result["values"].to_arrow().schema


def test_nothing_is_copied_into_arrow(result: tijian.Assessment):
    """The buffers of two streams are the same memory."""

    def addresses() -> list[int]:
        table = pa.table(result_table)
        return [buffer.address for column in table.columns for buffer in column.chunk(0).buffers() if buffer]

    result_table = result["values"]
    assert addresses() == addresses()


@pytest.mark.parametrize("name", TABLES)
def test_every_form_of_a_table_is_equal(name: str, result: tijian.Assessment, reported: tijian.Assessment):
    for of in (result, reported):
        table = of[name]
        expected = table.to_dicts()
        assert len(expected) == len(table)
        assert table.to_arrow().to_pylist() == expected
        assert table.to_polars().to_dicts() == expected
        assert pl.DataFrame(table).to_dicts() == expected
        found = table
        relation = duckdb.sql("from found")
        assert [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()] == expected
        frame = table.to_pandas()
        assert [{str(key): plain(value) for key, value in row.items()} for row in frame.to_dict("records")] == expected
        for read in (pd.DataFrame.from_arrow(table), table.to_arrow().to_pandas()):
            assert [{key: plain(value) for key, value in row.items()} for row in read.to_dict("records")] == expected
        assert table.to_dict() == {column: [row[column] for row in expected] for column in table.column_names}
        names = [table.column_names, table.to_arrow().column_names, table.to_polars().columns, list(frame.columns)]
        assert names == [names[0]] * 4


@pytest.mark.parametrize("name", TABLES)
def test_types_are_the_same_in_every_form(name: str, result: tijian.Assessment):
    table = result[name]
    kinds = {"text": (pa.large_string(), pl.String, "str"), "number": (pa.float64(), pl.Float64, "float64"),
             "integer": (pa.int64(), pl.Int64, "Int64"), "boolean": (pa.bool_(), pl.Boolean, "boolean")}  # fmt: skip
    for column, field, (_, polars), pandas in zip(
        table.columns, table.to_arrow().schema, table.to_polars().schema.items(), table.to_pandas().dtypes, strict=True
    ):
        assert (field.type, polars, str(pandas)) == kinds[column.type]
        assert column.type == "integer" or column.name not in INTEGERS


def test_the_documented_columns_come_first(result: tijian.Assessment):
    for name, columns in COLUMNS.items():
        assert result[name].column_names[: len(columns.split())] == columns.split()


def test_every_type_and_null_occurs(result: tijian.Assessment):
    """The tests above would say nothing of what does not occur."""
    seen = {
        (column.type, value is None)
        for table in (*tables_of(result), result.units.to_table(), tijian.Units(UNITS).to_table())
        for column in table.columns
        for value in table.to_dict()[column.name]
    }
    assert seen == {(kind, null) for kind in ("text", "number", "integer", "boolean") for null in (False, True)}


def test_nulls_are_nulls_and_never_nan(result: tijian.Assessment):
    nulls = 0
    for table in tables_of(result):
        for column in table.to_arrow().columns:
            if pa.types.is_floating(column.type):
                nulls += column.null_count
                assert not pc.any(pc.is_nan(column)).as_py()
                assert not pc.any(pc.is_inf(column)).as_py()
        assert not any(series.is_nan().any() for series in table.to_polars().select(pl.selectors.float()))
    assert nulls > 10


def test_metadata_says_where_a_table_comes_from(result: tijian.Assessment, streets: tijian.Framework):
    for name in result.tables:
        assert result[name].to_arrow().schema.metadata == {
            b"tijian.table": name.encode(),
            b"tijian.framework": b"streets",
            b"tijian.version": b"1",
            b"tijian.fingerprint": streets.fingerprint.encode(),
            b"tijian.library": tijian.__version__.encode(),
            b"tijian.year": b"2025",
        }
        assert result[name].source == ("streets", "1", streets.fingerprint, tijian.__version__, 2025)
        assert result[name].name == name


PANDAS_BACK = """
import sys
if sys.argv[1] == "without":
    sys.modules["pyarrow"] = None
import tijian, pandas as pd, conftest as city
result = tijian.assess(city.STREETS, units=city.UNITS, tables={"buildings": city.buildings()}, entries=city.ENTRIES)
for name in result.tables:
    frame = result[name].to_pandas()
    print(name, [str(dtype) for dtype in frame.dtypes])
    print(frame.to_json(orient="records", double_precision=15))
"""


def test_pandas_with_and_without_pyarrow_is_the_same():
    outputs = [run_python(PANDAS_BACK, given) for given in ("with", "without")]
    assert [done.returncode for done in outputs] == [0, 0], outputs[1].stderr
    assert outputs[0].stdout == outputs[1].stdout
    assert len(outputs[0].stdout) > 10_000


def test_a_pandas_frame_is_the_callers_own(result: tijian.Assessment):
    frame = result["values"].to_pandas()
    frame["value"] = 0.0
    frame.loc[0, "unit"] = "mine"
    assert result["values"].to_pandas()["unit"][0] == "east"
    assert result["values"].to_dict()["value"][0] != 0


# ---- text -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_csv_has_every_cell(name: str, reported: tijian.Assessment):
    table = reported[name]
    text = table.to_csv(guard_formulas=False)
    assert text is not None and not text.startswith("\ufeff")
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert head == table.column_names
    kinds: dict[str, Callable[[str], Any]] = {"text": str, "number": float, "integer": int, "boolean": {"true": True, "false": False}.__getitem__}
    cells = [[kinds[column.type](cell) if cell else None for cell, column in zip(row, table.columns, strict=True)] for row in rows]
    assert cells == [list(row.values()) for row in table.to_dicts()]


def test_csv_files_have_a_byte_order_mark_and_texts_have_none(result: tijian.Assessment, tmp_path: pathlib.Path):
    path = tmp_path / "台账.csv"
    text = result.problems.to_csv()
    assert result.problems.to_csv(path) is None
    assert text is not None
    assert path.read_bytes() == b"\xef\xbb\xbf" + text.encode()
    result.problems.to_csv(str(path), byte_order_mark=False)
    assert path.read_bytes() == text.encode()
    assert result.problems.to_csv(byte_order_mark=True) == "\ufeff" + text
    assert [entry.name for entry in tmp_path.iterdir()] == ["台账.csv"]
    assert pd.read_csv(path)["unit"].tolist() == result.problems.to_dict()["unit"]


def test_csv_guards_formulas(reported: tijian.Assessment):
    assert "'=nowhere" in str(reported.checks.to_csv())
    assert ",=nowhere" in str(reported.checks.to_csv(guard_formulas=False))


def test_csv_can_say_where_it_comes_from(result: tijian.Assessment, streets: tijian.Framework):
    rows = list(csv.DictReader(io.StringIO(result["values"].to_csv(source_columns=True))))
    assert len(rows) == len(result["values"])
    for row in rows:
        assert [row[name] for name in ("framework", "framework_version", "fingerprint", "library", "framework_year")] == [
            "streets", "1", streets.fingerprint, tijian.__version__, "2025"]  # fmt: skip


@pytest.mark.parametrize("write", ["to_csv", "to_json"])
def test_a_file_that_cannot_be_written_leaves_nothing(write: str, result: tijian.Assessment, tmp_path: pathlib.Path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(OSError):
        getattr(result.problems, write)(folder)
    with pytest.raises(OSError):
        getattr(result.problems, write)(tmp_path / "nowhere" / "x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
    assert not list(folder.iterdir())


def test_a_file_is_replaced_whole(result: tijian.Assessment, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "problems.csv"
    path.write_text("last year")

    def full(*arguments: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(OSError, match="no space"):
            result.problems.to_csv(path)
    assert path.read_text() == "last year"
    assert [entry.name for entry in tmp_path.iterdir()] == ["problems.csv"]


@pytest.mark.parametrize("name", TABLES)
def test_json_is_what_the_documentation_says(name: str, result: tijian.Assessment, streets: tijian.Framework, tmp_path: pathlib.Path):
    table = result[name]
    text = table.to_json()
    assert text is not None
    document = json.loads(text, parse_constant=pytest.fail)
    columns = [{"name": c.name, "type": c.type, "measure": c.measure or None} for c in table.columns]
    assert document == {
        "tijian": 1,
        "table": name,
        "framework": {"id": "streets", "version": "1", "fingerprint": streets.fingerprint},
        "library": tijian.__version__,
        "year": 2025,
        "columns": columns,
        "total": len(table),
        "rows": table.to_dicts(),
    }
    table.to_json(tmp_path / "table.json")
    assert (tmp_path / "table.json").read_bytes() == text.encode()


# ---- filter -----------------------------------------------------------------------------------------------------


def units_of(table: tijian.Table) -> set[str]:
    return set(table.to_dict()["unit"])


def rows_where(table: tijian.Table, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in table.to_dicts() if all(row[key] in value for key, value in wanted.items())]


def test_a_filter_by_units_keeps_all_beneath(result: tijian.Assessment):
    assert units_of(result["values"].filter(units="南湖")) == {"南湖"}
    assert units_of(result["values"].filter(units=["南湖", "east"])) == {"南湖", "east"}
    assert units_of(result["values"].filter(units=("江城",))) == units_of(result["values"])
    assert result.problems.filter(units="北山").to_dicts() == rows_where(result.problems, unit=["北山"])


@pytest.mark.parametrize("table", ["values", "verdicts", "problems"])
def test_a_filter_keeps_exactly_the_rows_that_fit(table: str, result: tijian.Assessment):
    whole = result[table]
    assert whole.filter(level="city").to_dicts() == rows_where(whole, level=["city"])
    assert whole.filter(indicators="C02").to_dicts() == rows_where(whole, indicator=["C02"])
    assert whole.filter(indicators={"C02", "U01"}).to_dicts() == rows_where(whole, indicator=["C02", "U01"])
    both = whole.filter(level="community", indicators=["C01"])
    assert both.to_dicts() == rows_where(whole, level=["community"], indicator=["C01"])
    assert whole.filter(indicators=["C01"]).filter(level="community").digest == both.digest
    assert whole.filter().digest == whole.digest
    for kept in (whole.filter(level="city"), both):
        assert 0 < len(kept) < len(whole)
        assert kept.column_names == whole.column_names


def test_a_filter_by_severity_time_class_and_department(result: tijian.Assessment):
    whole = result.problems
    order = ["moderate", "serious", "critical"]
    for at, severity in enumerate(order):
        assert whole.filter(severity_at_least=severity).to_dicts() == rows_where(whole, severity=order[at:])
    assert 0 < len(whole.filter(severity_at_least="critical")) < len(whole.filter(severity_at_least="serious")) < len(whole)
    assert whole.filter(time_class="best_effort").to_dicts() == rows_where(whole, time_class=["best_effort"]) != []
    assert whole.filter(department="gas").to_dicts() == rows_where(whole, department=["gas"]) != []


def test_an_empty_list_leaves_nothing(result: tijian.Assessment):
    assert len(result["values"].filter(units=[])) == 0
    assert len(result["values"].filter(indicators=())) == 0
    assert result["values"].filter(units=[]).column_names == result["values"].column_names


@pytest.mark.parametrize(
    ("wanted", "place", "nearest"),
    [
        ({"units": "南湖社区"}, "unit", ""),
        ({"units": ["南湖", "est"]}, "unit", ""),
        ({"level": "comunity"}, "level", "community"),
        ({"indicators": ["C01", "C1"]}, "indicator", "C01"),
        ({"severity_at_least": "serius"}, "severity_at_least", "serious"),
        ({"time_class": "best-effort"}, "time_class", "best_effort"),
        ({"department": "gaz"}, "department", "gas"),
    ],
)
def test_a_filter_by_an_unknown_name_is_refused(wanted: dict[str, Any], place: str, nearest: str, result: tijian.Assessment):
    for table in (result.problems, result.problem_list, result.remediation):
        with pytest.raises(tijian.DataError) as caught:
            table.filter(**wanted)
        (issue,) = caught.value.issues
        assert (issue.place, issue.nearest) == (place, nearest)
        assert issue.found in issue.message_zh and issue.found in issue.message_en


def test_a_filter_by_what_rows_do_not_have_is_refused(result: tijian.Assessment):
    """Left unheard, it would pass for an answer: all values are not the values of what is serious."""
    for table in ("values", "items", "grades", "resources", "comparisons", "checks"):
        for wanted in ({"severity_at_least": "serious"}, {"time_class": "best_effort"}):
            with pytest.raises(ValueError, match=next(iter(wanted))):
                result[table].filter(**wanted)
    with pytest.raises(ValueError, match="department"):
        result.checks.filter(department="gas")
    assert len(result.verdicts.filter(severity_at_least="serious")) < len(result.verdicts)


@pytest.mark.parametrize("name", ["units", "level", "indicators", "severity_at_least", "time_class", "department"])
def test_a_filter_by_an_empty_text_is_refused(name: str, result: tijian.Assessment):
    """It is what a variable holds that was never filled: neither all rows nor none were meant."""
    with pytest.raises(ValueError):
        result.problems.filter(**{name: ""})


def test_a_table_is_filtered_by_a_key_once(result: tijian.Assessment):
    with pytest.raises(ValueError, match="units"):
        result.problems.filter(units="南湖").filter(units="北山", level="city")
    with pytest.raises(TypeError):
        result.problems.filter(unit="南湖")  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        result.problems.filter("南湖")  # type: ignore[misc]


# ---- for people -------------------------------------------------------------------------------------------------


class Page(html.parser.HTMLParser):
    """Cells and headings of a table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[list[str]] = []
        self.styles: list[list[str]] = []
        self.within = ""
        self.caption = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        if tag == "tr":
            self.cells.append([])
            self.styles.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
            self.styles[-1].append(dict(attrs).get("style") or "")

    def handle_endtag(self, tag: str) -> None:
        self.within = ""

    def handle_data(self, data: str) -> None:
        if self.within in ("td", "th"):
            self.cells[-1][-1] += data
        if self.within == "caption":
            self.caption += data


@pytest.mark.parametrize(("language", "severities"), [("zh", {"一般", "较严重", "严重"}), ("en", {"moderate", "serious", "critical"})])
def test_html_shows_every_row_and_severities_by_name(language: Any, severities: set[str]):
    table = assess(language=language).problems
    page = Page(table._repr_html_())
    head, *rows = page.cells
    assert head == table.column_names
    assert len(rows) == len(table) < 200
    at = head.index("severity")
    assert {row[at] for row in rows} == severities
    colours = {row[at]: style[at] for row, style in zip(rows, page.styles[1:], strict=True)}
    assert len(set(colours.values())) == 3, "colours differ, too"
    assert [row[head.index("unit")] for row in rows] == table.to_dict()["unit"]
    assert all(cell == "–" for row, of in zip(rows, table.to_dicts(), strict=True) for cell, value in zip(row, of.values(), strict=True) if value is None)
    assert "streets" in page.caption and str(len(table)) in page.caption and "problems" in page.caption


def test_html_is_short_however_long_the_table_is():
    many = assess(tables={"buildings": buildings(rows=2000)}, max_objects=10_000).problems
    assert len(many) > 1000
    page = many._repr_html_()
    shown = len(Page(page).cells) - 1
    assert 80 < shown <= 200
    assert f"{shown} of {len(many)} rows" in page
    assert len(page.encode()) <= 100_000
    few = assess(tables={"buildings": buildings(rows=40)}).verdicts
    assert len(Page(few._repr_html_()).cells) == 1 + len(few)
    assert len(repr(many).splitlines()) == 13


def test_html_escapes(reported: tijian.Assessment):
    columns = buildings(rows=8)
    columns["building"] = [f'<b onclick="x">{i}&amp;\x00' for i in range(8)]
    text = assess(tables={"buildings": columns}).problems._repr_html_()
    assert "<b " not in text and "\x00" not in text
    assert 'onclick="' not in text
    shown = {cell for row in Page(text).cells for cell in row}
    assert '<b onclick="x">0&amp;\N{REPLACEMENT CHARACTER}' in shown


def test_repr_is_a_glance(result: tijian.Assessment):
    head, names, *rows = repr(result["values"]).splitlines()
    assert head == f"<tijian.Table values: {len(result['values'])} × {len(result['values'].column_names)}>"
    assert names.split()[:3] == ["unit", "level", "indicator"]
    assert len(rows) == 11 and rows[-1] == f"… {len(result['values']) - 10} more"
    assert "–" in repr(result["values"]) and "nan" not in repr(result["values"]).lower()
    assert repr(result) == f"<tijian.Assessment streets 2025: {len(result.problems)} problems>"
    assert result._repr_html_() == result.problems._repr_html_()
    assert repr(result.units) == "<tijian.Units: 5>"
    assert repr(result.framework) == "<tijian.Framework streets 1 (2025)>"
    assert repr(result["values"].filter(units=[])) == f"<tijian.Table values: 0 × {len(result['values'].column_names)}>"


# ---- an assessment ----------------------------------------------------------------------------------------------


def test_every_table_has_a_name_and_an_attribute(result: tijian.Assessment):
    assert result.tables == TABLES
    for name in TABLES:
        assert result[name].digest == result[name].digest
        if name.isidentifier():
            assert getattr(result, name).digest == result[name].digest
    with pytest.raises(KeyError, match="problem.*there is values"):
        result["problem"]
    with pytest.raises(KeyError):
        result["ledger:city"]
    with pytest.raises(AttributeError):
        result.problem  # type: ignore[attr-defined]


def test_an_assessment_says_what_it_is(result: tijian.Assessment, streets: tijian.Framework):
    assert (result.year, result.language, result.framework) == (2025, "zh", streets)
    assert result.units.to_dict()["has_rail"] == [True] * 5, "as they counted: inherited"
    later = assess(year=2027, language="en")
    assert (later.year, later.language) == (2027, "en")
    assert set(later["values"].to_dict()["indicator_name"]) == {"Unsafe buildings", "Area with a lift", "Floors", "Roads"}
    assert {row["due"] for row in later.problems.to_dicts()} == {2028, 2030}


def test_values_are_those_of_the_rows(result: tijian.Assessment):
    rows = pd.DataFrame(buildings())
    (value,) = rows_where(result["values"], unit=["江城"], indicator=["C02"])
    lift = rows[rows["lift"] == True]  # noqa: E712
    assert value["value"] == pytest.approx(100 * lift["area"].sum() / rows["area"].sum(), rel=1e-15)
    assert (value["numerator"], value["denominator"], value["rows"]) == (lift["area"].sum(), rows["area"].sum(), 97)
    (unsafe,) = rows_where(result["values"], unit=["南湖"], indicator=["C01"])
    here = rows[rows["community"] == "南湖"]
    any_item = ((here["floors"] >= 7) & (here["lift"] == False)) | (  # noqa: E712
        (here["structure"] == "砖木") & here["built"].map(lambda day: day is not None and day.year < 2000)
    ) | ((here["area"] < 40) & here["owner"].map(lambda text: text not in (None, "") and text == text))
    assert unsafe["value"] == any_item.sum()
    (reported,) = rows_where(result["values"], unit=["江城"], indicator=["U01"])
    assert (reported["value"], reported["origin"], reported["rows"]) == (6.4, "reported", 0)
    (nothing,) = rows_where(result["values"], unit=["empty"], indicator=["C02"])
    assert (nothing["value"], nothing["origin"], nothing["coverage"]) == (None, "none", None)


def test_explain_tells_how(result: tijian.Assessment):
    told = result.explain("南湖", "C02")
    (value,) = rows_where(result["values"], unit=["南湖"], indicator=["C02"])
    (verdict,) = rows_where(result.verdicts, unit=["南湖"], indicator=["C02"])
    assert told["value"] == value["value"] and told["coverage"] == value["coverage"]
    assert told["formula"] == STREETS["indicators"][1]["formula"]
    assert told["verdict"] == verdict["verdict"] == "unmet"
    assert told["target"]["text"] == verdict["target"] == ">= 70"
    assert told["gap"] == verdict["gap"]
    assert "南湖社区" in told["sentence"]["zh"] and "Area with a lift" in told["sentence"]["en"]
    assert json.loads(json.dumps(told)) == told
    for unit, indicator, word in (("nowhere", "C01", "nowhere"), ("南湖", "C9", "C9"), ("南湖", "U01", "city")):
        with pytest.raises(tijian.DataError, match=word):
            result.explain(unit, indicator)


def test_a_result_is_saved_and_read(result: tijian.Assessment, tmp_path: pathlib.Path):
    path = tmp_path / "2025.tijian"
    path.write_bytes(bytes(result))
    for again in (tijian.Assessment.load(path.read_bytes()), pickle.loads(pickle.dumps(result)), tijian.Assessment.load(bytearray(bytes(result)))):
        assert bytes(again) == bytes(result)
        assert again.framework == result.framework and again.year == result.year and again.language == result.language
        assert {name: again[name].digest for name in again.tables} == {name: result[name].digest for name in TABLES}
        assert again.explain("南湖", "C01") == result.explain("南湖", "C01")
        assert again.units.to_dict() == result.units.to_dict()
        assert again.problems._repr_html_() == result.problems._repr_html_()


def test_last_year_counts(result: tijian.Assessment):
    saved = tijian.Assessment.load(bytes(result))
    this_year = assess(year=2026, previous=saved)
    assert rows_where(this_year["values"], unit=["江城"], indicator=["C02"])[0]["previous"] == rows_where(result["values"], unit=["江城"], indicator=["C02"])[0]["value"]
    assert rows_where(assess(year=2026)["values"], unit=["江城"], indicator=["C02"])[0]["previous"] is None


def test_last_years_ledger_is_a_table_of_its_own(result: tijian.Assessment):
    document = changed(STREETS)
    document["indicators"].append(
        {"id": "R01", "name": {"zh": "整改率"}, "dimension": "city", "kind": "guiding", "measure": "%", "levels": ["city"], "table": "previous:problems",
         "formula": "100 * count(*) filter (where status = 'closed') / count(*)", "targets": [{"op": ">=", "value": 80, "basis": "local"}]}
    )  # fmt: skip
    ledger = result.problems.to_pandas()
    ledger["status"] = ["closed" if i % 3 == 0 else "open" for i in range(len(ledger))]
    for frame in (ledger, pl.DataFrame(result.problems).with_columns(status=pl.Series(ledger["status"])), ledger.to_dict("list")):
        rate = rows_where(assess(document, year=2026, previous=result, previous_problems=frame)["values"], indicator=["R01"])[0]
        assert rate["value"] == pytest.approx(100 * (ledger["status"] == "closed").mean(), rel=1e-15)


def _digest_of(result: tijian.Assessment, tally: tijian.Tally, framework: tijian.Framework, units: tijian.Units) -> tuple[str, str, str]:
    return result.problems.digest, tally.digest, tally.assess(units)["values"].digest + framework.fingerprint


def test_all_nouns_pass_to_another_process(result: tijian.Assessment, streets: tijian.Framework, units: tijian.Units):
    tally = tijian.Tally(streets)
    tally.add("buildings", buildings())
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        there = pool.apply(_digest_of, (result, tally, streets, units))
    assert there == _digest_of(result, tally, streets, units)


def test_pickled_nouns_are_equal(streets: tijian.Framework, units: tijian.Units):
    assert pickle.loads(pickle.dumps(streets)) == streets
    assert pickle.loads(pickle.dumps(units)).to_dict() == units.to_dict()
    error = None
    try:
        tijian.Framework.load({"tijian": 1})
    except tijian.FrameworkError as caught:
        error = pickle.loads(pickle.dumps(caught))
        assert str(error) == str(caught) and error.issues == caught.issues and type(error) is tijian.FrameworkError
    assert error is not None


ODD_UNITS = {
    **UNITS,
    "built_km2": [[1.0]] * 5,  # what no column holds, and a framework needs
    "large": np.array([2**64 - 1, 1, 2, 3, 4], dtype="u8"),
    "small": np.array([2**53 + 1, 1, 2, 3, 4], dtype="u8"),
    "infinite": [float("inf"), 1.0, None, -0.5, 2.0],
    "nothing": [None] * 5,
    "flag": [True, None, False, True, None],
    "count": [2**62, None, 3, 4, 5],
}


def test_units_of_any_columns_can_be_pickled_and_handed_out(streets: tijian.Framework):
    units = tijian.Units(ODD_UNITS)
    again = pickle.loads(pickle.dumps(units))
    assert again.to_dict() == units.to_dict()
    assert again.to_dict()["large"] == ["18446744073709551615", "1", "2", "3", "4"]
    assert again.to_dict()["small"][0] == 2**53 + 1 and again.to_dict()["count"] == ODD_UNITS["count"]
    assert again.to_dict()["infinite"] == [None, 1.0, None, -0.5, 2.0]
    assert again.to_dict()["flag"] == ODD_UNITS["flag"]
    for frame in (pa.table(again), pa.table(units)):
        assert frame["infinite"].to_pylist() == ODD_UNITS["infinite"]
        assert frame["large"].to_pylist() == ODD_UNITS["large"].tolist()
        assert frame["nothing"].null_count == 5 and frame.schema.field("nothing").type == pa.null()
    assert pl.DataFrame(units).height == 5
    for same in (again, tijian.Units(units), tijian.Units(units.to_table())):
        with pytest.raises(tijian.DataError) as caught:
            tijian.assess(streets, units=same)
        assert [issue.place for issue in caught.value.issues] == ["units/built_km2"]


@pytest.mark.parametrize("form", [lambda u: u, lambda u: u.to_table(), pa.table, pl.DataFrame, lambda u: u.to_table().to_polars(),
                                  lambda u: u.to_table().to_pandas(), lambda u: pickle.loads(pickle.dumps(u))])  # fmt: skip
def test_an_attribute_without_a_value_stays_one(form: Callable[[Any], Any], streets: tijian.Framework):
    bare = {**UNITS, "built_km2": [None] * 5, "has_rail": [None] * 5, "city_class": [None] * 5}
    expected = tijian.assess(streets, units=bare)["values"].digest
    assert tijian.assess(streets, units=form(tijian.Units(bare)))["values"].digest == expected


@pytest.mark.parametrize(("texts", "mended"), [
    ([b"a\xff", b"b"], ["a\ufffd", "b"]),
    (["城".encode()[:2], "城".encode()[2:]], ["\ufffd" * 2, "\ufffd"]),  # UTF-8 only end to end
    (["城".encode(), b""], ["城", ""]),
])  # fmt: skip
def test_texts_of_units_that_are_no_utf_8_are_mended_for_arrow(texts: list[bytes], mended: list[str]):
    ends = np.cumsum([0, *map(len, texts)]).astype("i4")
    odd = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(ends), pa.py_buffer(b"".join(texts))])
    frame = {"id": ["a", "b"], "level": ["city", "city"], "parent": pa.nulls(2, pa.string()), "name": odd}
    units = tijian.Units(pa.table(frame))
    assert pa.table(pickle.loads(pickle.dumps(units)))["name"].to_pylist() == mended


def test_damaged_bytes_are_refused(result: tijian.Assessment, streets: tijian.Framework):
    tally = tijian.Tally(streets)
    tally.add("buildings", buildings())
    for saved, load in (
        (bytes(result), tijian.Assessment.load),
        (bytes(tally), lambda data: tijian.Tally.load(data, streets)),
    ):
        load(saved)
        positions = {*range(0, len(saved), max(1, len(saved) // 150)), *range(40), len(saved) - 1}
        for position in sorted(positions):
            flipped = bytearray(saved)
            flipped[position] ^= 0x41
            with pytest.raises(tijian.DataError) as caught:
                load(bytes(flipped))
            assert caught.value.issues[0].code.startswith("saved.")
            with pytest.raises(tijian.DataError):
                load(saved[:position])
        for foreign in (b"", b"\x00" * 100, b"PAR1" * 50, saved + b"x", pickle.dumps(1)):
            with pytest.raises(tijian.DataError):
                load(foreign)


def test_bytes_of_another_noun_or_framework_are_refused(result: tijian.Assessment, streets: tijian.Framework):
    tally = tijian.Tally(streets)
    with pytest.raises(tijian.DataError, match="tally"):
        tijian.Tally.load(bytes(result), streets)
    with pytest.raises(tijian.DataError, match="assessment"):
        tijian.Assessment.load(bytes(tally))
    with pytest.raises(tijian.DataError, match="plan"):
        tijian.Tally.load(bytes(tally), NUMBERS)
    with pytest.raises(tijian.DataError):
        tally.merge(tijian.Tally(NUMBERS))


def test_nouns_are_made_by_their_makers():
    with pytest.raises(TypeError, match=r"Framework\.load"):
        tijian.Framework()
    with pytest.raises(TypeError, match=r"Assessment\.load"):
        tijian.Assessment()


# ---- a tally ----------------------------------------------------------------------------------------------------


def test_tallies_of_parts_merge_to_the_whole(streets: tijian.Framework):
    rows = buildings()
    whole, left, right = (tijian.Tally(streets) for _ in range(3))
    whole.add("buildings", rows)
    left.add("buildings", {name: values[60:] for name, values in rows.items()})
    right.add("buildings", {name: values[:60] for name, values in rows.items()})
    before = right.digest
    left.merge(tijian.Tally.load(bytes(right), STREETS))
    assert left.digest == whole.digest and bytes(left) == bytes(whole)
    assert right.digest == before != whole.digest
    assert left.assess(UNITS)["values"].digest == whole.assess(UNITS)["values"].digest
    again = whole.assess(UNITS, entries=ENTRIES, language="en", year=2026)
    assert whole.assess(UNITS, entries=ENTRIES, language="en", year=2026)["verdicts"].digest == again["verdicts"].digest
    assert bytes(left) == bytes(whole), "assessing changes nothing"
    left.merge(left)
    assert rows_where(left.assess(UNITS)["values"], unit=["江城"], indicator=["C01"])[0]["rows"] == 2 * 97


def test_a_tally_gives_the_values_of_assess(result: tijian.Assessment, streets: tijian.Framework):
    tally = tijian.Tally(streets)
    tally.add("buildings", buildings())
    from_tally = tally.assess(UNITS, entries=ENTRIES)
    assert from_tally["values"].digest == result["values"].digest
    assert from_tally.verdicts.digest == result.verdicts.digest
    assert set(from_tally.problems.to_dict()["object"]) == {None}, "objects come from screen"


def test_options_out_of_range_are_refused(streets: tijian.Framework):
    for wrong in ({"year": 0}, {"year": 10_000}, {"threads": 0}, {"threads": -1}, {"max_objects": -1}, {"unknown_units": "ignore"}, {"language": "de"}):
        (name,) = wrong
        with pytest.raises(ValueError, match=name):
            assess(**wrong)
    for wrong in ({"previous": b"bytes"}, {"progress": 5}):
        (name,) = wrong
        with pytest.raises(TypeError, match=name):
            assess(**wrong)
    with pytest.raises(ValueError, match="threads"):
        tijian.Tally(streets).add("buildings", buildings(), threads=0)
    with pytest.raises(tijian.DataError, match="max_objects") as caught:
        assess(max_objects=3)
    assert "screen" in str(caught.value)
    with pytest.raises(tijian.DataError, match="=nowhere"):
        assess(tables={"buildings": {**buildings(rows=1), "community": ["=nowhere"]}})


# ---- screen -----------------------------------------------------------------------------------------------------


def test_screen_lists_the_objects_of_assess(result: tijian.Assessment, streets: tijian.Framework):
    found = tijian.screen(streets, "buildings", buildings())
    problems, checks = found
    assert problems is found.problems and checks is found.checks
    key = ("unit", "object", "indicator", "item", "severity")
    listed = sorted(tuple(row[k] for k in key) for row in problems.to_dicts())
    assert listed == sorted(tuple(row[k] for k in key) for row in result.problems.to_dicts() if row["object"] is not None)
    assert problems.column_names[:8] == COLUMNS["problems"].split()[:8]
    parts = [tijian.screen(STREETS, "buildings", {n: v[a:b] for n, v in buildings().items()}).problems.to_dicts() for a, b in ((0, 50), (50, None))]
    assert parts[0] + parts[1] == problems.to_dicts()
    assert "severity" in problems.column_names and "较严重" in problems._repr_html_()
    english = tijian.screen(streets, "buildings", buildings(), language="en").problems
    assert "serious" in english._repr_html_() and "较严重" not in english._repr_html_()
    with pytest.raises(ValueError, match="language"):
        tijian.screen(streets, "buildings", buildings(), language="fr")  # type: ignore[arg-type]


def test_screen_lists_failed_checks():
    document = changed(STREETS)
    document["tables"][0]["checks"] = [{"id": "tall", "expect": "floors <= 29", "on_fail": "warn", "message": {"zh": "过高", "en": "too tall"}}]
    rows = buildings()
    expected = [name for name, floors in zip(rows["building"], rows["floors"], strict=True) if floors is not None and floors > 29]
    checks = tijian.screen(document, "buildings", rows, language="en").checks
    assert checks.to_dict()["object"] == expected != []
    assert {(row["check"], row["message"]) for row in checks.to_dicts()} == {("tall", "too tall")}


# ---- units ------------------------------------------------------------------------------------------------------


LEVELS = {"compound": "compound_id", "community": "community_id", "city": "city"}
PLACES = {
    "compound_id": ["k2", "k1", "k1", None, "k3"],
    "compound_name": [None, "One", None, None, "Three"],
    "community_id": ["m1", "m1", "m1", "m2", None],
    "city": ["C", "C", None, "C", "C"],
    "price": [1.5] * 5,
}


@pytest.mark.parametrize("form", [dict, pd.DataFrame, pl.DataFrame, pa.table, lambda c: iter(pa.table(c).to_batches(2))])
def test_units_from_columns(form: Callable[[Any], Any]):
    units = tijian.Units.from_columns(form(PLACES), LEVELS, names={"compound": "compound_name"})
    assert units.to_dict() == {
        "id": ["k2", "k1", "k3", "m1", "m2", "C"],
        "level": ["compound"] * 3 + ["community"] * 2 + ["city"],
        "parent": ["m1", "m1", "C", "C", "C", None],
        "name": [None, "One", "Three", None, None, None],
    }
    assert len(units) == 6


def test_units_from_columns_do_not_depend_on_the_order_of_rows():
    def places(order: Any) -> dict[str, tuple[Any, Any, Any]]:
        rows = {name: [values[i] for i in order] for name, values in PLACES.items()}
        units = tijian.Units.from_columns(rows, LEVELS, names={"compound": "compound_name"}).to_dict()
        return {key: rest for key, *rest in zip(units["id"], units["level"], units["parent"], units["name"], strict=True)}

    expected = places(range(5))
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [3, 4, 2, 1, 0, 0, 1]):
        assert places(order) == expected


def test_integers_are_ids_of_units():
    units = tijian.Units.from_columns({"b": np.array([420102, 420103]), "c": [42, 42]}, {"block": "b", "city": "c"})
    assert units.to_dict()["id"] == ["420102", "420103", "42"]


def test_units_in_two_places_are_all_named():
    rows = {"k": ["a", "a", "b", "b", "c"], "m": ["x", "y", "x", "z", "x"], "c": ["C"] * 5, "n": ["A", "B", None, "N", "N"]}
    with pytest.raises(tijian.DataError) as caught:
        tijian.Units.from_columns(rows, {"compound": "k", "community": "m", "city": "c"})
    assert [(issue.place, issue.code) for issue in caught.value.issues] == [("units/a", "units.two_parents"), ("units/b", "units.two_parents")]
    for word in ("a", "x", "y"):
        assert word in caught.value.issues[0].message_en and word in caught.value.issues[0].message_zh
    with pytest.raises(tijian.DataError, match="two names: A and B"):
        tijian.Units.from_columns({**rows, "m": ["x"] * 5}, {"compound": "k", "community": "m"}, names={"compound": "n"})


def test_units_in_two_places_are_found_across_a_level_that_is_left_out():
    """Whatever the order of the rows is."""
    levels = {"compound": "k", "community": "m", "city": "c"}
    rows = [("a", "x", "C"), ("a", None, "D"), ("b", None, "C"), ("b", "x", None), ("d", "x", "C")]
    for order in itertools.permutations(rows):
        with pytest.raises(tijian.DataError) as caught:
            tijian.Units.from_columns(dict(zip("kmc", map(list, zip(*order, strict=True)), strict=True)), levels)
        (issue,) = caught.value.issues
        assert (issue.place, issue.code) == ("units/a", "units.two_parents")
        assert "C" in issue.message_en and "D" in issue.message_en


def test_columns_of_units_that_are_missing_are_all_named():
    with pytest.raises(tijian.DataError) as caught:
        tijian.Units.from_columns(PLACES, {"compound": "compound", "city": "town"}, names={"city": "city_name"})
    assert [issue.place for issue in caught.value.issues] == ["units/compound", "units/town", "units/city_name"]
    with pytest.raises(ValueError, match="levels is empty"):
        tijian.Units.from_columns(PLACES, {})
    with pytest.raises(ValueError, match="block"):
        tijian.Units.from_columns(PLACES, {"city": "city"}, names={"block": "city"})
    with pytest.raises(tijian.DataError, match="price"):
        tijian.Units.from_columns(PLACES, {"city": "price"})


def test_units_from_columns_assess_as_units_do(streets: tijian.Framework, result: tijian.Assessment):
    rows = {**buildings(), "city": ["江城"] * 97}
    built = tijian.Units.from_columns(rows, {"community": "community", "city": "city"})
    again = tijian.assess(streets, units=built, tables={"buildings": rows})
    mine = {(row["unit"], row["indicator"]): row["value"] for row in again["values"].to_dicts()}
    theirs = {(row["unit"], row["indicator"]): row["value"] for row in result["values"].to_dicts() if row["unit"] != "empty" and row["indicator"] != "U01"}
    assert {key: mine[key] for key in theirs} == theirs
    with pytest.raises(tijian.DataError, match="江城"):
        tijian.assess(streets, units=tijian.Units.from_columns(rows, {"district": "city"}))


def test_units_serve_several_frameworks(streets: tijian.Framework, result: tijian.Assessment):
    units = tijian.Units(UNITS)
    other = changed(STREETS, id="other", indicators=[STREETS["indicators"][0]])
    none = changed(NUMBERS)
    for _ in range(2):
        assert assess(streets, units=units)["values"].digest == result["values"].digest
        assert {row["indicator"] for row in assess(other, units=units, entries=None)["values"].to_dicts()} == {"C01"}
        with pytest.raises(tijian.DataError, match="南湖"):
            tijian.assess(none, units=units)


FAULTY_UNITS = {
    "an orphan": ({"parent": [None, "江城", "nowhere", "江城", "江城"]}, "北山"),
    "a cycle or a wrong level": ({"parent": ["南湖", "江城", "江城", "江城", "江城"]}, "江城"),
    "listed twice": ({"id": ["江城", "南湖", "南湖", "east", "empty"]}, "南湖"),
    "a level that is not": ({"level": ["city", "block", "community", "community", "community"]}, "南湖"),
    "no id": ({"id": ["江城", None, "北山", "east", "empty"]}, "row 2|第 2 行"),
    "a value that is not allowed": ({"city_class": ["huge", None, None, None, None]}, "江城"),
    "a number that is a text": ({"built_km2": ["12", None, None, None, None]}, "built_km2"),
    "a boolean that is 2": ({"has_rail": [2, None, None, None, None]}, "row 1"),
}


@pytest.mark.parametrize("fault", FAULTY_UNITS)
def test_faults_of_units_name_them(fault: str, streets: tijian.Framework):
    columns, word = FAULTY_UNITS[fault]
    units = tijian.Units({**UNITS, **columns})
    with pytest.raises(tijian.DataError, match=word):
        tijian.assess(streets, units=units)


def test_units_need_their_columns(streets: tijian.Framework):
    for missing in ("id", "level", "parent"):
        units = tijian.Units({name: values for name, values in UNITS.items() if name != missing})
        with pytest.raises(tijian.DataError) as caught:
            tijian.assess(streets, units=units)
        assert caught.value.issues[0].place == f"units/{missing}"


def test_units_are_a_table(units: tijian.Units):
    assert pl.DataFrame(units).to_dict(as_series=False) == units.to_dict() == UNITS
    assert pa.table(units).to_pydict() == UNITS
    assert units.to_table().to_polars().schema["has_rail"] == pl.Boolean


# ---- immutability -----------------------------------------------------------------------------------------------


def test_units_do_not_change_with_their_frame(streets: tijian.Framework, result: tijian.Assessment):
    lists = {name: list(values) for name, values in UNITS.items()}
    frame = pd.DataFrame(UNITS)
    arrays = {name: np.array(values, dtype=object) for name, values in UNITS.items()}
    numbers = np.array([12.5, np.nan, np.nan, np.nan, np.nan])
    arrays["built_km2"] = numbers
    codes = np.array([0, 1, 1, 1, 1], dtype="i4")
    arrow = {**UNITS, "level": pa.DictionaryArray.from_arrays(pa.Array.from_buffers(pa.int32(), 5, [None, pa.py_buffer(codes)]), ["city", "community"])}
    made = [tijian.Units(given) for given in (lists, frame, arrays, arrow)]
    lists["parent"][1] = "nowhere"
    frame.loc[:, "id"] = "changed"
    numbers[:] = 1e9
    arrays["id"][:] = "changed"
    codes[:] = 1
    for units in made:
        assert assess(streets, units=units)["values"].digest == result["values"].digest
        assert units.to_dict() == UNITS


def test_a_framework_does_not_change_with_its_document(streets: tijian.Framework):
    document = changed(STREETS)
    loaded = tijian.Framework.load(document)
    document["indicators"].clear()
    assert loaded == streets and loaded.to_dict()["indicators"]
    given = loaded.to_dict()
    given["indicators"].clear()
    assert loaded.to_dict()["indicators"]
    for noun, name in ((loaded, "id"), (loaded, "year"), (assess(), "year"), (assess().problems, "name"), (tijian.Tally(loaded), "digest")):
        with pytest.raises(AttributeError):
            setattr(noun, name, 1)


def test_a_tally_keeps_nothing_of_a_frame(streets: tijian.Framework):
    area = np.array(buildings(nulls=False)["area"])
    frame = {**buildings(nulls=False), "area": area}
    tally = tijian.Tally(streets)
    tally.add("buildings", frame)
    digest = tally.digest
    area[:] = 1
    assert tally.digest == digest
    other = tijian.Tally(streets)
    other.add("buildings", frame)
    assert other.digest != digest


def test_inputs_are_not_changed(streets: tijian.Framework):
    frame = pd.DataFrame(buildings()).astype({"owner": "category"})
    before = frame.copy(deep=True)
    tijian.Tally(streets).add("buildings", frame)
    assess(tables={"buildings": frame})
    pd.testing.assert_frame_equal(frame, before)


# ---- frameworks -------------------------------------------------------------------------------------------------


def test_a_framework_comes_from_anywhere(streets: tijian.Framework, tmp_path: pathlib.Path):
    text = json.dumps(STREETS, ensure_ascii=False)
    path = tmp_path / "街道.json"
    path.write_text(text, "utf-8")
    marked = tmp_path / "marked"
    marked.write_text(text, "utf-8-sig")
    for source in (STREETS, text, "\ufeff\n " + text, text.encode(), text.encode("utf-8-sig"), path, str(path), str(marked), marked, streets, streets.to_json(), streets.to_dict()):
        loaded = tijian.Framework.load(source)
        assert loaded == streets and hash(loaded) == hash(streets)
        assert loaded.fingerprint == streets.fingerprint
    assert (streets.id, streets.version, streets.year, streets.name) == ("streets", "1", 2025, "街道示例")
    other = tijian.Framework.load(changed(STREETS, year=2026))
    assert other != streets and other.fingerprint != streets.fingerprint and hash(other) != hash(streets)
    assert streets != "streets"


def test_shipped_frameworks_are_known_by_id():
    assert "mohurd-2025" in tijian.Framework.shipped()
    for name in tijian.Framework.shipped():
        loaded = tijian.Framework.load(name)
        assert loaded.id == name
        assert tijian.Framework.load(loaded.to_json()) == loaded
    assert len(tijian.Framework.load("mohurd-2025").to_dict()["indicators"]) > 60


def test_a_framework_extends_shipped_ones_and_documents(streets: tijian.Framework):
    mine = {"tijian": 1, "id": "mine", "version": "1", "year": 2026, "name": {"zh": "我"}, "extends": "streets",
            "indicators": [{"id": "C02", "targets": [{"op": ">=", "value": 1, "basis": "local"}]}]}  # fmt: skip
    for base in (STREETS, streets, json.dumps(STREETS)):
        loaded = tijian.Framework.load(mine, documents={"streets": base})
        assert loaded.to_dict()["indicators"][1]["targets"][0]["value"] == 1
        assert len(loaded.to_dict()["indicators"]) == len(STREETS["indicators"])
    with pytest.raises(tijian.FrameworkError, match="streets"):
        tijian.Framework.load(mine)
    city = {**mine, "extends": "mohurd-2025", "indicators": []}
    assert tijian.Framework.load(city).to_dict()["indicators"] == tijian.Framework.load("mohurd-2025").to_dict()["indicators"]


def test_every_fault_of_a_framework_is_told():
    document = changed(STREETS, year="2025", surprise=1)
    document["indicators"][0]["table"] = "building"
    document["indicators"][1]["formula"] = "100 * sum(aria) / count(*"
    document["indicators"][2]["kind"] = "facts"
    with pytest.raises(tijian.FrameworkError) as caught:
        tijian.Framework.load(document)
    issues = {issue.place: issue for issue in caught.value.issues}
    assert {"/year", "/surprise", "/indicators/2/kind"} <= set(issues)
    for issue in caught.value.issues:
        assert issue.code.startswith(("framework.", "formula.")) and issue.message_zh and issue.message_en
        assert str(issue) in str(caught.value)
    assert issues["/indicators/2/kind"].nearest == "fact"
    assert isinstance(caught.value, ValueError)


def test_a_fault_in_a_formula_has_a_position():
    document = changed(STREETS)
    document["indicators"][1]["formula"] = "100 * sum(aria)"
    document["indicators"][0]["items"][0]["when"] = "floors >= = 7"
    with pytest.raises(tijian.FrameworkError) as caught:
        tijian.Framework.load(document)
    issues = {issue.place: issue for issue in caught.value.issues}
    assert (issues["/indicators/1/formula"].position, issues["/indicators/1/formula"].nearest) == (11, "area")
    assert issues["/indicators/0/items/0/when"].position == 11
    with pytest.raises(AttributeError):
        issues["/indicators/1/formula"].position = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("source", "error", "word"),
    [
        ("mohurd-2026", tijian.FrameworkError, "mohurd-2025"),
        ("", tijian.FrameworkError, "shipped"),
        ("nowhere.json", FileNotFoundError, "nowhere"),
        ("/nowhere/at/all", FileNotFoundError, "nowhere"),
        (pathlib.Path("nowhere"), FileNotFoundError, "nowhere"),
        (pathlib.Path("/"), OSError, "irectory"),
        ("{", tijian.FrameworkError, "line 1"),
        ('{"id": "a", "id": "b"}', tijian.FrameworkError, "id"),
        ("{}", tijian.FrameworkError, "required"),
        ({}, tijian.FrameworkError, "required"),
        (b"", tijian.FrameworkError, "JSON"),
        ({"year": float("nan")}, tijian.FrameworkError, "JSON"),
        (b'{"id": "\xb3\xc7"}', tijian.FrameworkError, "UTF-8"),
        ({"id": "\ud800"}, tijian.FrameworkError, "UTF-8"),
        (5, TypeError, "int"),
        (None, TypeError, "NoneType"),
        ([STREETS], TypeError, "list"),
    ],
)
def test_what_is_no_framework_is_refused(source: Any, error: type[Exception], word: str):
    with pytest.raises(error, match=word):
        tijian.Framework.load(source)


def test_files_in_another_encoding_and_of_any_size_are_refused(tmp_path: pathlib.Path):
    gbk = tmp_path / "gbk.json"
    gbk.write_bytes(json.dumps(STREETS, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(tijian.FrameworkError, match="UTF-8"):
        tijian.Framework.load(gbk)
    large = tmp_path / "large.json"
    large.write_bytes(b'{"tijian": 1, "x-note": "' + "中".encode() * 6_000_000 + b'"}')
    with pytest.raises(tijian.FrameworkError, match="16"):
        tijian.Framework.load(large)


def test_a_framework_lists_what_it_reads(streets: tijian.Framework):
    assert streets.tables().to_dict()["table"] == ["buildings"]
    columns = streets.columns("buildings")
    assert {row["column"]: row["type"] for row in columns.to_dicts()} == {
        "community": "text", "building": "text", "area": "number", "floors": "number", "lift": "boolean", "owner": "text", "built": "text", "structure": "text"}  # fmt: skip
    assert {row["column"]: row["measure"] for row in columns.to_dicts()}["area"] == "m²"
    assert streets.columns().digest == columns.digest, "there is one table"
    assert set(streets.attributes().to_dict()["attribute"]) >= {"city_class", "has_rail"}
    assert streets.warnings().column_names == ["code", "place", "message_zh", "message_en"]
    with pytest.raises(tijian.DataError) as caught:
        streets.columns("building")
    assert caught.value.issues[0].nearest == "buildings"


def test_the_schema_is_a_json_schema():
    schema = tijian.Framework.schema()
    assert "2020-12" in schema["$schema"]
    assert json.dumps(schema).count("indicators") > 0


def test_issues_read_well():
    issue = tijian.Issue("a.b", "t/x", "错", "wrong", nearest="y")
    assert str(issue) == "t/x: wrong / 错 [a.b] – y?"
    error = tijian.DataError(issue for _ in range(250))
    assert len(error.issues) == 250
    assert len(str(error).splitlines()) == 101
    assert "150 more" in str(error) and "另有 150 条" in str(error)
