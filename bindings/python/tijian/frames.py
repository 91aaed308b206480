"""Frames as users have them, as pieces that the engine reads (the forms are listed in ``src/pieces.hpp``).

Only columns that are wanted are touched; of the others, the names are told. What lies in memory as the engine reads
it is borrowed; the rest is converted a slice of rows at a time, so that no whole column is ever copied.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias, TypeGuard

import numpy

from tijian.errors import DataError, Issue

__all__ = ["ArrowArray", "ArrowStream", "Batch", "Frame", "pieces", "row_count"]


class ArrowStream(Protocol):
    """What gives an Arrow stream: frames of pandas, polars and pyarrow, relations of DuckDB, record batch readers."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A capsule with the stream, as the Arrow PyCapsule interface describes it."""
        ...


class ArrowArray(Protocol):
    """What gives one Arrow array of structs, such as a record batch."""

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """Capsules with schema and array, as the Arrow PyCapsule interface describes them."""
        ...


#: Anything with ``__arrow_c_stream__`` or ``__arrow_c_array__`` (polars, pyarrow, DuckDB, …), a pandas
#: DataFrame, or a mapping of column names to lists or arrays.
Batch: TypeAlias = ArrowStream | ArrowArray | Mapping[str, Any]

#: A batch, or an iterable of batches, which are read one by one.
Frame: TypeAlias = Batch | Iterable[Batch]

Piece: TypeAlias = tuple[Any, ...]

_rows_per_piece = 262_144


class _Column:
    """A column of a mapping or of pandas: how many rows, and the piece for a slice of them."""

    def __init__(
        self,
        rows: int,
        part: Callable[[int, int], Piece],
        *,
        is_borrowed: bool = False,
        is_whole: bool = False,
    ) -> None:
        self.rows = rows
        self.part = part
        self.is_borrowed = is_borrowed  # a slice costs nothing, however long
        self.is_whole = is_whole  # there are no slices


def pieces(frame: Frame, wanted: Collection[str] | None, place: str, *, whole: bool = False) -> Iterator[Piece]:
    """The frame's pieces in order, only of ``wanted`` columns where they are named.

    ``whole``: each frame is one piece, for those who gather them. Raises TypeError for what is no frame, and
    DataError for columns that cannot be read, naming ``place``/column.
    """
    if _is_pandas(frame, "DataFrame"):
        columns = _columns_of_pandas(frame, wanted, place)
        yield from _column_pieces(columns | _others(frame.columns, wanted, whole), place, len(frame), whole)
    elif hasattr(frame, "read_next_batch"):
        yield from _reader_pieces(frame)
    elif hasattr(frame, "__arrow_c_stream__"):
        yield ("stream", frame.__arrow_c_stream__())
    elif hasattr(frame, "__arrow_c_array__"):
        yield ("array", *frame.__arrow_c_array__())
    elif isinstance(frame, Mapping):
        columns = _columns_of_mapping(frame, wanted, place)
        yield from _column_pieces(columns | _others(frame, wanted, whole), place, None, whole)
    elif isinstance(frame, Iterable) and not isinstance(frame, (str, bytes, numpy.ndarray)):
        is_empty = True
        for batch in frame:
            is_empty = False
            if not _is_frame(batch):
                raise TypeError(f"{place}: {_named(batch)} in a {type(frame).__name__} is no frame / 不是表")
            yield from pieces(batch, wanted, place, whole=whole)
        if is_empty:
            raise DataError([_no_batch(frame, place)])
    else:
        raise TypeError(
            f"{place}: {_named(frame)} is no frame; give anything with __arrow_c_stream__, a pandas DataFrame, a "
            "mapping of columns or an iterator of those / 不是可读取的表"
        )


def _no_batch(frame: Any, place: str) -> Issue:
    """An iterator that was used before looks like one without batches: no table without rows is made of it."""
    return Issue(
        "frame.no_batch",
        place,
        f"{type(frame).__name__} 中没有任何表（迭代器可能已被用过）；没有行的表请传入只有列的表",
        f"a {type(frame).__name__} gave no frame; was the iterator used before? A table without rows is a frame with "
        "columns only",
        found=type(frame).__name__,
    )


def _reader_pieces(reader: Any) -> Iterator[Piece]:
    """The batches of a pyarrow reader, read here: what a Python generator behind it raises would be lost in a stream."""
    is_empty = True
    for batch in reader:
        is_empty = False
        yield ("array", *batch.__arrow_c_array__())
    if is_empty:
        yield ("stream", reader.schema.empty_table().__arrow_c_stream__())


