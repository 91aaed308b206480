"""tijian (体检): urban health-check indicators, from survey tables to verdicts and problem ledgers.

>>> import tijian
>>> tijian.Framework.load("mohurd-2025").year
2025
"""

from tijian._core import library_version as __version__
from tijian.assessment import Assessment, AssessmentTable, assess
from tijian.errors import Cancelled, DataError, FrameworkError, Issue
from tijian.framework import Framework
from tijian.screened import Screened, screen
from tijian.table import Table
from tijian.tally import Tally
from tijian.units import Units

__all__ = [
    "Assessment",
    "AssessmentTable",
    "Cancelled",
    "DataError",
    "Framework",
    "FrameworkError",
    "Issue",
    "Screened",
    "Table",
    "Tally",
    "Units",
    "__version__",
    "assess",
    "screen",
]
