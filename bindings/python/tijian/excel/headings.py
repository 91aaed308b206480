"""What stands at the head of a column or on a sheet's tab, in both languages."""

from __future__ import annotations

from typing import Final

__all__ = ["LEDGER_SHEETS", "SHEETS", "heading", "word"]

# Column of a result table -> Chinese and English. The Chinese ones are the handbook's where it has them.
_HEADINGS: Final = {
    "row": ("序号", "No."),
    "unit": ("单元编号", "Unit"),
    "unit_name": ("单元", "Unit name"),
    "level": ("层级", "Level"),
    "dimension": ("维度编号", "Dimension"),
    "dimension_name": ("维度", "Dimension name"),
    "aspect": ("方面编号", "Aspect"),
    "aspect_name": ("方面", "Aspect name"),
    "indicator": ("指标编号", "Indicator"),
    "indicator_name": ("指标项", "Indicator name"),
    "component": ("分量", "Component"),
    "item": ("检查内容编号", "Item"),
    "item_name": ("检查内容", "Item name"),
    "object": ("对象", "Object"),
    "value": ("指标结果", "Value"),
    "measure": ("单位", "Measure"),
    "target": ("标准", "Target"),
    "share": ("占比", "Share"),
    "count": ("问题数量", "Count"),
    "rows": ("调查数量", "Rows"),
    "sentence": ("存在问题", "Problem"),
    "split": ("问题分布", "Where"),
    "objects": ("涉及对象", "Objects"),
    "severity": ("问题程度", "Severity"),
    "difficulty": ("治理难度", "Difficulty"),
    "time_class": ("整治类型", "Time class"),
    "group:not_built": ("配建情况", "Not built"),
    "group:undersized": ("用地/场地/建筑规模不足", "Undersized"),
    "group:incomplete": ("功能不完善", "Incomplete"),
    "group:other": ("其他问题", "Other problems"),
    "survey": ("居民问卷指标及评价结果", "Survey"),
    "grade": ("评价", "Grade"),
    "analysis": ("问题分析", "Analysis"),
    "advice": ("整治建议", "Advice"),
    "area": ("整治区域", "Area"),
    "department": ("责任单位", "Department"),
    "due": ("完成年限", "Due"),
    "problems": ("问题数", "Problems"),
    "note": ("备注", "Note"),
    "origin": ("数值来源", "Origin"),
    "table": ("数据表", "Table"),
    "check": ("检查", "Check"),
    "effect": ("处理", "Effect"),
    "message": ("说明", "Message"),
    # Of the indicator table.
    "kind": ("类型", "Kind"),
    "verdict": ("判定", "Verdict"),
    "coverage": ("覆盖率", "Coverage"),
    "formula": ("计算公式", "Formula"),
    "conditions": ("检查内容及条件", "Items and conditions"),
    "source_type": ("数据获取方式", "How obtained"),
    "source_department": ("数据提供部门", "Supplied by"),
    "document": ("依据", "Document"),
    "evidence": ("证据等级", "Evidence"),
    "target_source": ("标准来源", "Source of the target"),
    # Of collection forms.
    "numerator": ("分子", "Numerator"),
    "denominator": ("分母", "Denominator"),
    "date": ("数据日期", "Date"),
    "source": ("数据出处", "Source"),
    "id": ("编号", "Id"),
    "name": ("名称", "Name"),
}

SHEETS: Final = {
    "summary": ("汇总", "Summary"),
    "problem_list": ("问题清单", "Problem list"),
    "remediation": ("整治建议清单", "Remediation"),
    "indicators": ("指标表", "Indicators"),
    "checks": ("数据检查", "Data checks"),
    "instructions": ("填写说明", "Instructions"),
    "entries": ("指标填报", "Entries"),
    "units": ("单元", "Units"),
}

LEDGER_SHEETS: Final = ("{name}问题台账", "{name} ledger")

# Single words of the two languages that no framework brings.
_WORDS: Final = {
    "floor": ("底线", "floor"),
    "guiding": ("导向", "guiding"),
    "inventory": ("存量", "inventory"),
    "fact": ("事实", "fact"),
    "met": ("达标", "met"),
    "unmet": ("未达标", "unmet"),
    "no_data": ("无数据", "no data"),
    "not_applicable": ("不适用", "not applicable"),
    "no_target": ("无标准", "no target"),
    "statistics": ("统计数据", "statistics"),
    "survey": ("问卷调查", "questionnaire survey"),
    "field_survey": ("实地调查", "field survey"),
    "gis": ("空间分析", "spatial analysis"),
    "remote_sensing": ("遥感", "remote sensing"),
    "department": ("部门数据", "department records"),
    "framework": ("指标体系", "Framework"),
    "version": ("版本", "Version"),
    "year": ("体检年度", "Year"),
    "fingerprint": ("体系指纹", "Fingerprint"),
    "library": ("计算程序", "Library"),
    "units": ("单元数", "Units"),
    "problems": ("问题行数", "Rows of problems"),
    "checks": ("数据检查行数", "Rows of data checks"),
    "by_severity": ("问题程度", "Severity"),
    "none": ("未分级", "none"),
    "total": ("合计", "Total"),
    "sheet": ("工作表", "Sheet"),
    "rows": ("行数", "Rows"),
    "cut": ("…（原文过长，已截断）", "… (the text is longer and was cut)"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
}


def _in(pair: tuple[str, str], language: str) -> str:
    return pair[0] if language == "zh" else pair[1]


def heading(column: str, language: str) -> str:
    """The heading of a column; one that is not known is named as it is."""
    return _in(_HEADINGS.get(column, (column, column)), language)


def word(name: str, language: str) -> str:
    """A word of the language; one that is not known stays as it is."""
    return _in(_WORDS.get(name, (name, name)), language)


def sheet(name: str, language: str) -> str:
    """The name of a sheet."""
    return _in(SHEETS[name], language)
