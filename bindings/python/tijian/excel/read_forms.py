"""Filled-in collection forms as tables, or every fault in them by sheet, row and column."""

from __future__ import annotations

import datetime
import difflib
import math
import os
import pathlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tijian.errors import DataError, Issue
from tijian.excel.form_layout import FIRST_ROW, FIRST_UNITS_COLUMN, FORM_SHEET, FormColumn, entry_columns, survey_columns
from tijian.excel.headings import word
from tijian.framework import Framework, FrameworkSource

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Forms", "read_forms"]

_TRUE = {word("yes", "zh"), word("yes", "en")}
_FALSE = {word("no", "zh"), word("no", "en")}
#: The rest of an entry's row is there from the start.
_ENTRY_FILLED_IN = ("value", "numerator", "denominator", "date", "source", "reason")
_ENTRY_KEPT = ("unit", "indicator", "component", *_ENTRY_FILLED_IN)


class Forms(NamedTuple):
    """What forms hold: ``tables`` for ``tijian.assess(tables=…)``, ``entries`` for ``entries=``, None without any."""

    tables: dict[str, dict[str, list[Any]]]
    entries: dict[str, list[Any]] | None


def read_forms(
    framework: FrameworkSource, paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
) -> Forms:
    """Read forms of :func:`write_forms`, of all streets and departments together.

    An empty cell is null; a row in which nothing was filled in is passed over. Raises :class:`DataError` with every
    fault of all files, each with ``file/sheet/cell``: a form of another framework, changed headings, a text, a date or a
    formula where a number is due, ``95%`` as text, a value that is not in the list (with the nearest one), beyond ``min`` or ``max``, an id that is
    a number, a unit that the form does not have, a row without unit or key, a key that is there twice, merged cells, a
    cell beside the columns, a file that is given twice.
    Nothing is guessed and nothing converted. Raises ImportError without openpyxl, and OSError.
    """
    try:
        import openpyxl
    except ImportError as error:
        raise ImportError("reading Excel needs openpyxl: pip install tijian[excel]") from error
    reader = _Reader(Framework.load(framework))
    given: set[pathlib.Path] = set()
    for path in [paths] if isinstance(paths, (str, os.PathLike)) else paths:
        name = pathlib.Path(path).name
        whole = pathlib.Path(path).resolve()
        if whole in given:
            reader.refuse("form.twice", name, "同一文件给出了两次", "the file is given twice")
            continue
        given.add(whole)
        try:
            book = openpyxl.load_workbook(path)
        except OSError:
            raise
        except Exception as error:  # of zip files and XML that are none; openpyxl has no exception of its own
            reader.refuse("form.unreadable", name, "无法作为 Excel 文件读取", f"is no Excel file: {error}")
            continue
        try:
            reader.read(name, book)
        finally:
            book.close()
    return reader.forms()


