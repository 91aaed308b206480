"""The Yichang example: its data against what was published, and compare.py against results with and without errors."""

import collections
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest

from example_files import PUBLISHED, ROOT, read_csv, write_csv

EXAMPLE = ROOT / "examples/yichang-2025"
DATA = EXAMPLE / "data"

sys.path.insert(0, str(EXAMPLE))
import compare  # noqa: E402

GRADES = {"很好": "very_good", "较好": "good", "一般": "fair", "不足": "insufficient", "": ""}


@pytest.fixture(scope="module")
def entries():
    return read_csv(DATA / "entries.csv")


def test_the_lists_sum_to_the_published_totals():
    gaps = read_csv(DATA / "gaps.csv")
    sums = {column: sum(int(row[column] or 0) for row in gaps) for column in ("parking_gap", "charger_gap", "footway_bad_m")}
    assert sums == {"parking_gap": 29922, "charger_gap": 1595, "footway_bad_m": 2090}
    listed = {column: sum(row[column] != "" for row in gaps) for column in sums}
    assert listed == {"parking_gap": 61, "charger_gap": 40, "footway_bad_m": 12}
    communities = [row["id"] for row in read_csv(DATA / "units.csv") if row["level"] == "community"]
    assert [row["community_id"] for row in gaps] == communities


@pytest.mark.published
def test_gaps_are_the_published_ones():
    own = {row["community_id"]: row for row in read_csv(DATA / "gaps.csv")}
    columns = {"parking_spaces": ("parking_gap", 1), "chargers": ("charger_gap", 1), "footway_km": ("footway_bad_m", 1000)}
    rows = read_csv(PUBLISHED / "community_gaps.csv")
    for row in rows:
        column, factor = columns[row["gap"]]
        assert Fraction(own[row["community"]][column]) == Fraction(row["value"]) * factor
    assert len(rows) == sum(value != "" for row in own.values() for value in list(row.values())[1:])


@pytest.mark.published
def test_entries_are_the_published_ones(entries):
    number = {row["indicator"]: row["number"] for row in read_csv(DATA / "names.csv")}
    own = collections.Counter()
    for row in entries:
        if row["unit"] == "yichang" and not row["item"] and row["indicator"] and row["year"] == "2025":
            own[number[row["indicator"]], row["published"], row["grade"]] += 1
            if row["value"]:
                assert row["published"] == row["value"]
    published = collections.Counter((row["number"], row["published"], GRADES[row["grade"]])
                                    for row in read_csv(PUBLISHED / "indicators.csv") if row["published"] or row["grade"])
    assert own == published


@pytest.mark.published
def test_items_are_the_published_ones(entries):
    own = collections.Counter((r["unit"], r["value"], r["source"].removeprefix("list ")) for r in entries if r["item"])
    published = collections.Counter()
    for row in read_csv(PUBLISHED / "housing_items.csv"):
        published["yichang", row["count"], row["item"]] += 1
        for district in ("xiling", "wujiagang"):
            if row[district]:
                published[district, row[district], row["item"]] += 1
    assert own == published


def test_an_entry_stands_once(entries):
    keys = collections.Counter((r["unit"], r["indicator"], r["aspect"], r["component"], r["item"], r["year"]) for r in entries)
    assert max(keys.values()) == 1
    assert all(row["reason"] for row in entries if row["grade"])


@pytest.mark.parametrize("value, published, expected", [
    ("29922", "2.99万", "rounded"), ("29949.9", "2.99万", "rounded"), ("29950", "2.99万", "truncated"), ("30000", "2.99万", None),
    ("2.09", "2.09", "rounded"), ("2.0949999", "2.09", "rounded"), ("2.095", "2.09", "truncated"), ("2.1", "2.09", None),
    ("56.10795454545454", "56.10", "truncated"), ("60.869565217391305", "61", "rounded"), ("0.2877697841726619", "0.29", "rounded"),
    ("0", "0", "rounded"), ("-1.5", "-2", "rounded"), ("1.5e8", "1.5亿", "rounded"), ("28.84615384615385", "29", "rounded")])
def test_published_figures_are_compared_at_their_own_decimals(value, published, expected):
    assert compare.agreement(value, published) == expected


def composite(grades):
    """The handbook's table in whole numbers (a second writing of the rule, for the fake results only)."""
    count = len(grades)
    best, good = grades.count("very_good"), grades.count("very_good") + grades.count("good")
    bad = "insufficient" in grades
    if 5 * good >= 4 * count:
        return "good" if bad or 5 * best < 4 * count else "excellent"
    if 5 * good >= 3 * count:
        return "medium" if bad else "good"
    if 5 * good >= 2 * count:
        return "poor" if bad else "medium"
    return "poor"


ASPECTS = {"ecology": "Y32 U30 Y34 U31 U32 U33 U34 U35 U36 Y41", "heritage": "U37 U38 U39 U40 U41",
           "commute": "U42 U43 U44 U45 Y48 Y50 Y51"}


