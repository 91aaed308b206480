"""A workbook that holds values only: no cell is ever a formula or a link, and it is written whole or not at all."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from tijian.excel.headings import word

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["Workbook", "cell_text"]

#: Excel's own limits.
LONGEST_TEXT = 32_767
MOST_ROWS = 1_048_576

_HIGHEST_ROW = 409
_WIDEST_COLUMN = 60

_SEVERITY_COLOURS = ("#FFF3C4", "#FDD49E", "#FDAE6B", "#F4845F")
_BORDER = {"border": 1, "border_color": "#BCCCDC"}
HEADING: dict[str, Any] = {
    "bold": True, "bg_color": "#D9E2EC", "border": 1, "border_color": "#829AB1", "text_wrap": True, "align": "center",
}  # fmt: skip
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def cell_text(text: str, language: str) -> str:
    """What a cell can hold: control characters become visible, and what is too long says that it was cut."""
    text = "".join(
        letter
        if letter in "\n\t" or (letter >= " " and letter not in "\x7f\ufffe\uffff")
        else chr(0x2400 + ord(letter))
        if letter < " "
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for rich text that was made before, and writes it as it is.
        text = "\N{ZERO WIDTH SPACE}" + text
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return text
    cut = word("cut", language)
    units = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - len(cut))]
    return units.decode("utf-16-le", "ignore") + cut


def display_width(text: str) -> int:
    """Columns of a monospaced font: two for each Chinese letter."""
    return max(
        (sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line) for line in text.split("\n")),
        default=0,
    )


def _lines(text: str) -> int:
    """How many lines a text takes in the widest column."""
    return sum(max(1, -(-display_width(line) // (_WIDEST_COLUMN - 4))) for line in text.split("\n"))


class Workbook:
    """Sheets of typed columns. ``with Workbook(path, language) as book: …``; the file appears at the end."""

    def __init__(self, path: str | os.PathLike[str], language: str) -> None:
        try:
            import xlsxwriter
        except ImportError as error:
            raise ImportError("writing Excel needs XlsxWriter: pip install tijian[excel]") from error
        self.language = language
        self._path = os.fspath(path)
        self._beside = f"{self._path}.{os.getpid()}.part"
        self._book = xlsxwriter.Workbook(
            self._beside,
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._names: set[str] = set()

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._close()
                os.replace(self._beside, self._path)
        finally:
            if os.path.exists(self._beside):
                os.unlink(self._beside)

    def _close(self) -> None:
        from xlsxwriter.exceptions import FileCreateError

        try:
            self._book.close()
        except FileCreateError as failed:
            cause = failed.args[0] if failed.args else None
            raise cause if isinstance(cause, OSError) else OSError(str(failed)) from None

    def format(self, **properties: Any) -> Format:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format({"valign": "top", **properties})
        return self._formats[key]

    def sheet(self, name: str, *, hidden: bool = False) -> Worksheet:
        """A new sheet, its name made one that Excel takes and that is not there yet."""
        # Excel takes no apostrophe at either end, and keeps "History" for itself.
        plain = _FORBIDDEN_IN_NAMES.sub("_", name).strip("'")
        kept = plain[:31].rstrip("'") or "_"
        if kept.lower() == "history":
            kept = plain = f"{kept}_"
        number = 1
        while kept.lower() in self._names:
            number += 1
            kept = f"{plain[: 31 - len(f' ({number})')]} ({number})"
        self._names.add(kept.lower())
        sheet = self._book.add_worksheet(kept)
        if hidden:
            sheet.hide()
        return sheet

    def write(self, sheet: Worksheet, row: int, column: int, value: object, **properties: Any) -> None:
        """One cell by the type of its value; None stays empty."""
        style = self.format(**properties) if properties else self.format()
        if value is None:
            if properties:
                sheet.write_blank(row, column, None, style)
        elif isinstance(value, bool):
            sheet.write_string(row, column, word("yes" if value else "no", self.language), style)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, style)
        else:
            # As text whatever it looks like, also to a program that opens the file.
            sheet.write_string(row, column, cell_text(str(value), self.language), self.format(**{"num_format": "@", **properties}))

    def table(
        self,
        name: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        number_formats: Sequence[str | None] | None = None,
        row_formats: Iterable[Sequence[str | None] | None] | None = None,
        severity_column: int | None = None,
        severities: Sequence[str] = (),
    ) -> list[tuple[str, int]]:
        """A sheet with a frozen heading and a filter, continued on further sheets where it is too long.

        Returns the names of the sheets with their numbers of rows. ``row_formats`` gives number formats that differ
        from row to row. Cells of ``severity_column`` are coloured by their place in ``severities``; the word stays.
        """
        told = []
        pending = iter(rows)
        formats = iter(row_formats) if row_formats is not None else None
        more = True
        while more:
            sheet = self.sheet(name)
            widths = [display_width(text) + 2 for text in headings]
            for column, text in enumerate(headings):
                self.write(sheet, 0, column, text, **HEADING)
            count = 0
            more = False
            for values in pending:
                count += 1
                own = next(formats) if formats is not None else None
                for column, value in enumerate(values):
                    shown = (own[column] if own else None) or (number_formats[column] if number_formats else None)
                    properties: dict[str, Any] = {**_BORDER}
                    if isinstance(value, str):
                        properties["text_wrap"] = True
                        widths[column] = max(widths[column], display_width(value) + 2)
                    elif value is not None:
                        widths[column] = max(widths[column], len(f"{value:.6g}") + 2)
                        if shown and not isinstance(value, bool):
                            properties["num_format"] = shown
                    if column == severity_column and value in severities:
                        rank = list(severities).index(str(value))
                        properties["bg_color"] = _SEVERITY_COLOURS[min(rank, len(_SEVERITY_COLOURS) - 1)]
                    self.write(sheet, count, column, value, **properties)
                # Not every program fits the height of a row to its texts.
                lines = max((_lines(value) for value in values if isinstance(value, str)), default=1)
                if lines > 1:
                    sheet.set_row(count, min(15 * lines, _HIGHEST_ROW))
                if count + 1 == MOST_ROWS:
                    more = True
                    break
            sheet.freeze_panes(1, 0)
            if headings:
                sheet.autofilter(0, 0, max(count, 1), len(headings) - 1)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(max(width, 8), _WIDEST_COLUMN))
            sheet.set_landscape()
            sheet.set_paper(8 if sum(min(width, 60) for width in widths) > 180 else 9)  # A3, A4
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            told.append((sheet.get_name(), count))
        return told
