"""What a collection form looks like, for those who write it and those who read it back.

Each sheet has two heading rows: what a person reads, and under it the ids of the columns. A hidden sheet says which
framework the form is of, and which sheet holds which table; another holds the lists of the drop-downs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from tijian.excel.headings import heading
from tijian.framework import Framework

__all__ = [
    "ENTRY_COLUMNS",
    "FIRST_ROW",
    "FIRST_UNITS_COLUMN",
    "FORM_SHEET",
    "LISTS_SHEET",
    "FormColumn",
    "entry_columns",
    "survey_columns",
]

FORM_SHEET: Final = "_tijian"
LISTS_SHEET: Final = "_lists"
#: Where in the hidden sheet the units of the first sheet stand, those of the next to the right.
FIRST_UNITS_COLUMN: Final = 4
#: The first row of data, counted from 1 as Excel does.
FIRST_ROW: Final = 3

ENTRY_COLUMNS: Final = (
    "unit", "unit_name", "indicator", "indicator_name", "component", "measure", "value", "numerator", "denominator",
    "date", "source", "reason",
)  # fmt: skip
_ENTRY_NUMBERS: Final = ("value", "numerator", "denominator")


@dataclass(frozen=True)
class FormColumn:
    """A column of a form, as the framework describes it."""

    id: str
    type: Literal["number", "boolean", "text"]
    name: str = ""
    measure: str = ""
    required: bool = False
    is_unit: bool = False
    is_key: bool = False
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()

    def heading(self) -> str:
        """What a person reads; a star where it has to be filled in."""
        text = self.name or self.id
        if self.measure:
            text += f"（{self.measure}）"
        return text + (" *" if self.is_unit or self.is_key else "")


def survey_columns(framework: Framework, table: str, language: str) -> list[FormColumn]:
    """Unit and key first, then the columns that are read, in the framework's order."""
    columns = [_of_survey(row, language) for row in framework.columns(table).to_dicts()]
    return sorted(columns, key=lambda column: (not column.is_unit, not column.is_key))


def _of_survey(row: Mapping[str, Any], language: str) -> FormColumn:
    names = (row["name_zh"], row["name_en"]) if language == "zh" else (row["name_en"], row["name_zh"])
    return FormColumn(
        row["column"],
        row["type"],
        names[0] or names[1] or (heading("unit" if row["unit"] else "id", language) if row["unit"] or row["key"] else ""),
        row["measure"] or "",
        row["required"],
        row["unit"],
        row["key"],
        row["min"],
        row["max"],
        tuple(json.loads(row["values"] or "[]")),
    )


def entry_columns() -> list[FormColumn]:
    """The columns of a form for reported values."""
    return [
        FormColumn(column, "number" if column in _ENTRY_NUMBERS else "text", is_unit=column == "unit",
                   is_key=column == "indicator")
        for column in ENTRY_COLUMNS
    ]  # fmt: skip