def test_the_published_single_grades_give_the_grades_of_the_aspects(entries):
    grade = {row["indicator"]: row["grade"] for row in entries if row["grade"]}
    ours = {aspect: composite([grade.get(i, "") for i in ids.split()]) for aspect, ids in ASPECTS.items()}
    assert ours == {"ecology": "poor", "heritage": "good", "commute": "good"}


def result_without_error(entries):
    values, verdicts, grades = [], [], []
    for row in entries:
        if row["unit"] != "yichang" or row["item"] or not row["indicator"] or row["year"] != "2025":
            continue
        value = row["value"]
        if row["numerator"]:
            value = repr(float(Fraction(row["numerator"]) * 100 / Fraction(row["denominator"])))
        computed = {"C14": "29922", "C15": "1595", "C18": "2.09"}
        values.append({"unit": "yichang", "indicator": row["indicator"], "component": row["component"],
                       "value": computed.get(row["indicator"], value), "origin": "computed" if row["indicator"] in computed else "reported"})
        if not row["component"]:
            verdicts.append({"unit": "yichang", "indicator": row["indicator"], "verdict": "unmet", "severity": "moderate"})
    next(v for v in verdicts if v["indicator"] == "Y32").update(target_low="0.7", target_high="1.5")
    next(v for v in verdicts if v["indicator"] == "Y71").update(target_low="0.6", target_high="1")
    given = {row["indicator"]: row["grade"] for row in entries if row["grade"]}
    for aspect, ids in ASPECTS.items():
        grades.append({"unit": "yichang", "aspect": aspect, "indicator": "U42", "component": "x", "grade": "very_good"})
        for i in ids.split():
            grades.append({"unit": "yichang", "aspect": aspect, "indicator": i, "grade": given.get(i, "")})
        grades.append({"unit": "yichang", "aspect": aspect, "grade": composite([given.get(i, "") for i in ids.split()])})
    return {"values": values, "verdicts": verdicts, "grades": grades, "problems": [], "checks": [], "ledger-housing": []}


def run_compare(folder, tables):
    columns = {"values": ("unit", "indicator", "component", "value", "origin"),
               "verdicts": ("unit", "indicator", "component", "verdict", "target_low", "target_high", "severity"),
               "grades": ("unit", "aspect", "indicator", "component", "grade"), "problems": ("unit",),
               "checks": ("table", "unit", "object", "check", "message"), "ledger-housing": ("序号",)}
    for name, rows in tables.items():
        write_csv(folder / f"{name}.csv", columns[name], [{c: row.get(c, "") for c in columns[name]} for row in rows])
    return subprocess.run([sys.executable, EXAMPLE / "compare.py", folder, DATA], capture_output=True, text=True)


def test_a_right_result_is_accepted_and_shows_the_contradictions(entries, tmp_path):
    result = run_compare(tmp_path, result_without_error(entries))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2,090 m = 2.09 km" in result.stdout
    assert str(tmp_path / "ledger-housing.csv") in result.stdout
    lines = result.stdout.splitlines()
    assert any("29922" in line and "2.99万" in line and "一致" in line for line in lines)
    ecology = next(line for line in lines if line.strip().startswith("ecology"))
    assert "4/1/2/3" in ecology and "poor" in ecology and "medium" in ecology and "矛盾" in ecology
    assert "矛盾" not in next(line for line in lines if line.strip().startswith("heritage"))
    rows = {row["id"]: row for row in read_csv(tmp_path / "comparison.csv")}
    assert rows["C15"]["ours"] == rows["C15"]["published"] == "1595"


def set_value(tables, indicator, value):
    next(v for v in tables["values"] if v["indicator"] == indicator)["value"] = value


def set_grade(tables, aspect, grade):
    next(g for g in tables["grades"] if g["aspect"] == aspect and not g.get("indicator"))["grade"] = grade


@pytest.mark.parametrize("spoil, named", [
    (lambda t: set_value(t, "C15", "1594"), "C15 (value)"),
    (lambda t: set_value(t, "C14", ""), "C14 (value)"),
    (lambda t: set_value(t, "U53", "20.6"), "U53 (value)"),
    (lambda t: set_grade(t, "heritage", "medium"), "heritage (grade)"),
    (lambda t: set_grade(t, "ecology", "medium"), "ecology (grade)"),
    (lambda t: t["grades"].clear(), "commute (grade)"),
    (lambda t: t["verdicts"].clear(), "Y32 (standard)"),
])
def test_a_wrong_result_is_refused(entries, tmp_path, spoil, named):
    tables = result_without_error(entries)
    spoil(tables)
    result = run_compare(tmp_path, tables)
    assert result.returncode == 1 and named in result.stderr


def test_every_listed_contradiction_is_described():
    rows = read_csv(DATA / "contradictions.csv")
    assert all(row["zh"] and row["en"] and row["first"] != row["second"] and row["shown_by"] in ("computed", "noted") for row in rows)
    assert Decimal(next(r for r in rows if r["subject"] == "Y71")["second"]) == Decimal("0.55")
