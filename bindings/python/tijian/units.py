"""Units: the places that are judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tijian import _core
from tijian.frames import Frame, pieces
from tijian.framework import Framework
from tijian.table import Table

__all__ = ["Units"]


class _UnitsTable(Table):
    """Units as a table, from which they can be had back as they were read."""

    __slots__ = ("_frame",)

    def __init__(self, frame: _core.Frame) -> None:
        super().__init__(frame.table())
        self._frame = frame


class Units:
    """The places (单元), each on one level, with a parent and attributes.

    ``frame`` has the columns ``id``, ``level`` (an id of the framework's), ``parent`` (null at a root) and
    optionally ``name``; every other column that the framework declares is an attribute, in the measure declared
    there, and null where it is not known. The frame is read once and copied. Whether it fits a framework shows
    where it is used: then :class:`DataError` names every fault of the hierarchy with the units' ids.
    """

    __slots__ = ("_built", "_frame")
    _built: dict[str, _core.Units]
    _frame: _core.Frame

    def __init__(self, frame: Frame) -> None:
        if isinstance(frame, (Units, _UnitsTable)):
            self._frame = frame._frame
        else:
            self._frame = _core.Frame.read("units", pieces(frame, None, "units", whole=True), None)
        self._built = {}

    @classmethod
    def from_columns(
        cls, frame: Frame, levels: Mapping[str, str], *, names: Mapping[str, str] | None = None
    ) -> Units:
        """Units from rows that name a place on each level, such as buildings with compound, community and city.

        ``levels`` says which column has the ids of a level, lowest level first:
        ``{"compound": "compound_id", "community": "community_id", "city": "city"}``; ``names`` likewise, for
        columns with names. A unit's parent is the nearest place above it on the same row; an id that is null
        says nothing. Raises :class:`DataError` for a column that is missing, and naming every unit that belongs
        to two places or has two names.
        """
        if not levels:
            raise ValueError("levels is empty: name a column for each level, lowest first")
        unknown = [level for level in names or {} if level not in levels]
        if unknown:
            raise ValueError(f"names has levels that levels does not have: {', '.join(unknown)}")
        columns = [(level, column, (names or {}).get(level, "")) for level, column in levels.items()]
        wanted = {column for _, *pair in columns for column in pair if column}
        units = object.__new__(cls)
        units._frame = _core.Frame.of_columns(pieces(frame, wanted, "units"), columns)
        units._built = {}
        return units

    def _for(self, framework: Framework) -> _core.Units:
        built = self._built.get(framework.fingerprint)
        if built is None:
            built = self._built[framework.fingerprint] = _core.Units.build(framework._plan, self._frame)
        return built

    def to_table(self) -> Table:
        """The frame as a table, without columns that cannot be read; an infinite number is null in it.

        Integers beyond 2^63 are texts. ``Units(units.to_table())`` are the same units.
        """
        return _UnitsTable(self._frame)

    def to_dict(self) -> dict[str, list[Any]]:
        """The columns of :meth:`to_table` as lists; None where null."""
        return self.to_table().to_dict()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The columns with the types that they were read with; a requested schema is not followed."""
        return self._frame.stream()

    def __len__(self) -> int:
        return self._frame.rows

    def __repr__(self) -> str:
        return f"<tijian.Units: {len(self)}>"

    def __reduce__(self) -> tuple[Any, tuple[tuple[Any, ...]]]:
        return _restored, (self._frame.state(),)


def _restored(state: tuple[Any, ...]) -> Units:
    """What was pickled, its columns typed as they were, and what could not be read."""
    units = object.__new__(Units)
    units._frame = _core.Frame.restore(state)
    units._built = {}
    return units
