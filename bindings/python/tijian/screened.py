"""screen: the single objects of a survey table that have a problem or fail a check."""

from __future__ import annotations

from typing import Literal, NamedTuple

from tijian import _core
from tijian.assessment import _name_of, checked_language, checked_threads
from tijian.frames import Frame, pieces, row_count
from tijian.framework import Framework, FrameworkSource
from tijian.progress import Progress, reporter
from tijian.table import Table

__all__ = ["Screened", "screen"]


class Screened(NamedTuple):
    """The rows that have a problem (``problems``), and those that fail a check (``checks``)."""

    problems: Table
    checks: Table


def screen(
    framework: FrameworkSource,
    table: str,
    frame: Frame,
    *,
    threads: int = 1,
    language: Literal["zh", "en"] = "zh",
    progress: Progress = None,
) -> Screened:
    """List the rows of a survey table with a problem, or that fail a check; row by row, without units.

    The result is in the order of the frame, whatever the number of ``threads``. Severities are the items' own, before
    rules. A condition over a missing value holds for no row. Raises :class:`DataError` for columns that are missing or
    of another type.
    """
    rule_book = Framework.load(framework)
    wanted = rule_book._plan.survey_columns(table, True)
    with reporter(progress) as report:
        problems, checks = _core.screen(
            rule_book._plan,
            table,
            pieces(frame, wanted, table),
            checked_language(language),
            checked_threads(threads),
            row_count(frame, wanted),
            report,
        )
    severities = {
        severity["id"]: (rank, _name_of(severity, language))
        for rank, severity in enumerate(rule_book.to_dict()["severities"])
    }
    return Screened(Table(problems, severities), Table(checks))
