"""Table: what every result is handed out as."""

from __future__ import annotations

import html
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy

from tijian import _core

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Column", "Source", "Table"]

_shown_in_html = 200
_longest_html = 99_000  # bytes, of rows
_shown_in_text = 10


class Column(NamedTuple):
    """A column: its name, its type (``text number integer boolean``) and, where it has one, its measure."""

    name: str
    type: str
    measure: str


class Source(NamedTuple):
    """Where a table comes from: id, version and fingerprint of the framework, version of the library, year."""

    framework: str
    version: str
    fingerprint: str
    library: str
    year: int


class Table:
    """A result table: immutable, typed columns; a null is a null, never NaN and never 0.

    Anything that reads Arrow takes it as it is (``polars.DataFrame(table)``, ``pyarrow.table(table)``,
    ``duckdb.sql("from problems")``), any number of times, without a copy.
    """

    __slots__ = ("_severities", "_table")

    def __init__(self, table: _core.Table, severities: Mapping[str, tuple[int, str]] | None = None) -> None:
        self._table = table
        self._severities = severities or {}

    @property
    def name(self) -> str:
        """The table's name."""
        return self._table.name

    @property
    def columns(self) -> list[Column]:
        """The columns in order."""
        return [Column(*column) for column in self._table.columns]

    @property
    def column_names(self) -> list[str]:
        """The names of the columns in order."""
        return [column.name for column in self.columns]

    @property
    def source(self) -> Source:
        """Where the table comes from."""
        return Source(*self._table.source)

    @property
    def digest(self) -> str:
        """The SHA-256 of the table as CSV: equal for equal tables, in every language and on every machine."""
        return self._table.digest()

    def __len__(self) -> int:
        return self._table.rows

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A new Arrow stream of the whole table each time; a requested schema is not followed."""
        return self._table.stream()

    def __arrow_c_schema__(self) -> object:
        return self._table.schema()

    # ---- other forms -------------------------------------------------------------------------------------

    def to_dicts(self) -> list[dict[str, Any]]:
        """A dict for each row; None where null."""
        return list(self._rows(0, len(self)))

    def to_dict(self) -> dict[str, list[Any]]:
        """A list for each column; None where null."""
        return {name: self._table.values(index, 0, len(self)) for index, name in enumerate(self.column_names)}

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame, with or without pyarrow: text ``str``, number ``float64`` (null is NaN there),
        integer ``Int64``, boolean ``boolean``."""
        import pandas

        # Where pandas keeps texts as Arrow does, they are taken as they are, without a Python object for each.
        texts = self.to_arrow() if getattr(pandas.Series([], dtype="str").dtype, "storage", "") == "pyarrow" else None
        columns = {}
        for index, column in enumerate(self.columns):
            if column.type == "number":
                values = numpy.frombuffer(self._table.buffer(index), dtype=numpy.float64).copy()
                values[~self._known(index)] = numpy.nan
                columns[column.name] = pandas.Series(values)
            elif column.type == "integer":
                integers = numpy.frombuffer(self._table.buffer(index), dtype=numpy.int64).copy()
                columns[column.name] = pandas.Series(
                    pandas.arrays.IntegerArray(integers, ~self._known(index)), dtype="Int64"
                )
            elif column.type == "text" and texts is not None:
                columns[column.name] = pandas.Series(pandas.array(texts[index], dtype="str"))
            else:
                dtype = "boolean" if column.type == "boolean" else "str"
                columns[column.name] = pandas.Series(self._table.values(index, 0, len(self)), dtype=dtype)
        return pandas.DataFrame(columns, columns=self.column_names)

    def _known(self, index: int) -> numpy.ndarray[Any, numpy.dtype[numpy.bool_]]:
        bits = numpy.frombuffer(self._table.validity(index), dtype=numpy.uint8)
        return numpy.unpackbits(bits, count=len(self), bitorder="little").astype(numpy.bool_)

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> pyarrow.Table:
        """A pyarrow Table; measures, framework, version, fingerprint, library and year are its metadata."""
        import pyarrow

        return pyarrow.table(self)

    @overload
    def to_csv(
        self,
        path: None = None,
        *,
        byte_order_mark: bool | None = None,
        guard_formulas: bool = True,
        source_columns: bool = False,
    ) -> str: ...

    @overload
    def to_csv(
        self,
        path: str | os.PathLike[str],
        *,
        byte_order_mark: bool | None = None,
        guard_formulas: bool = True,
        source_columns: bool = False,
    ) -> None: ...

    def to_csv(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        byte_order_mark: bool | None = None,
        guard_formulas: bool = True,
        source_columns: bool = False,
    ) -> str | None:
        """CSV (RFC 4180, UTF-8): written to ``path``, or returned where there is none.

        ``byte_order_mark``, without which spreadsheets misread Chinese, defaults to files. ``guard_formulas``
        puts an apostrophe before texts that a spreadsheet would take for a formula. ``source_columns`` adds
        framework, version, fingerprint, library and year to each row.
        """
        mark = path is not None if byte_order_mark is None else byte_order_mark
        return _given(self._table.csv(mark, guard_formulas, source_columns), path)

    @overload
    def to_json(self, path: None = None) -> str: ...

    @overload
    def to_json(self, path: str | os.PathLike[str]) -> None: ...

    def to_json(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """One JSON object with framework, columns (name, type, measure) and rows; numbers in their shortest
        form that reads back the same. Written to ``path``, or returned where there is none."""
        return _given(self._table.json(), path)

    # ---- for people --------------------------------------------------------------------------------------

    def _rows(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        names = self.column_names
        values = [self._table.values(index, first, last) for index in range(len(names))]
        for row in zip(*values, strict=True):
            yield dict(zip(names, row, strict=True))

    def __repr__(self) -> str:
        lines = [f"<tijian.Table {self.name}: {len(self)} × {len(self.columns)}>"]
        shown = list(self._rows(0, _shown_in_text))
        cells = [[name, *(_plain(row[name]) for row in shown)] for name in self.column_names]
        used = 0
        kept: list[list[str]] = []
        for column in cells:
            width = max(_width(cell) for cell in column)
            used += width + 2
            if used > 110 and kept:
                break
            kept.append([cell + " " * (width - _width(cell)) for cell in column])
        if shown:
            rest = " …" if len(kept) < len(cells) else ""
            lines += ["  ".join(row).rstrip() + rest for row in zip(*kept, strict=True)]
            if len(self) > len(shown):
                lines.append(f"… {len(self) - len(shown)} more")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """The first 200 rows, or fewer where they are long; every text escaped and cut after 500 letters, severities by
        name as well as by colour."""
        columns = self.columns
        head = "".join(f"<th>{_escaped(_heading(column))}</th>" for column in columns)
        body: list[str] = []
        size = len(head.encode())
        for row in self._rows(0, _shown_in_html):
            cells = "".join(self._cell(column, row[column.name]) for column in columns)
            size += len(cells.encode()) + len("<tr></tr>")
            if size > _longest_html and body:
                break
            body.append(f"<tr>{cells}</tr>")
        count = f"{len(self)} rows" if len(self) == len(body) else f"{len(body)} of {len(self)} rows"
        return (
            '<div style="overflow-x:auto"><table>'
            f"<caption>{_escaped(self.name)} · {_escaped(self.source.framework)} {self.source.year} · {count}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
        )

    def _cell(self, column: Column, value: Any) -> str:
        if value is None:
            return '<td style="color:#888">–</td>'
        if column.type in ("number", "integer"):
            shown = f"{value:.10g}" if column.type == "number" else str(value)
            return f'<td style="text-align:right">{shown}</td>'
        if column.name == "severity" and value in self._severities:
            rank, text = self._severities[value]
            colour = _severity_colours[min(rank, len(_severity_colours) - 1)]
            return f'<td style="background:{colour};color:#000">{_escaped(text)}</td>'
        text = str(value)
        return f'<td style="text-align:left">{_escaped(text if len(text) <= 500 else text[:500] + "…")}</td>'


# Light to dark: told apart without colour vision, and black text stays readable on each.
_severity_colours = ("#fff3c4", "#fdd49e", "#fdae6b", "#f4845f")


def _heading(column: Column) -> str:
    return f"{column.name} ({column.measure})" if column.measure else column.name


def _escaped(text: str) -> str:
    visible = "".join(
        letter if letter >= " " or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return html.escape(visible)


def _plain(value: object) -> str:
    if value is None:
        return "–"
    text = f"{value:g}" if isinstance(value, float) else str(value)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    return text if len(text) <= 30 else text[:29] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _given(data: bytes, path: str | os.PathLike[str] | None) -> str | None:
    if path is None:
        return data.decode("utf-8")
    _write_whole(path, data)
    return None


def _write_whole(path: str | os.PathLike[str], data: bytes) -> None:
    """All of the file or none of it: a name of its own first, then the one that was asked for."""
    beside = f"{os.fspath(path)}.{os.getpid()}.part"
    try:
        with open(beside, "wb") as file:
            file.write(data)
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


def as_list(given: str | Iterable[str] | None) -> list[str] | None:
    """One text is a list of one: a text is no list of its letters."""
    if given is None:
        return None
    return [given] if isinstance(given, str) else list(given)
