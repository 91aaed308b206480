"""Collection forms: what a street surveys and what a department reports, as workbooks to fill in."""

from __future__ import annotations

import os
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from tijian.excel.form_layout import (
    ENTRY_COLUMNS,
    FIRST_ROW,
    FIRST_UNITS_COLUMN,
    FORM_SHEET,
    LISTS_SHEET,
    FormColumn,
    entry_columns,
    survey_columns,
)
from tijian.excel.headings import heading, sheet, word
from tijian.excel.workbook import HEADING, MOST_ROWS, Workbook
from tijian.frames import Frame
from tijian.framework import Framework, FrameworkSource
from tijian.units import Units

__all__ = ["write_forms"]

_ROWS_TO_FILL = 2000

_INSTRUCTIONS = {
    "zh": (
        "每张工作表第一行为列名，第二行为字段代码，请勿改动；从第三行起填写，每行一个对象。",
        "带 * 的列必须填写。空白表示未调查，不等于 0，也不等于“否”。",
        "数值列只填数字，不带单位和百分号；95% 请填 95（以列名中的单位为准）。",
        "是否类填“是”或“否”；有下拉选项的列请从选项中选择。",
        "编号为文本，保留前导零；不要填写公式、合计行，不要合并单元格。",
    ),
    "en": (
        "Row 1 of each sheet names the columns, row 2 has their codes: leave both. Fill in from row 3, one object per row.",
        "Columns with * have to be filled in. Empty means not surveyed: it is neither 0 nor no.",
        "Numbers only, without measure or percent sign: 95% is 95 where the heading says %.",
        "Yes-no columns take yes or no; where there is a list, choose from it.",
        "Ids are text and keep leading zeros. No formulas, no totals, no merged cells.",
    ),
}


def write_forms(
    framework: FrameworkSource,
    folder: str | os.PathLike[str],
    *,
    units: Units | Frame,
    by: str,
    language: Literal["zh", "en"] = "zh",
) -> list[pathlib.Path]:
    """Write collection forms into ``folder``, which is made where it is not there, and return their paths.

    ``by`` is a level (``"street"``): a workbook for each of its units, with a sheet for each survey table that has units
    beneath it; or ``"department"``: a workbook for each department that supplies indicators which only reported values
    give, with a row for each of its units and indicators. Columns with ``values`` and yes-no columns have drop-downs,
    those with ``min`` or ``max`` limits, units a list of those that may be chosen. Raises ValueError for another ``by`` or
    ``language``, DataError for units that do not fit the framework.
    """
    if language not in _INSTRUCTIONS:
        raise ValueError(f"language is {language!r}, not 'zh' or 'en'")
    rule_book = Framework.load(framework)
    places = units if isinstance(units, Units) else Units(units)
    places._for(rule_book)  # whose faults are told before anything is written
    forms = _Forms(rule_book, places.to_dict(), language)
    where = pathlib.Path(folder)
    if by == "department":
        made = forms.by_department()
    elif by in forms.levels:
        made = forms.by_level(by)
    else:
        raise ValueError(f"by is {by!r}, not 'department' or a level: {', '.join(forms.levels)}")
    where.mkdir(parents=True, exist_ok=True)
    return [form.write(where, language) for form in made]


class _Sheet:
    """A sheet to fill in: a survey table, or entries with rows that are filled in as far as they are known."""

    def __init__(self, name: str, table: str, columns: Sequence[FormColumn], units: Sequence[str]) -> None:
        self.name = name
        self.table = table
        self.columns = columns
        self.units = units
        self.rows: list[dict[str, str]] = []


