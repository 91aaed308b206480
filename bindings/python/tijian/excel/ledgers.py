"""The workbook of an assessment: ledgers, lists, indicator table with its sources (口径), data checks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tijian.assessment import Assessment
from tijian.excel.headings import LEDGER_SHEETS, heading, sheet, word
from tijian.excel.workbook import HEADING, Workbook

__all__ = ["write_assessment"]

# What a reader of the list needs; ids and what the ledgers show anyway are left to the other forms.
_PROBLEM_LIST = (
    "row", "unit_name", "dimension_name", "aspect_name", "indicator", "indicator_name", "item_name", "value", "measure",
    "target", "share", "count", "rows", "sentence", "split", "objects", "severity", "difficulty", "time_class", "survey",
    "grade", "analysis", "advice", "department", "note",
)  # fmt: skip
_REMEDIATION = (
    "row", "dimension_name", "indicator_name", "value", "measure", "sentence", "advice", "area", "time_class",
    "department", "severity", "due", "problems", "indicator",
)  # fmt: skip
_INDICATORS = (
    "indicator", "indicator_name", "dimension_name", "kind", "unit_name", "component", "value", "measure", "target",
    "verdict", "severity", "time_class", "coverage", "formula", "conditions", "table", "source_type",
    "source_department", "document", "evidence", "target_source", "note",
)  # fmt: skip


def write_assessment(assessment: Assessment, path: str | os.PathLike[str]) -> None:
    """Write an assessment as one workbook, in its language.

    Sheets: a summary, the ledger of each dimension, the problem list, the remediation list, the indicator table with
    formula, conditions and sources (of the units of each indicator's highest level), and the data checks. Numbers are
    numbers, shown with the indicator's decimals; ids and all other texts are text, and no cell is a formula. What is
    null is an empty cell. The file is written whole or not at all. Raises ImportError without XlsxWriter, and OSError.
    """
    with Workbook(path, assessment.language) as book:
        _Report(assessment, book).write()


class _Report:
    def __init__(self, assessment: Assessment, book: Workbook) -> None:
        self.assessment = assessment
        self.book = book
        self.language = assessment.language
        self.document = assessment.framework.to_dict()
        self.indicators: dict[str, dict[str, Any]] = {
            indicator["id"]: indicator for indicator in self.document["indicators"]
        }
        self.severities = [self.named(severity) for severity in self.document["severities"]]

    def named(self, thing: Mapping[str, Any]) -> str:
        return self.text(thing.get("name")) or str(thing["id"])

    def text(self, text: object) -> str:
        """A text of the document in the language, or in the other one."""
        if isinstance(text, Mapping):
            return str(text.get(self.language) or next(iter(text.values()), ""))
        return "" if text is None else str(text)

    def names(self, list_name: str) -> dict[str, str]:
        return {thing["id"]: self.named(thing) for thing in self.document.get(list_name, [])}

    def number_format(self, indicator: str | None) -> str | None:
        decimals = self.indicators.get(indicator or "", {}).get("decimals")
        if decimals is None:
            return None
        return "0" if decimals == 0 else "0." + "0" * int(decimals)

    def write(self) -> None:
        front = self.book.sheet(sheet("summary", self.language))
        told = []
        for name in self.assessment.tables:
            if name.startswith("ledger:"):
                told += self.ledger(name)
        told += self.list_of("problem_list", _PROBLEM_LIST)
        told += self.list_of("remediation", _REMEDIATION)
        told += self.indicator_table()
        told += self.list_of("checks", tuple(self.assessment["checks"].column_names))
        self.summary(front, told)

    def ledger(self, name: str) -> list[tuple[str, int]]:
        table = self.assessment[name]
        dimension = name.partition(":")[2]
        title = LEDGER_SHEETS[0 if self.language == "zh" else 1].format(name=self.names("dimensions")[dimension])
        columns = table.column_names
        # A ledger's rows are those of the problem list of its dimension, which knows the indicator of each.
        listed = [row for row in self.assessment["problem_list"].to_dicts() if row["dimension"] == dimension]
        rows = table.to_dicts()
        indicators = [row["indicator"] for row in listed] if len(listed) == len(rows) else [None] * len(rows)
        fields = self.fields(dimension)
        shown = [
            ["0.0%" if field == "share" else self.number_format(indicator) if field == "value" else None for field in fields]
            for indicator in indicators
        ]
        found = [
            index
            for index, column in enumerate(columns)
            if rows and {row[column] for row in rows if row[column]} <= set(self.severities)
            and any(row[column] for row in rows)
        ]
        return self.book.table(
            title,
            columns,
            [list(row.values()) for row in rows],
            row_formats=shown,
            severity_column=found[0] if found else None,
            severities=self.severities,
        )

    def fields(self, dimension: str) -> list[str]:
        """What each column of a ledger shows."""
        ledger = next(ledger for ledger in self.document["ledgers"] if ledger["dimension"] == dimension)
        return [column["field"] for column in ledger["columns"]]

    def list_of(self, name: str, columns: tuple[str, ...]) -> list[tuple[str, int]]:
        rows = self.assessment[name].to_dicts()
        shown = [
            [
                self.number_format(row.get("indicator")) if column == "value" else "0.0%" if column == "share" else None
                for column in columns
            ]
            for row in rows
        ]
        return self.book.table(
            sheet(name, self.language),
            [heading(column, self.language) for column in columns],
            [[row[column] for column in columns] for row in rows],
            row_formats=shown,
            severity_column=columns.index("severity") if "severity" in columns else None,
            severities=self.severities,
        )

    # ---- indicator table ---------------------------------------------------------------------------------

    def indicator_table(self) -> list[tuple[str, int]]:
        rows = list(self.indicator_rows())
        value = _INDICATORS.index("value")
        coverage = _INDICATORS.index("coverage")
        shown: list[list[str | None]] = []
        for row in rows:
            formats: list[str | None] = [None] * len(_INDICATORS)
            formats[value] = self.number_format(str(row[0]))
            formats[coverage] = "0.0%"
            shown.append(formats)
        return self.book.table(
            sheet("indicators", self.language),
            [heading(column, self.language) for column in _INDICATORS],
            rows,
            row_formats=shown,
            severity_column=_INDICATORS.index("severity"),
            severities=self.severities,
        )

    def indicator_rows(self) -> Iterator[list[object]]:
        levels = [level["id"] for level in self.document["levels"]]
        names = {
            name: self.names(name) for name in ("dimensions", "departments", "severities", "time_classes")
        }
        verdicts: dict[tuple[str, str, str | None], dict[str, Any]] = {
            (row["unit"], row["indicator"], row["component"]): row for row in self.assessment.verdicts.to_dicts()
        }
        highest: dict[str, int] = {}
        values = self.assessment["values"].to_dicts()
        for row in values:
            rank = levels.index(row["level"])
            highest[row["indicator"]] = max(rank, highest.get(row["indicator"], -1))
        by_indicator: dict[str, list[dict[str, Any]]] = {}
        for row in values:
            if levels.index(row["level"]) == highest[row["indicator"]]:
                by_indicator.setdefault(row["indicator"], []).append(row)
        for indicator in self.document["indicators"]:
            parts = {part["id"]: part for part in indicator.get("components", [])}
            for row in by_indicator.get(indicator["id"], []):
                part = parts.get(row["component"], {})
                verdict = verdicts[(row["unit"], row["indicator"], row["component"])]
                source = indicator.get("source", {})
                yield [
                    indicator["id"],
                    self.named(indicator),
                    names["dimensions"][indicator["dimension"]],
                    word(indicator["kind"], self.language),
                    row["unit_name"] or row["unit"],
                    self.named(part) if part else None,
                    row["value"],
                    row["measure"],
                    verdict["target"],
                    word(verdict["verdict"], self.language),
                    names["severities"].get(verdict["severity"] or ""),
                    names["time_classes"].get(verdict["time_class"] or ""),
                    row["coverage"],
                    part.get("formula", indicator.get("formula")),
                    self.conditions(part or indicator),
                    indicator.get("table"),
                    word(source["type"], self.language) if "type" in source else None,
                    names["departments"].get(source.get("department", "")),
                    source.get("document"),
                    row["evidence"],
                    self.target_source(part or indicator, verdict),
                    self.text(indicator.get("note")) or None,
                ]

    def conditions(self, of: Mapping[str, Any]) -> str | None:
        lines = [
            f"{self.named(item)}：{item.get('when') or item.get('formula') or ''}" for item in of.get("items", [])
        ]
        return "\n".join(lines) or None

    def target_source(self, of: Mapping[str, Any], verdict: Mapping[str, Any]) -> str | None:
        sources = [
            str(target["source"])
            for target in of.get("targets", [])
            if target.get("source") and target.get("basis") in (verdict["basis"], None)
        ]
        return "；".join(dict.fromkeys(sources)) or None

    # ---- front page --------------------------------------------------------------------------------------

    def summary(self, front: Any, told: list[tuple[str, int]]) -> None:
        framework = self.assessment.framework
        problems = self.assessment.problems
        source = problems.source
        write = self.book.write
        write(front, 0, 0, self.text(self.document["name"]), bold=True, font_size=14)
        facts: list[tuple[str, object]] = [
            ("framework", framework.id),
            ("version", framework.version),
            ("year", self.assessment.year),
            ("fingerprint", framework.fingerprint),
            ("library", f"tijian {source.library}"),
            ("units", len(self.assessment.units)),
            ("problems", len(problems)),
            ("checks", len(self.assessment.checks)),
        ]
        row = 2
        for name, value in facts:
            write(front, row, 0, word(name, self.language), bold=True)
            write(front, row, 1, value, align="left")
            row += 1
        row += 1
        row = self.counts(front, row, problems.to_dict())
        row += 1
        write(front, row, 0, word("sheet", self.language), **HEADING)
        write(front, row, 1, word("rows", self.language), **HEADING)
        for name, count in told:
            row += 1
            write(front, row, 0, name)
            write(front, row, 1, count, align="left")
        front.set_column(0, 0, 26)
        front.set_column(1, 1, 14)
        front.set_paper(9)
        front.fit_to_pages(1, 0)
        front.set_column(2, 8, 12)

    def counts(self, front: Any, row: int, problems: dict[str, list[Any]]) -> int:
        """Problems by dimension and severity."""
        pairs = Counter(zip(problems["dimension"], problems["severity"], strict=True))
        severities = [*self.names("severities").items()]
        if any(severity is None for _, severity in pairs):
            severities.append(("", word("none", self.language)))
        heads = [heading("dimension_name", self.language), *(name for _, name in severities), word("total", self.language)]
        for column, text in enumerate(heads):
            self.book.write(front, row, column, text, **HEADING)
        for dimension, name in self.names("dimensions").items():
            row += 1
            numbers = [pairs[(dimension, severity or None)] for severity, _ in severities]
            for column, value in enumerate([name, *numbers, sum(numbers)]):
                self.book.write(front, row, column, value)
        return row + 1
