"""A small city that several tests assess, and how code is run in a process of its own."""

from __future__ import annotations

import copy
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

import tijian

STREETS: dict[str, Any] = {
    "tijian": 1,
    "id": "streets",
    "version": "1",
    "year": 2025,
    "name": {"zh": "街道示例", "en": "Streets"},
    "dimensions": [
        {"id": "community", "name": {"zh": "小区（社区）", "en": "Community"}},
        {"id": "city", "name": {"zh": "城区（城市）", "en": "City"}},
    ],
    "levels": [
        {"id": "community", "dimension": "community"},
        {
            "id": "city",
            "dimension": "city",
            "attributes": [
                {"id": "city_class", "type": "text", "values": ["large", "small"]},
                {"id": "has_rail", "type": "boolean"},
                {"id": "built_km2", "type": "number", "measure": "km²"},
            ],
        },
    ],
    "departments": [
        {"id": "gas", "name": {"zh": "燃气主管部门", "en": "Gas"}},
        {"id": "housing", "name": {"zh": "住建局", "en": "Housing"}},
    ],
    "aspects": [{"id": "safety", "dimension": "community", "name": {"zh": "安全耐久", "en": "Safety"}}],
    "tables": [
        {
            "id": "buildings",
            "level": "community",
            "unit": "community",
            "key": "building",
            "columns": [
                {"id": "area", "type": "number", "measure": "m²"},
                {"id": "floors", "type": "number", "measure": "层", "min": 0, "max": 200},
                {"id": "lift", "type": "boolean"},
                {"id": "owner", "type": "text"},
                {"id": "built", "type": "text"},
                {"id": "structure", "type": "text"},
            ],
        }
    ],
    "ledgers": [
        {
            "dimension": "community",
            "columns": [
                {"name": {"zh": "指标", "en": "Indicator"}, "field": "indicator_name"},
                {"name": {"zh": "数值", "en": "Value"}, "field": "value"},
                {"name": {"zh": "问题", "en": "Problem"}, "field": "sentence"},
            ],
        }
    ],
    "indicators": [
        {
            "id": "C01",
            "name": {"zh": "存在安全隐患的住宅数量", "en": "Unsafe buildings"},
            "dimension": "community",
            "aspect": "safety",
            "kind": "floor",
            "measure": "栋",
            "decimals": 0,
            "table": "buildings",
            "department": "housing",
            "items": [
                {"id": "C01.1", "name": {"zh": "无电梯"}, "when": "floors >= 7 and not lift", "severity": "serious"},
                {"id": "C01.2", "name": {"zh": "砖木"}, "when": "structure = '砖木' and built < '2000-01-01'",
                 "severity": "critical", "time_class": "time_limited", "department": "gas"},
                {"id": "C01.3", "name": {"zh": "面积过小"}, "when": "area < 40 and owner <> ''"},
            ],
            "targets": [{"op": "<=", "value": 0, "basis": "national", "source": "手册"}],
            "gap_base": "count(*)",
        },
        {
            "id": "C02",
            "name": {"zh": "有电梯面积占比", "en": "Area with a lift"},
            "dimension": "community",
            "aspect": "safety",
            "kind": "guiding",
            "measure": "%",
            "decimals": 2,
            "table": "buildings",
            "formula": "100 * sum(area) filter (where lift) / nullif(sum(area), 0)",
            "targets": [{"op": ">=", "value": 70, "basis": "local"}],
        },
        {
            "id": "C03",
            "name": {"zh": "平均层数", "en": "Floors"},
            "dimension": "community",
            "kind": "fact",
            "measure": "层",
            "table": "buildings",
            "formula": "avg(floors)",
        },
        {
            "id": "U01",
            "name": {"zh": "道路密度", "en": "Roads"},
            "dimension": "city",
            "kind": "guiding",
            "measure": "km/km²",
            "decimals": 1,
            "levels": ["city"],
            "applies_when": "has_rail",
            "targets": [{"op": ">=", "value": 8, "basis": "national", "where": "city_class = 'large'"}],
        },
    ],
}  # fmt: skip

UNITS: dict[str, list[Any]] = {
    "id": ["江城", "南湖", "北山", "east", "empty"],
    "level": ["city", "community", "community", "community", "community"],
    "parent": [None, "江城", "江城", "江城", "江城"],
    "name": ["江城市", "南湖社区", "北山社区", "East", None],
    "city_class": ["large", None, None, None, None],
    "has_rail": [True, None, None, None, None],
    "built_km2": [12.5, None, None, None, None],
}

ENTRIES: dict[str, list[Any]] = {"unit": ["江城"], "indicator": ["U01"], "value": [6.4], "source": ["年鉴"]}

#: A framework with nothing but numbers, whose unit column costs one byte a row.
NUMBERS: dict[str, Any] = {
    "tijian": 1,
    "id": "numbers",
    "version": "1",
    "year": 2025,
    "name": {"en": "Numbers"},
    "dimensions": [{"id": "city", "name": {"en": "City"}}],
    "levels": [{"id": "city", "dimension": "city"}],
    "tables": [
        {"id": "rows", "level": "city", "unit": "city", "columns": [{"id": f"x{i}", "type": "number"} for i in range(10)]}
    ],
    "indicators": [
        {"id": "ALL", "name": {"en": "All"}, "dimension": "city", "kind": "fact", "measure": "1", "table": "rows",
         "formula": " + ".join(f"sum(x{i})" for i in range(10))}
    ],
}  # fmt: skip


def buildings(*, nulls: bool = True, rows: int = 97) -> dict[str, list[Any]]:
    """A table of buildings with columns of every type. All numbers fit half precision and two decimals."""
    import datetime

    owners = ["", "张三", "O'Brien \"Q\"", "🏠 long enough not to lie inline", "a,b\nc", "=1+1"]

    def null(row: int, step: int, value: Any) -> Any:
        return None if nulls and row % step == 3 else value

    row = range(rows)
    return {
        "community": [("南湖", "北山", "east")[i // 4 % 3] for i in row],
        "building": [f"b{i:03d}" for i in row],
        "area": [null(i, 11, 12.5 * (i * 7 % 40)) for i in row],
        "floors": [null(i, 7, i * 5 % 31) for i in row],
        "lift": [null(i, 13, i % 5 < 2) for i in row],
        "owner": [null(i, 9, owners[i % len(owners)]) for i in row],
        "built": [null(i, 8, datetime.date(1950 + i * 11 % 60, 1 + i % 2, 28)) for i in row],
        "structure": [null(i, 12, ("砖木", "钢混", "brick")[i % 3]) for i in row],
    }


def changed(document: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A copy of a document, with other values for some of its keys."""
    return {**copy.deepcopy(document), **keys}


def run_python(code: str, *arguments: str, timeout: float = 120, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, which sees the same packages and these tests."""
    here = str(pathlib.Path(__file__).parent)
    path = os.pathsep.join([here, *filter(None, sys.path)])
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


@pytest.fixture(scope="session")
def streets() -> tijian.Framework:
    return tijian.Framework.load(STREETS)


@pytest.fixture(scope="session")
def units() -> tijian.Units:
    return tijian.Units(UNITS)


@pytest.fixture(scope="session")
def result(streets: tijian.Framework, units: tijian.Units) -> tijian.Assessment:
    return tijian.assess(streets, units=units, tables={"buildings": buildings()}, entries=ENTRIES)