class _Reader:
    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.issues: list[Issue] = []
        self.tables: dict[str, dict[str, list[Any]]] = {}
        self.keys: dict[tuple[str, tuple[Any, ...]], str] = {}
        known = framework.to_dict()
        self.indicators = {
            indicator["id"]: {part["id"] for part in indicator.get("components", [])} for indicator in known["indicators"]
        }
        self.known_tables = {"entries", *(table["id"] for table in known["tables"])}

    def refuse(self, code: str, place: str, zh: str, en: str, **more: Any) -> None:
        self.issues.append(Issue(code, place, zh, en, **more))

    def forms(self) -> Forms:
        if self.issues:
            raise DataError(self.issues)
        entries = self.tables.pop("entries", None)
        return Forms(self.tables, entries)

    # ---- workbook ----------------------------------------------------------------------------------------

    def read(self, file: str, book: Any) -> None:
        if FORM_SHEET not in book.sheetnames:
            self.refuse("form.foreign", file, "不是本程序生成的填报表", "is no collection form")
            return
        hidden = list(book[FORM_SHEET].iter_rows(values_only=True))
        facts = {str(row[0]): row[1] for row in hidden if len(row) > 1 and row[0] != "sheet"}
        if facts.get("fingerprint") != self.framework.fingerprint:
            self.refuse(
                "form.other_framework",
                file,
                f"填报表属于体系 {facts.get('framework')} {facts.get('version')}，不是 {self.framework.id} {self.framework.version}",
                f"is a form of {facts.get('framework')} {facts.get('version')}, not of {self.framework.id} "
                f"{self.framework.version}",
                found=str(facts.get("fingerprint")),
                expected=self.framework.fingerprint,
            )
            return
        told = [row[1:3] for row in hidden if len(row) > FIRST_UNITS_COLUMN and row[0] == "sheet"]
        if not told or any(table not in self.known_tables for _, table in told):
            self.refuse("form.damaged", f"{file}/{FORM_SHEET}", "隐藏工作表已损坏", "the hidden sheet is damaged")
            return
        for index, (name, table) in enumerate(told, FIRST_UNITS_COLUMN):
            if name not in book.sheetnames:
                self.refuse("form.no_sheet", f"{file}/{name}", "工作表不见了", "the sheet is gone")
                continue
            columns = entry_columns() if table == "entries" else survey_columns(self.framework, table, "zh")
            units = {str(row[index]) for row in hidden if len(row) > index and row[index] is not None}
            self.read_sheet(f"{file}/{name}", book[name], str(table), columns, units)

    def read_sheet(
        self, place: str, page: Worksheet, table: str, columns: Sequence[FormColumn], units: set[str]
    ) -> None:
        ids = [cell.value for cell in page[FIRST_ROW - 1]][: len(columns)]
        expected = [column.id for column in columns]
        extra = [cell.value for cell in page[FIRST_ROW - 1]][len(columns) :]
        if ids != expected or any(value is not None for value in extra):
            self.refuse(
                "form.headings", f"{place}/{FIRST_ROW - 1}", "第二行的字段代码被改动", "the codes in row 2 were changed",
                found=", ".join(str(value) for value in [*ids, *extra]), expected=", ".join(expected),
            )  # fmt: skip
            return
        for merged in page.merged_cells.ranges:
            self.refuse("form.merged", f"{place}/{merged.coord}", "含有合并单元格", "there are merged cells")
        for cells in page.iter_rows(min_row=FIRST_ROW, min_col=len(columns) + 1):
            for cell in cells:
                if cell.value is not None:
                    self.refuse(
                        "form.beside", f"{place}/{cell.coordinate}", "各列之外另有内容，不会被读取",
                        "is beside the columns, where nothing is read", found=str(cell.value),
                    )  # fmt: skip
        kept = [column for column in columns if table != "entries" or column.id in _ENTRY_KEPT]
        into = self.tables.setdefault(table, {column.id: [] for column in kept})
        for cells in page.iter_rows(min_row=FIRST_ROW, max_col=len(columns)):
            asked = [
                cell
                for cell, column in zip(cells, columns, strict=True)
                if cell.value is not None and (table != "entries" or column.id in _ENTRY_FILLED_IN)
            ]
            if not asked:
                continue
            row = {
                column.id: self.value(place, cell, column)
                for cell, column in zip(cells, columns, strict=True)
                if column in kept
            }
            self.check_row(place, cells, columns, table, row, units)
            for name, values in into.items():
                values.append(row[name])

    # ---- cells -------------------------------------------------------------------------------------------

    def value(self, place: str, cell: Cell, column: FormColumn) -> Any:
        value = cell.value
        if value is None:
            return None
        where = f"{place}/{cell.coordinate}"
        said = {"found": str(value)}
        if cell.data_type == "f":
            self.refuse("form.formula", where, "此处为公式，请填数值", "is a formula; a value is due", **said)
        elif cell.data_type == "e":
            self.refuse("form.error", where, f"此处为错误值 {value}", f"is the error {value}", **said)
        elif isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
            if column.id == "date" and isinstance(value, datetime.datetime) and value.time() == datetime.time():
                return value.date().isoformat()
            self.refuse("form.date", where, "此处为日期", f"is a date; a {column.type} is due", **said)
        elif column.type == "boolean":
            return self.truth(where, value, column)
        elif column.type == "number":
            return self.number(where, value, column)
        elif not isinstance(value, str):
            self.refuse(
                "form.not_text", where, f"“{column.id}”须为文本，此处为数值 {value}（编号请设为文本格式，保留前导零）",
                f"{column.id} is text, and here is the number {value} (format ids as text, with leading zeros)", **said,
            )  # fmt: skip
        elif column.values and value not in column.values:
            nearest = difflib.get_close_matches(value, column.values, 1, 0.3)
            self.refuse(
                "form.not_in_list", where, f"“{value}”不在选项之中", f"{value!r} is not in the list",
                nearest=nearest[0] if nearest else "", expected=", ".join(column.values), **said,
            )  # fmt: skip
        else:
            return value
        return None

    def truth(self, where: str, value: object, column: FormColumn) -> bool | None:
        if isinstance(value, bool):
            return value
        if value in _TRUE or value in _FALSE:
            return value in _TRUE
        self.refuse(
            "form.not_boolean", where, f"“{value}”应为“是”或“否”", f"{value!r} is neither yes nor no", found=str(value),
            expected="是, 否, yes, no",
        )  # fmt: skip
        return None

    def number(self, where: str, value: object, column: FormColumn) -> float | int | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            percent = isinstance(value, str) and value.strip().endswith(("%", "％"))
            self.refuse(
                "form.not_number", where,
                f"“{value}”不是数值" + ("：请只填数字，单位见列名" if percent else ""),
                f"{value!r} is no number" + (": the number alone, in the measure of the heading" if percent else ""),
                found=str(value),
            )  # fmt: skip
            return None
        if column.minimum is not None and value < column.minimum:
            self.refuse(
                "form.below_minimum", where, f"{value} 小于下限 {column.minimum:g}", f"{value} is below {column.minimum:g}",
                found=str(value), expected=f">= {column.minimum:g}",
            )  # fmt: skip
        if column.maximum is not None and value > column.maximum:
            self.refuse(
                "form.above_maximum", where, f"{value} 大于上限 {column.maximum:g}", f"{value} is above {column.maximum:g}",
                found=str(value), expected=f"<= {column.maximum:g}",
            )  # fmt: skip
        return value

    # ---- rows --------------------------------------------------------------------------------------------

    def check_row(
        self,
        place: str,
        cells: Sequence[Cell],
        columns: Sequence[FormColumn],
        table: str,
        row: dict[str, Any],
        units: set[str],
    ) -> None:
        key = []
        complete = True
        for cell, column in zip(cells, columns, strict=True):
            if not (column.is_unit or column.is_key):
                continue
            where = f"{place}/{cell.coordinate}"
            if cell.value is None:
                complete = False
                self.refuse("form.missing", where, f"“{column.id}”必须填写", f"{column.id} has to be filled in")
            elif row[column.id] is None:
                complete = False  # what is wrong with it was told
            elif column.is_unit and row[column.id] not in units:
                complete = False
                nearest = difflib.get_close_matches(str(row[column.id]), units, 1, 0.3)
                self.refuse(
                    "form.unknown_unit", where, f"填报表中没有单元“{row[column.id]}”",
                    f"the form has no unit {row[column.id]!r}", nearest=nearest[0] if nearest else "",
                    found=str(row[column.id]),
                )  # fmt: skip
            key.append(row[column.id])
        if table == "entries":
            complete = self.check_entry(place, cells, columns, row) and complete
            key.append(row["component"])
        elif not any(column.is_key for column in columns):
            return  # a table without a key may have equal rows
        if not complete:
            return
        here = f"{place}/{cells[0].row}"
        there = self.keys.get((table, tuple(key)))
        if there is None:
            self.keys[table, tuple(key)] = here
        else:
            shown = ", ".join(str(part) for part in key if part is not None)
            self.refuse("form.repeated", here, f"{shown} 已在 {there} 填报", f"{shown} is at {there} already", found=shown)

    def check_entry(
        self, place: str, cells: Sequence[Cell], columns: Sequence[FormColumn], row: dict[str, Any]
    ) -> bool:
        """Whether the framework has the indicator and its component."""
        at = {column.id: f"{place}/{cell.coordinate}" for cell, column in zip(cells, columns, strict=True)}
        indicator, component = row["indicator"], row["component"]
        if indicator is None:
            return False
        if indicator not in self.indicators:
            nearest = difflib.get_close_matches(indicator, self.indicators, 1, 0.3)
            self.refuse(
                "form.unknown_indicator", at["indicator"], f"体系中没有指标“{indicator}”",
                f"the framework has no indicator {indicator!r}", nearest=nearest[0] if nearest else "", found=indicator,
            )  # fmt: skip
            return False
        if component is not None and component not in self.indicators[indicator]:
            self.refuse(
                "form.unknown_component", at["component"], f"指标 {indicator} 没有分量“{component}”",
                f"indicator {indicator} has no component {component!r}", found=component,
            )  # fmt: skip
            return False
        return True
