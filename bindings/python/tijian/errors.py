"""What the library raises: every error carries all issues that were found, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Cancelled", "DataError", "FrameworkError", "Issue"]


@dataclass(frozen=True, slots=True)
class Issue:
    """One fault that was found, told in Chinese and English.

    ``code`` is stable for ever. ``place`` is a JSON pointer into a framework (``/indicators/3/formula``), or
    ``table``, ``table/column``, ``table/row`` of data. ``position`` is the 1-based byte inside a formula, else 0.
    ``nearest`` is the nearest known name where one was looked for; ``found`` and ``expected`` are what stood
    there and what would have been right. A ``warning`` is reported, not refused.
    """

    code: str
    place: str
    message_zh: str
    message_en: str
    nearest: str = ""
    position: int = 0
    found: str = ""
    expected: str = ""
    warning: bool = False

    def __str__(self) -> str:
        text = f"{self.place or '/'}: {self.message_en} / {self.message_zh} [{self.code}]"
        return f"{text} – {self.nearest}?" if self.nearest else text


class _IssuesError(ValueError):
    """Joins the issues to the message: one line each, of the first hundred."""

    _shown = 100

    def __init__(self, issues: Iterable[Issue]) -> None:
        self.issues: list[Issue] = list(issues)
        lines = [str(issue) for issue in self.issues[: self._shown]]
        if len(self.issues) > self._shown:
            lines.append(f"… {len(self.issues) - self._shown} more / 另有 {len(self.issues) - self._shown} 条")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[_IssuesError], tuple[list[Issue]]]:
        return type(self), (self.issues,)


class FrameworkError(_IssuesError):
    """The framework document, its references or its formulas are refused; ``issues`` says why and where."""


class DataError(_IssuesError):
    """Units, tables, entries, a filter or saved bytes are refused; ``issues`` says why and where."""


class Cancelled(Exception):
    """The progress function asked to stop by returning False. Nothing was changed."""