class _Form:
    def __init__(self, framework: Framework, title: str, sheets: Sequence[_Sheet]) -> None:
        self.framework = framework
        self.title = title
        self.sheets = sheets

    def write(self, folder: pathlib.Path, language: str) -> pathlib.Path:
        name = re.sub(r"[^\w.-]+", "_", self.title).strip("._") or "_"
        path, number = folder / f"{name}.xlsx", 1
        while path.exists():  # two units of one name, or a form that somebody may have filled in
            number += 1
            path = folder / f"{name}_{number}.xlsx"
        with Workbook(path, language) as book:
            front = book.sheet(sheet("instructions", language))
            book.write(front, 0, 0, self.title, bold=True, font_size=14)
            for row, line in enumerate(_INSTRUCTIONS[language], 2):
                book.write(front, row, 0, line, text_wrap=True)
            front.set_column(0, 0, 100)
            self.lists: list[Sequence[str]] = []
            told = [(self.write_sheet(book, form_sheet, language), form_sheet) for form_sheet in self.sheets]
            self.write_hidden(book, told)
        return path

    def write_sheet(self, book: Workbook, form: _Sheet, language: str) -> str:
        page = book.sheet(form.name)
        for index, column in enumerate(form.columns):
            title = heading(column.id, language) if form.table == "entries" else column.heading()
            book.write(page, 0, index, title, **HEADING)
            book.write(page, 1, index, column.id, font_color="#829AB1", italic=True, align="center")
            page.set_column(index, index, max(12, min(40, 2 * len(title) + 2)), book.format(
                **({} if column.type == "number" else {"num_format": "@"})))  # fmt: skip
            self.limit(page, index, column, form, language)
        for row, known in enumerate(form.rows, FIRST_ROW - 1):
            for index, column in enumerate(form.columns):
                if column.id in known:
                    book.write(page, row, index, known[column.id], bg_color="#F0F4F8")
        page.freeze_panes(FIRST_ROW - 1, 1)
        return str(page.get_name())

    def limit(self, page: Any, index: int, column: FormColumn, form: _Sheet, language: str) -> None:
        first, last = FIRST_ROW - 1, FIRST_ROW - 2 + max(_ROWS_TO_FILL, len(form.rows))
        rule: dict[str, Any] | None = None
        if column.type == "boolean":
            rule = {"validate": "list", "source": [word("yes", language), word("no", language)]}
        elif column.is_unit and form.table != "entries":
            rule = {"validate": "list", "source": self.list_of(form.units)}
        elif column.values:
            rule = {"validate": "list", "source": self.list_of(column.values)}
        elif column.type == "number":
            rule = {"validate": "decimal", **_bounds(column)}
        if rule is not None:
            page.data_validation(first, index, last, index, {"ignore_blank": True, **rule})

    def list_of(self, texts: Sequence[str]) -> str:
        """Where the hidden sheet has the list: in the rule itself it could have 255 letters only."""
        if len(texts) > MOST_ROWS:
            raise ValueError(f"a list of {len(texts):,} texts is longer than a sheet of Excel ({MOST_ROWS:,} rows)")
        if texts not in self.lists:
            self.lists.append(texts)
        column = _letters(self.lists.index(texts))
        return f"='{LISTS_SHEET}'!${column}$1:${column}${len(texts)}"

    def write_hidden(self, book: Workbook, told: Sequence[tuple[str, _Sheet]]) -> None:
        lists = book.sheet(LISTS_SHEET, hidden=True)
        for column, texts in enumerate(self.lists):
            for row, text in enumerate(texts):
                book.write(lists, row, column, text)
        page = book.sheet(FORM_SHEET, hidden=True)
        facts = [
            ("tijian form", "1"),
            ("framework", self.framework.id),
            ("version", self.framework.version),
            ("fingerprint", self.framework.fingerprint),
        ]
        for row, (name, value) in enumerate(facts):
            book.write(page, row, 0, name)
            book.write(page, row, 1, value)
        for row, (name, form) in enumerate(told, len(facts)):
            book.write(page, row, 0, "sheet")
            book.write(page, row, 1, name)
            book.write(page, row, 2, form.table)
        # The units of each sheet down a column of their own: a row ends at the 16,384th cell.
        for column, (_, form) in enumerate(told, FIRST_UNITS_COLUMN):
            for row, unit in enumerate(form.units):
                book.write(page, row, column, unit)


def _bounds(column: FormColumn) -> dict[str, Any]:
    if column.minimum is not None and column.maximum is not None:
        return {"criteria": "between", "minimum": column.minimum, "maximum": column.maximum}
    if column.minimum is not None:
        return {"criteria": ">=", "value": column.minimum}
    if column.maximum is not None:
        return {"criteria": "<=", "value": column.maximum}
    return {"criteria": "between", "minimum": -1e300, "maximum": 1e300}


def _letters(index: int) -> str:
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


class _Forms:
    def __init__(self, framework: Framework, units: Mapping[str, list[Any]], language: str) -> None:
        self.framework = framework
        self.language = language
        self.document = framework.to_dict()
        self.levels = [level["id"] for level in self.document["levels"]]
        self.ids: list[str] = units["id"]
        self.level = dict(zip(self.ids, units["level"], strict=True))
        self.parent = dict(zip(self.ids, units["parent"], strict=True))
        names = units.get("name") or [None] * len(self.ids)
        self.name = {unit: name or unit for unit, name in zip(self.ids, names, strict=True)}

    def text(self, text: object, otherwise: str) -> str:
        if isinstance(text, Mapping):
            return str(text.get(self.language) or next(iter(text.values()), otherwise))
        return str(text) if text else otherwise

    def beneath(self, unit: str | None, top: str) -> bool:
        while unit is not None and unit != top:
            unit = self.parent.get(unit)
        return unit == top

    def by_level(self, level: str) -> Iterator[_Form]:
        tables = self.document["tables"]
        columns = {table["id"]: survey_columns(self.framework, table["id"], self.language) for table in tables}
        for top in (unit for unit in self.ids if self.level[unit] == level):
            sheets = []
            for table in tables:
                places = [
                    unit for unit in self.ids if self.level[unit] == table["level"] and self.beneath(unit, top)
                ]
                if places:
                    sheets.append(_Sheet(table["id"], table["id"], columns[table["id"]], places))
            if sheets:
                yield _Form(self.framework, self.name[top], sheets)

    def by_department(self) -> Iterator[_Form]:
        for department in self.document.get("departments", []):
            rows = [row for indicator in self.document["indicators"] for row in self.asked(indicator, department["id"])]
            if not rows:
                continue
            page = _Sheet(sheet("entries", self.language), "entries", entry_columns(), self.ids)
            page.rows = rows
            yield _Form(self.framework, self.text(department.get("name"), department["id"]), [page])

    def asked(self, indicator: Mapping[str, Any], department: str) -> Iterator[dict[str, str]]:
        """A row for each unit of an indicator that nothing but reported values gives."""
        if indicator.get("source", {}).get("department") != department or indicator.get("table"):
            return
        own = [level["id"] for level in self.document["levels"] if level["dimension"] == indicator["dimension"]]
        levels = indicator.get("levels") or own[-1:]
        for unit in (unit for unit in self.ids if self.level[unit] in levels):
            for part in indicator.get("components") or [{}]:
                values = {
                    "unit": unit,
                    "unit_name": self.name[unit],
                    "indicator": indicator["id"],
                    "indicator_name": self.text(part.get("name") or indicator.get("name"), indicator["id"]),
                    "component": part.get("id"),
                    "measure": part.get("measure", indicator.get("measure")),
                }
                yield {name: str(values[name]) for name in ENTRY_COLUMNS if values.get(name)}
