"""Excel in and out: collection forms of a framework, and the ledgers of an assessment.

Needs ``pip install tijian[excel]`` (XlsxWriter to write, openpyxl to read).
"""

from tijian.excel.forms import write_forms
from tijian.excel.ledgers import write_assessment
from tijian.excel.read_forms import Forms, read_forms

__all__ = ["Forms", "read_forms", "write_assessment", "write_forms"]
