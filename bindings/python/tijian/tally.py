"""Tally: survey rows added up, batch by batch and machine by machine."""

from __future__ import annotations

from typing import Any, Literal

from tijian import _core
from tijian.assessment import Assessment, assess_arguments, checked_threads
from tijian.frames import Frame, pieces, row_count
from tijian.framework import Framework, FrameworkSource
from tijian.progress import Progress, reporter
from tijian.units import Units

__all__ = ["Tally"]


class Tally:
    """What has been added up of survey tables (汇总), exactly: order, batches and threads change no bit.

    Tallies of parts merge to the tally of the whole. ``bytes(tally)`` saves it, :meth:`load` and pickling bring it
    back. A tally that a call is changing refuses others meanwhile with RuntimeError.
    """

    __slots__ = ("_core", "framework")

    #: The framework that says what is added up.
    framework: Framework

    def __init__(self, framework: FrameworkSource) -> None:
        self.framework = Framework.load(framework)
        self._core = _core.Tally(self.framework._plan)

    @classmethod
    def load(cls, data: bytes, framework: FrameworkSource) -> Tally:
        """Read what ``bytes(tally)`` gave. Raises :class:`DataError` for bytes that are damaged, foreign, of a newer
        version, or of a framework that adds up otherwise."""
        tally = object.__new__(cls)
        tally.framework = Framework.load(framework)
        tally._core = _core.Tally.load(tally.framework._plan, bytes(data))
        return tally

    def add(self, table: str, frame: Frame, *, threads: int = 1, progress: Progress = None) -> None:
        """Add the rows of a frame, or of an iterator of frames, to a survey table.

        All of them or, where anything is refused, none: then :class:`DataError` names column and row, and nothing
        has changed. Nothing of the frame is kept.
        """
        wanted = self.framework._plan.survey_columns(table, False)
        with reporter(progress) as report:
            self._core.add(
                table, pieces(frame, wanted, table), checked_threads(threads), row_count(frame, wanted), report
            )

    def merge(self, other: Tally) -> None:
        """Add all that another tally has seen. Raises :class:`DataError` where it is of another framework."""
        self._core.merge(other._core)

    @property
    def digest(self) -> str:
        """A SHA-256 that is equal for the same rows in any order, split and number of threads."""
        return self._core.digest()

    def assess(
        self,
        units: Units | Frame,
        *,
        entries: Frame | None = None,
        previous: Assessment | None = None,
        previous_problems: Frame | None = None,
        year: int | None = None,
        threads: int = 1,
        unknown_units: Literal["refuse", "report"] = "refuse",
        language: Literal["zh", "en"] = "zh",
        progress: Progress = None,
    ) -> Assessment:
        """The result of what was added so far, as :func:`tijian.assess` gives it, any number of times.

        Single objects are not kept in a tally: their rows come from :func:`tijian.screen`.
        """
        built = (units if isinstance(units, Units) else Units(units))._for(self.framework)
        arguments = assess_arguments(
            self.framework, entries, previous, previous_problems, year, threads, 0, unknown_units, language
        )
        with reporter(progress) as report:
            arguments.progress = report
            return Assessment._of(self._core.assess(built, arguments))

    def __bytes__(self) -> bytes:
        return self._core.save()

    def __reduce__(self) -> tuple[Any, tuple[bytes, Framework]]:
        return Tally.load, (bytes(self), self.framework)

    def __repr__(self) -> str:
        return f"<tijian.Tally {self.framework.id} {self.framework.version}>"
