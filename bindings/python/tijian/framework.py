"""Framework: the rule book."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Mapping
from typing import Any, TypeAlias

from tijian import _core
from tijian.table import Table

__all__ = ["Framework", "FrameworkSource"]

_limit = 16 * 2**20

#: What `Framework.load` takes.
FrameworkSource: TypeAlias = "Framework | Mapping[str, Any] | str | bytes | os.PathLike[str]"


class Framework:
    """A framework (体系): dimensions, levels, tables, indicators, targets and rules, checked and compiled.

    Immutable; equal where the documents are. Made by :meth:`load`.
    """

    __slots__ = ("_plan",)
    _plan: _core.Plan

    def __init__(self) -> None:
        raise TypeError("use Framework.load")

    @classmethod
    def load(
        cls, source: FrameworkSource, *, documents: Mapping[str, FrameworkSource] | None = None
    ) -> Framework:
        """Read a framework: the id of a shipped one (``"mohurd-2025"``), a path, JSON text, or a dict.

        ``documents`` gives what ``extends`` may name, by id; shipped frameworks are known without it. Raises
        :class:`FrameworkError` with every fault of the document, each with its JSON pointer and, in formulas,
        its position; OSError where a file cannot be read.
        """
        if isinstance(source, Framework):
            return source
        if isinstance(source, str) and not source.lstrip("\ufeff \t\r\n").startswith("{"):
            if source in cls.shipped() or not _names_a_file(source):
                return cls._of(_core.Plan.shipped(source))
            source = pathlib.Path(source)
        known = {name: _json_of(document) for name, document in (documents or {}).items()}
        return cls._of(_core.Plan.parse(_json_of(source), known))

    @classmethod
    def _of(cls, plan: _core.Plan) -> Framework:
        framework = object.__new__(cls)
        framework._plan = plan
        return framework

    @staticmethod
    def shipped() -> list[str]:
        """The ids of the frameworks that come with the library."""
        return _core.shipped_ids()

    @staticmethod
    def schema() -> dict[str, Any]:
        """The JSON Schema (2020-12) of framework documents."""
        schema: dict[str, Any] = json.loads(_core.schema())
        return schema

    @property
    def id(self) -> str:
        """The framework's id."""
        return self._plan.id

    @property
    def version(self) -> str:
        """The framework's version."""
        return self._plan.version

    @property
    def year(self) -> int:
        """The year that its targets are of; what :func:`tijian.assess` takes where it is not told."""
        return self._plan.year

    @property
    def name(self) -> str:
        """Its Chinese name, or the English one where there is none."""
        return self._plan.name("zh")

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical document."""
        return self._plan.fingerprint

    def tables(self) -> Table:
        """The survey tables: table, level, unit, key, complete, expected."""
        return Table(self._plan.table("tables"))

    def columns(self, table: str | None = None) -> Table:
        """The columns that are read of a survey table, or of all.

        Columns: table, column, type, measure, required, unit, key, min, max, values (a JSON list), name_zh,
        name_en. Raises :class:`DataError` for a table that the framework does not have.
        """
        return Table(self._plan.table("columns") if table is None else self._plan.columns(table))

    def attributes(self) -> Table:
        """The attributes of units that are read: attribute, type, measure, levels, values, inherit."""
        return Table(self._plan.table("attributes"))

    def warnings(self) -> Table:
        """What is allowed but may not be meant: code, place, message_zh, message_en."""
        return Table(self._plan.table("warnings"))

    def to_dict(self) -> dict[str, Any]:
        """The canonical document, what it extends included."""
        document: dict[str, Any] = json.loads(self._plan.document())
        return document

    def to_json(self) -> str:
        """The canonical document as JSON text."""
        return self._plan.document()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Framework) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"<tijian.Framework {self.id} {self.version} ({self.year})>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Framework.load, (self.to_json(),)


def _names_a_file(source: str) -> bool:
    return source.endswith(".json") or "/" in source or os.sep in source or os.path.exists(source)


def _json_of(source: FrameworkSource) -> bytes:
    """The document as it is, be it no UTF-8: the loader says so, with its place."""
    if isinstance(source, Framework):
        return source.to_json().encode()
    if isinstance(source, str):
        return source.encode("utf-8", "surrogatepass")
    if isinstance(source, Mapping):
        return json.dumps(source, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if isinstance(source, bytes):
        return source
    if isinstance(source, os.PathLike):
        with open(source, "rb") as file:
            return file.read(_limit + 1)
    raise TypeError(f"a framework is an id, a path, JSON text or a dict, not {type(source).__name__}")
