"""Assessment: the finished result, and `assess`, which makes it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from tijian import _core
from tijian.frames import Frame, pieces, row_count
from tijian.framework import Framework, FrameworkSource
from tijian.progress import Progress, reporter
from tijian.table import Table, as_list
from tijian.units import Units

if TYPE_CHECKING:
    from tijian._core import Assessment as CoreAssessment

__all__ = ["Assessment", "AssessmentTable", "assess"]


# What rows of a table do not have, and the engine therefore does not look at.
_judgements = ("severity_at_least", "time_class")
_rows_without = {
    **{name: _judgements for name in ("values", "items", "grades", "resources", "comparisons")},
    "checks": (*_judgements, "department"),
}


class AssessmentTable(Table):
    """A table of an assessment, which can be filtered."""

    __slots__ = ("_assessment", "_filter")

    def __init__(self, assessment: Assessment, name: str, wanted: Mapping[str, Any]) -> None:
        super().__init__(assessment._core.table(name, **wanted), assessment._severities)
        self._assessment = assessment
        self._filter = dict(wanted)

    def filter(
        self,
        *,
        units: str | Iterable[str] | None = None,
        level: str | None = None,
        indicators: str | Iterable[str] | None = None,
        severity_at_least: str | None = None,
        time_class: str | None = None,
        department: str | None = None,
    ) -> AssessmentTable:
        """The rows of these units and all beneath them, of this level, of these indicators, and so on.

        What is not given does not filter; an empty list leaves nothing. Raises :class:`DataError` for an id that
        the framework or the units do not have, and ValueError for an empty text, for what the table is filtered by
        already, and for what its rows do not have, such as the severity of values.
        """
        given = {
            "units": as_list(units),
            "level": level,
            "indicators": as_list(indicators),
            "severity_at_least": severity_at_least,
            "time_class": time_class,
            "department": department,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        empty = [name for name, value in wanted.items() if value in ("", [""])]
        if empty:
            raise ValueError(f"{', '.join(empty)}: an empty text names nothing to filter by")
        without = [name for name in wanted if name in _rows_without.get(self.name, ())]
        if without:
            raise ValueError(f"rows of {self.name} have nothing to filter by {', '.join(without)}")
        repeated = [name for name in wanted if name in self._filter]
        if repeated:
            raise ValueError(f"the table is filtered by {', '.join(repeated)} already; filter the whole one anew")
        return AssessmentTable(self._assessment, self.name, {**self._filter, **wanted})


class Assessment:
    """The result (评估结果): values, verdicts, problems and ledgers of every unit. Immutable.

    Tables by name (``result["problems"]``, ``result["ledger:housing"]``) or as attributes (``result.problems``);
    they are made when asked for. ``bytes(result)`` saves it, :meth:`load` and pickling bring it back.
    """

    __slots__ = ("_core", "_severities")
    _core: CoreAssessment
    _severities: dict[str, tuple[int, str]]

    def __init__(self) -> None:
        raise TypeError("assess makes it, or Assessment.load")

    @classmethod
    def _of(cls, core: CoreAssessment) -> Assessment:
        assessment = object.__new__(cls)
        assessment._core = core
        language = core.language
        document = json.loads(core.plan.document())
        assessment._severities = {
            severity["id"]: (rank, _name_of(severity, language))
            for rank, severity in enumerate(document["severities"])
        }
        return assessment

    @classmethod
    def load(cls, data: bytes) -> Assessment:
        """Read what ``bytes(assessment)`` gave. Raises :class:`DataError` for bytes that are damaged, foreign or of
        a newer version."""
        return cls._of(_core.Assessment.load(bytes(data)))

    def __bytes__(self) -> bytes:
        return self._core.save()

    def __reduce__(self) -> tuple[Any, tuple[bytes]]:
        return Assessment.load, (bytes(self),)

    @property
    def year(self) -> int:
        """The year that was assessed."""
        return self._core.year

    @property
    def language(self) -> Literal["zh", "en"]:
        """The language of its texts: ``zh`` or ``en``."""
        return self._core.language

    @property
    def framework(self) -> Framework:
        """The framework it was assessed by."""
        return Framework._of(self._core.plan)

    @property
    def units(self) -> Units:
        """The units, attributes as they counted: inherited and default ones too."""
        return Units(Table(self._core.units()))

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return self._core.tables

    def __getitem__(self, name: str) -> AssessmentTable:
        """A table by name. Raises KeyError for another name."""
        if name not in self.tables:
            raise KeyError(f"{name}: there is {', '.join(self.tables)}")
        return AssessmentTable(self, name, {})

    @property
    def values(self) -> AssessmentTable:
        """The value of every indicator in every unit of its levels, with or without data."""
        return self["values"]

    @property
    def items(self) -> AssessmentTable:
        """The count or value of every item (体检内容)."""
        return self["items"]

    @property
    def verdicts(self) -> AssessmentTable:
        """Every value against its target: verdict, gap, severity, time class."""
        return self["verdicts"]

    @property
    def problems(self) -> AssessmentTable:
        """The problem ledger (问题台账): one row per unit or object and problem."""
        return self["problems"]

    @property
    def grades(self) -> AssessmentTable:
        """Grades of indicators and composite grades of aspects."""
        return self["grades"]

    @property
    def checks(self) -> AssessmentTable:
        """What is wrong with the data."""
        return self["checks"]

    @property
    def problem_list(self) -> AssessmentTable:
        """The problem list (问题清单): the ledger rolled up."""
        return self["problem_list"]

    @property
    def remediation(self) -> AssessmentTable:
        """The remediation list (整治建议清单)."""
        return self["remediation"]

    @property
    def resources(self) -> AssessmentTable:
        """The list of existing resources (存量资源清单)."""
        return self["resources"]

    @property
    def comparisons(self) -> AssessmentTable:
        """Values beside those of peers."""
        return self["comparisons"]

    def explain(self, unit: str, indicator: str) -> dict[str, Any]:
        """How a value came about and what followed: value, formula, counts, coverage, target and its source,
        verdict, severity, rules, framework, and ``sentence`` in both languages; None where something is missing.

        Raises :class:`DataError` where the unit has no such indicator.
        """
        explanation: dict[str, Any] = json.loads(self._core.explain(unit, indicator))
        return explanation

    def to_excel(self, path: str | os.PathLike[str]) -> None:
        """Write ledgers, lists, the indicator table with formula and sources (口径), and data checks as one
        workbook. Ids are text, numbers numbers, and no cell is a formula. Needs ``pip install tijian[excel]``."""
        from tijian.excel import write_assessment

        write_assessment(self, path)

    def __repr__(self) -> str:
        framework = self.framework
        return f"<tijian.Assessment {framework.id} {self.year}: {self._core.problem_count} problems>"

    def _repr_html_(self) -> str:
        return self.problems._repr_html_()


def _name_of(named: Mapping[str, Any], language: str) -> str:
    name = named.get("name")
    if isinstance(name, str):
        return name
    if not name:
        return str(named["id"])
    return str(name.get(language) or next(iter(name.values())))


def assess_arguments(
    framework: Framework,
    entries: Frame | None,
    previous: Assessment | None,
    previous_problems: Frame | None,
    year: int | None,
    threads: int,
    max_objects: int,
    unknown_units: str,
    language: str,
) -> _core.AssessArguments:
    """The options as the engine takes them. Raises ValueError for what is out of range."""
    arguments = _core.AssessArguments()
    if previous is not None and not isinstance(previous, Assessment):
        raise TypeError("previous is an Assessment: Assessment.load reads saved ones")
    if year is not None and not 1 <= year <= 9999:
        raise ValueError(f"year is {year}, not within 1 … 9999")
    if max_objects < 0:
        raise ValueError(f"max_objects is {max_objects}, below 0")
    if unknown_units not in ("refuse", "report"):
        raise ValueError(f"unknown_units is {unknown_units!r}, not 'refuse' or 'report'")
    arguments.language = checked_language(language)
    arguments.threads = checked_threads(threads)
    arguments.year = year or 0
    arguments.max_objects = max_objects
    arguments.report_unknown_units = unknown_units == "report"
    if entries is not None:
        arguments.entries = _small_frame("entries", entries, _core.entry_columns())
    if previous_problems is not None:
        wanted = framework._plan.previous_problem_columns()
        arguments.previous_problems = _small_frame("previous:problems", previous_problems, wanted)
    arguments.previous = None if previous is None else previous._core
    return arguments


def checked_threads(threads: int) -> int:
    if threads < 1:
        raise ValueError(f"threads is {threads}, below 1")
    return threads


def checked_language(language: str) -> str:
    if language not in ("zh", "en"):
        raise ValueError(f"language is {language!r}, not 'zh' or 'en'")
    return language


def _small_frame(name: str, frame: Frame, wanted: list[str]) -> _core.Frame:
    return _core.Frame.read(name, pieces(frame, wanted, name, whole=True), wanted)


def assess(
    framework: FrameworkSource,
    *,
    units: Units | Frame,
    tables: Mapping[str, Frame] | None = None,
    entries: Frame | None = None,
    previous: Assessment | None = None,
    previous_problems: Frame | None = None,
    year: int | None = None,
    threads: int = 1,
    max_objects: int = 1_000_000,
    unknown_units: Literal["refuse", "report"] = "refuse",
    language: Literal["zh", "en"] = "zh",
    progress: Progress = None,
) -> Assessment:
    """Assess a city: from survey tables and reported figures to values, verdicts and problems.

    ``framework`` and ``units`` are what :meth:`Framework.load` and :class:`Units` take. ``tables`` gives the
    survey tables by id, each a frame or an iterator of frames, read batch by batch and never held whole.
    ``entries`` is the long frame of reported values, expert grades and remarks (``unit, indicator, value, …``).
    ``previous`` is last year's result; ``previous_problems`` its ledger with ``status`` filled in. ``year``
    defaults to the framework's. Problems of single objects are listed up to ``max_objects`` rows (0: none), above
    which use :func:`tijian.screen`. Rows of units that are not among ``units`` are refused, or, with
    ``unknown_units="report"``, left out and reported. A value that is missing is unknown: never 0, never met.

    Raises :class:`FrameworkError` or :class:`DataError` with all issues, :class:`Cancelled` where ``progress``
    returns False, KeyboardInterrupt within 200 ms of Ctrl-C.
    """
    if tables is not None and not isinstance(tables, Mapping):
        raise TypeError("tables is a mapping of table ids to frames: {'buildings': frame}")
    rule_book = Framework.load(framework)
    built = (units if isinstance(units, Units) else Units(units))._for(rule_book)
    arguments = assess_arguments(
        rule_book, entries, previous, previous_problems, year, threads, max_objects, unknown_units, language
    )
    given = []
    rows = []
    for name, frame in (tables or {}).items():
        wanted = rule_book._plan.survey_columns(name, max_objects > 0)
        rows.append(row_count(frame, wanted))
        given.append((name, pieces(frame, wanted, name)))
    arguments.total_rows = sum(rows) if all(rows) else 0
    with reporter(progress) as report:
        arguments.progress = report
        return Assessment._of(_core.assess(rule_book._plan, built, given, arguments))