def row_count(frame: Frame, wanted: Collection[str] | None = None) -> int:
    """The rows of a frame, 0 where it does not tell without being read (a DuckDB relation would run its query)."""
    if isinstance(frame, Mapping):
        first = next((frame[name] for name in frame if wanted is None or name in wanted), ())
        return int(first.size) if isinstance(first, numpy.ndarray) else _length(first)
    for name in ("num_rows", "height"):  # of pyarrow, of polars
        rows = getattr(frame, name, None)
        if isinstance(rows, int):
            return rows
    return len(frame) if _is_pandas(frame, "DataFrame") else 0


def _length(sized: Any, otherwise: int = 0) -> int:
    try:
        return len(sized)
    except TypeError:
        return otherwise


def _is_frame(given: Any) -> bool:
    return (
        isinstance(given, Mapping)
        or hasattr(given, "__arrow_c_stream__")
        or hasattr(given, "__arrow_c_array__")
        or _is_pandas(given, "DataFrame")
    )


def _is_pandas(given: object, kind: str) -> TypeGuard[Any]:
    # Whoever has such an object has imported pandas; nobody else pays for it.
    pandas = sys.modules.get("pandas")
    try:
        return pandas is not None and isinstance(given, operator.attrgetter(kind)(pandas))
    except AttributeError:  # pandas is being imported at this moment
        return False


def _named(given: Any) -> str:
    return f"{type(given).__module__}.{type(given).__qualname__}"


# ---- columns -----------------------------------------------------------------------------------------------


def _column_pieces(
    columns: dict[str, _Column], place: str, rows: int | None, whole: bool
) -> Iterator[Piece]:
    lengths = {name: column.rows for name, column in columns.items() if column.rows != _not_known}
    whole = whole or any(column.is_whole for column in columns.values())
    if rows is None:
        rows = next(iter(lengths.values()), _not_known if whole else 0)
    wrong = [
        Issue(
            "data.column_length",
            f"{place}/{name}",
            f"列“{name}”有 {length} 行，表有 {rows} 行",
            f'column "{name}" has {length} rows, the table {rows}',
            found=str(length),
            expected=str(rows),
        )
        for name, length in lengths.items()
        if length != rows
    ]
    if wrong:
        raise DataError(wrong)
    step = rows if whole or all(column.is_borrowed for column in columns.values()) else _rows_per_piece
    # A table without rows has columns all the same, which are to be judged.
    for first in range(0, max(rows, 1), max(step, 1)):
        last = min(first + step, rows)
        parts = []
        for name, column in columns.items():
            try:
                parts.append((name, *column.part(first, last)))
            except _Unreadable as reason:
                raise DataError([reason.issue(place, name)]) from None
        yield ("columns", rows if whole else last - first, parts, first)


def _columns_of_mapping(
    frame: Mapping[str, Any], wanted: Collection[str] | None, place: str
) -> dict[str, _Column]:
    names = [name for name in frame if isinstance(name, str) and (wanted is None or name in wanted)]
    columns = {}
    issues: list[Issue] = []
    for name in names:
        try:
            columns[name] = _column(frame[name])
        except _Unreadable as reason:
            if wanted is None:
                columns[name] = _unread_column(reason.found)
            else:
                issues.append(reason.issue(place, name))
    issues += _other_indexes(frame, columns, place)
    if issues:
        raise DataError(issues)
    return columns


def _other_indexes(frame: Mapping[str, Any], names: Iterable[str], place: str) -> list[Issue]:
    """Series of pandas that pandas itself would pair by their indexes, not by their places: nothing is guessed."""
    series = {name: frame[name] for name in names if _is_pandas(frame[name], "Series")}
    first = next(iter(series.values()), None)
    return [
        Issue(
            "frame.index",
            f"{place}/{name}",
            f"列“{name}”的索引与其他列不同：请先合成一个 DataFrame，或传入 .to_numpy()",
            f'column "{name}" has another index than the others: make a DataFrame of them, or give .to_numpy()',
        )
        for name, column in series.items()
        if not column.index.equals(first.index)  # type: ignore[union-attr]
    ]


def _columns_of_pandas(frame: Any, wanted: Collection[str] | None, place: str) -> dict[str, _Column]:
    columns: dict[str, _Column] = {}
    issues: list[Issue] = []
    for position, name in enumerate(frame.columns):
        if not isinstance(name, str) or (wanted is not None and name not in wanted):
            continue
        if name in columns and wanted is None:
            columns[name] = _unread_column("two columns of one name")
            continue
        if name in columns:
            issues.append(
                Issue(
                    "data.duplicate_column",
                    f"{place}/{name}",
                    f"列名“{name}”重复出现",
                    f'there are two columns named "{name}"',
                )
            )
            continue
        try:
            columns[name] = _column(frame.iloc[:, position])
        except _Unreadable as reason:
            if wanted is None:
                columns[name] = _unread_column(reason.found)
            else:
                issues.append(reason.issue(place, name))
    if issues:
        raise DataError(issues)
    return columns


