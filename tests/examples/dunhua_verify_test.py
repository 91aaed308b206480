"""verify.py accepts a result that shows exactly the injected faults and refuses any that differs."""

import collections
import subprocess
import sys

import pytest

from example_files import ROOT, read_csv, write_csv

VERIFY = ROOT / "examples/dunhua-2025/verify.py"
PROBLEMS = ("level", "unit", "object", "dimension", "indicator", "item", "severity", "confirmation")
CHECKS = ("table", "unit", "object", "check", "effect", "message")


def perfect(survey):
    """The tables that an assessment without any error would give, made from the list of faults alone."""
    faults = read_csv(survey / "faults.csv")
    parents = {row["id"]: row["parent"] for row in read_csv(survey / "units.csv")}
    tables = {
        "problems": [{**row, "severity": "serious"} for row in faults if row["kind"] == "problem"],
        "checks": [{**row, "effect": "x", "message": row["check"]}
                   for row in faults if row["kind"] == "check"],
        "grades": [{"unit": "syn-dunhua", "indicator": "U44", "grade": "good", "origin": "corrected"}],
        "verdicts": [{"unit": "syn-dunhua", "indicator": "U31", "verdict": "met"},
                     {"unit": "syn-block-a", "indicator": "B22", "verdict": "not_applicable"}],
    }
    indicators, items = collections.defaultdict(set), collections.defaultdict(set)
    for row in faults:
        if row["table"] == "buildings" and row["kind"] in ("problem", "suppressed"):
            unit = row["unit"]
            while unit:
                indicators[unit, row["indicator"]].add(row["object"])
                items[unit, row["indicator"], row["item"]].add(row["object"])
                unit = parents[unit]
    tables["values"] = [{"unit": unit, "indicator": i, "value": f"{len(v)}"} for (unit, i), v in indicators.items()]
    tables["items"] = [{"unit": unit, "indicator": i, "item": item, "count": len(v)} for (unit, i, item), v in items.items()]
    return tables


def verify(survey, folder, tables):
    columns = {"problems": PROBLEMS, "checks": CHECKS, "verdicts": ("unit", "indicator", "component", "verdict"),
               "values": ("unit", "indicator", "component", "value"), "items": ("unit", "indicator", "item", "count"),
               "grades": ("unit", "aspect", "indicator", "grade", "origin", "component")}
    for name, rows in tables.items():
        write_csv(folder / f"{name}.csv", columns[name], [{c: row.get(c, "") for c in columns[name]} for row in rows])
    return subprocess.run([sys.executable, VERIFY, survey, folder], capture_output=True, text=True)


def test_a_perfect_result_is_accepted(survey, tmp_path):
    result = verify(survey, tmp_path, perfect(survey))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "FAIL" not in result.stdout


def drop(tables, name, **wanted):
    rows = tables[name]
    rows.remove(next(row for row in rows if all(row[k] == v for k, v in wanted.items())))


def change(tables, name, column, value, **wanted):
    next(row for row in tables[name] if all(row[k] == v for k, v in wanted.items()))[column] = value


def add(tables, **row):
    tables["problems"].append({"severity": "moderate", "confirmation": "", **row})


@pytest.mark.parametrize("spoil", [
    lambda t: drop(t, "problems", item="H01.1"),
    lambda t: drop(t, "problems", item="C20.1"),
    lambda t: drop(t, "problems", item="B26.2"),
    lambda t: drop(t, "problems", indicator="U30"),
    lambda t: add(t, unit="syn-c00000001", object="syn-b00000001", indicator="H01", item="H01.1"),
    lambda t: add(t, unit="syn-c00000001", object="", indicator="H01", item=""),
    lambda t: t["problems"].append(t["problems"][0]),
    lambda t: change(t, "problems", "confirmation", "", confirmation="lead"),
    lambda t: change(t, "values", "value", "1000", unit="syn-dunhua", indicator="H03"),
    lambda t: change(t, "values", "value", "1000", unit="syn-minzhu", indicator="H04"),
    lambda t: change(t, "items", "count", "1000", unit="syn-dunhua", item="H03.1"),
    lambda t: drop(t, "checks", check="reviewed"),
    lambda t: drop(t, "checks", check="range:floors"),
    lambda t: t["checks"].append({**t["checks"][0], "object": "syn-b99999999"}),
    lambda t: change(t, "verdicts", "verdict", "no_data", indicator="U31"),
    lambda t: change(t, "verdicts", "verdict", "unmet", indicator="B22"),
    lambda t: t["values"].clear(),
    lambda t: change(t, "grades", "origin", "computed", indicator="U44"),
    lambda t: change(t, "grades", "grade", "very_good", indicator="U44"),
    lambda t: [row.update(severity="moderate") for row in t["problems"] if row["indicator"] == "H07"],
])
def test_any_difference_is_refused(survey, tmp_path, spoil):
    tables = perfect(survey)
    spoil(tables)
    result = verify(survey, tmp_path, tables)
    assert result.returncode == 1
    assert "FAIL" in result.stdout


def test_a_listed_fault_that_a_rule_strikes_off_is_refused(survey, tmp_path):
    tables = perfect(survey)
    suppressed = next(row for row in read_csv(survey / "faults.csv") if row["kind"] == "suppressed")
    tables["problems"].append({**suppressed, "severity": "moderate"})
    result = verify(survey, tmp_path, tables)
    assert result.returncode == 1
    assert "FAIL  struck off by a rule" in result.stdout