_not_known = -1


def _unread_column(found: str) -> _Column:
    """A column that nobody asked for by name: it is left out, and told where it turns out to be needed."""
    return _Column(_not_known, lambda first, last: ("unread", found), is_borrowed=True)


def _others(names: Iterable[Any], wanted: Collection[str] | None, whole: bool) -> dict[str, _Column]:
    """The names of columns that are not wanted: one of them may be a wanted one, misspelt."""
    if wanted is None or whole:
        return {}
    return {
        name: _Column(_not_known, lambda first, last: ("name",), is_borrowed=True)
        for name in names
        if isinstance(name, str) and name not in wanted and _is_utf8(name)
    }


class _Unreadable(Exception):
    """A column of this kind is not read."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found

    def issue(self, place: str, name: str) -> Issue:
        return Issue(
            "frame.column",
            f"{place}/{name}",
            f"列“{name}”为 {self.found}，不能读取",
            f'column "{name}" is {self.found}, which is not read',
            found=self.found,
        )


def _column(values: Any) -> _Column:
    if _is_pandas(values, "Series") or _is_pandas(values, "Index"):
        return _pandas_column(values)
    if _is_pandas(values, "api.extensions.ExtensionArray"):  # of pandas.array, Categorical, Series.array
        return _pandas_column(sys.modules["pandas"].Series(values, copy=False))
    if isinstance(values, numpy.ndarray):
        return _array_column(values)
    if hasattr(values, "__arrow_c_array__") or hasattr(values, "__arrow_c_stream__"):
        return _arrow_column(values)
    if isinstance(values, (str, bytes, Mapping)):
        raise _Unreadable(type(values).__name__)
    if hasattr(values, "__array_interface__") or isinstance(values, memoryview) or _has_buffer(values):
        return _array_column(numpy.asarray(values))
    if isinstance(values, Sequence):
        # Not every sequence has slices: a deque has none.
        plain = values if isinstance(values, (list, tuple, range)) else list(values)
        return _Column(len(plain), lambda first, last: ("values", list(plain[first:last])))
    if hasattr(values, "__array__"):
        return _array_column(numpy.asarray(values))
    raise _Unreadable(_named(values))


def _has_buffer(values: Any) -> bool:
    try:
        memoryview(values).release()
    except TypeError:
        return False
    return True


def _validity(known: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any] | None:
    return None if known.all() else numpy.packbits(known, bitorder="little")


def _array_column(array: numpy.ndarray[Any, Any]) -> _Column:
    mask = None
    if isinstance(array, numpy.ma.MaskedArray):
        mask = numpy.ma.getmaskarray(array).reshape(-1)
        array = array.data
    array = numpy.asarray(array)  # a matrix, for one, stays of two dimensions whatever is done to it
    if array.ndim != 1:
        if array.ndim == 0 or sum(length != 1 for length in array.shape) > 1:
            raise _Unreadable(f"an array of shape {array.shape}")
        array = array.reshape(-1)
    kind, size = array.dtype.kind, array.dtype.itemsize
    native: numpy.dtype[Any]
    if kind == "b":
        storage, native = "boolean bytes", numpy.dtype(numpy.uint8)
    elif kind in "iu":
        storage, native = array.dtype.newbyteorder("=").name, array.dtype.newbyteorder("=")
    elif kind == "f" and size <= 8:
        storage, native = ("float64", numpy.dtype("f8")) if size == 8 else ("float32", numpy.dtype("f4"))
    elif kind == "M":
        return _time_column(array, mask)
    elif kind in "OUT":
        return _object_column(array, mask)
    else:
        raise _Unreadable(f"a NumPy array of {array.dtype}")
    is_borrowed = array.flags.c_contiguous and array.dtype.isnative and size == native.itemsize and mask is None

    def part(first: int, last: int) -> Piece:
        values = array[first:last]
        if kind == "b":
            values = values.view(numpy.uint8)
        validity = None if mask is None else _validity(~mask[first:last])
        return ("buffer", storage, numpy.ascontiguousarray(values, dtype=native), validity)

    return _Column(len(array), part, is_borrowed=is_borrowed)


def _time_column(
    array: numpy.ndarray[Any, Any], mask: numpy.ndarray[Any, Any] | None, *, utc: bool = False
) -> _Column:
    unit, count = numpy.datetime_data(array.dtype)
    if count != 1 or unit not in ("D", "s", "ms", "us", "ns"):
        raise _Unreadable(f"a NumPy array of {array.dtype}")
    if unit == "D":
        storage = "date32"
    else:
        storage = f"timestamp:{unit[0]}" + (":utc" if utc else "")

    def part(first: int, last: int) -> Piece:
        values = array[first:last]
        known = ~numpy.isnat(values)
        if mask is not None:
            known &= ~mask[first:last]
        counts: numpy.ndarray[Any, Any]
        counts = numpy.ascontiguousarray(values, dtype=array.dtype.newbyteorder("=")).view(numpy.int64)
        if unit == "D":
            counts = numpy.where(known, counts, 0)
            days = counts.astype(numpy.int32)
            if (days != counts).any():
                raise _Unreadable("dates beyond the year 5,000,000")
            counts = days
        return ("buffer", storage, counts, _validity(known))

    return _Column(len(array), part)


def _object_column(array: numpy.ndarray[Any, Any], mask: numpy.ndarray[Any, Any] | None) -> _Column:
    def part(first: int, last: int) -> Piece:
        values = array[first:last].tolist()
        if mask is not None:
            hidden = mask[first:last].tolist()
            values = [None if is_hidden else value for value, is_hidden in zip(values, hidden, strict=True)]
        return ("values", values)

    return _Column(len(array), part)


def _arrow_column(values: Any) -> _Column:
    rows = _length(values, _not_known)
    if rows == _not_known or not hasattr(values, "slice"):
        return _Column(rows, lambda first, last: _arrow_piece(values), is_borrowed=True, is_whole=True)
    chunks = getattr(values, "num_chunks", None)  # of pyarrow; polars has a method
    if chunks is None:
        chunks = values.n_chunks() if hasattr(values, "n_chunks") else 1

    def part(first: int, last: int) -> Piece:
        some = values if (first, last) == (0, rows) else values.slice(first, last - first)
        for join in ("combine_chunks", "rechunk"):
            if chunks > 1 and hasattr(some, join):
                some = getattr(some, join)()
        return _arrow_piece(some)

    return _Column(rows, part, is_borrowed=chunks <= 1)


def _arrow_piece(values: Any) -> Piece:
    if hasattr(values, "__arrow_c_array__"):
        return ("arrow", *values.__arrow_c_array__())
    return ("arrow stream", values.__arrow_c_stream__())


def _pandas_column(series: Any) -> _Column:
    pandas = sys.modules["pandas"]
    dtype = series.dtype
    if isinstance(dtype, numpy.dtype):
        return _array_column(series.to_numpy())
    if isinstance(dtype, pandas.ArrowDtype) or getattr(dtype, "storage", None) == "pyarrow":
        return _arrow_column(series.array.__arrow_array__())
    if isinstance(dtype, pandas.DatetimeTZDtype):
        instants = series.array if hasattr(series.array, "tz_convert") else series
        return _time_column(instants.tz_convert("UTC").tz_localize(None).to_numpy(), None, utc=True)
    if isinstance(dtype, pandas.CategoricalDtype):
        return _categorical_column(series)
    if isinstance(dtype, pandas.SparseDtype):
        return _array_column(numpy.asarray(series.array))
    numpy_dtype = getattr(dtype, "numpy_dtype", None)
    if isinstance(numpy_dtype, numpy.dtype) and numpy_dtype.kind in "biuf":
        return _nullable_column(series, numpy_dtype)
    return _Column(
        len(series), lambda first, last: ("values", series.array[first:last].astype(object).tolist())
    )


def _nullable_column(series: Any, dtype: numpy.dtype[Any]) -> _Column:
    def part(first: int, last: int) -> Piece:
        some = series.array[first:last]
        known = ~numpy.asarray(some.isna())
        (_, storage, values, _) = _array_column(some.to_numpy(dtype=dtype, na_value=dtype.type(0))).part(
            0, last - first
        )
        return ("buffer", storage, values, _validity(known))

    return _Column(len(series), part)


def _categorical_column(series: Any) -> _Column:
    words = series.array.categories.tolist()
    codes = numpy.asarray(series.array.codes)
    if not all(isinstance(word, str) and _is_utf8(word) for word in words):
        return _Column(
            len(series), lambda first, last: ("values", series.array[first:last].astype(object).tolist())
        )

    def part(first: int, last: int) -> Piece:
        some = numpy.ascontiguousarray(codes[first:last])
        known = some >= 0
        return ("dictionary", some.dtype.name, numpy.where(known, some, some.dtype.type(0)), _validity(known), words)

    return _Column(len(series), part)


def _is_utf8(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:  # a lone surrogate, which is refused where it is used
        return False
    return True
