#!/usr/bin/env python3
"""Checks that `tijian assess` found every injected fault, and nothing that was not injected.

    verify.py DATA_DIR RESULT_DIR

DATA_DIR holds faults.csv and units.csv of the generator. The list was written while the faults were put in, by a
program that knows no formula of the framework, so it is an oracle of its own. Exit code 1 where anything differs.
"""

import collections
import csv
import pathlib
import sys

CITY = "syn-dunhua"
DISCONTENT = "syn-bohai-2"
SHOWN = 10


def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Report:
    """Counts what holds and prints what does not."""

    def __init__(self):
        self.failed = 0

    def expect_equal_sets(self, what, found, expected):
        missing, surplus = expected - found, found - expected
        self.line(what, not missing and not surplus, f"{len(expected)} injected, {len(found)} found")
        for title, rows in (("missing", missing), ("not injected", surplus)):
            for row in sorted(rows)[:SHOWN]:
                print(f"      {title}: {' · '.join(row)}")
            if len(rows) > SHOWN:
                print(f"      … and {len(rows) - SHOWN} more {title}")

    def expect_found(self, what, found, expected):
        missing = expected - found
        self.line(what, not missing, f"{len(expected)} injected, {len(found - expected)} more found")
        for row in sorted(missing)[:SHOWN]:
            print(f"      missing: {' · '.join(row)}")

    def expect_equal(self, what, found, expected):
        self.line(what, found == expected, f"{found}" if found == expected else f"{found}, expected {expected}")

    def line(self, what, holds, text):
        self.failed += not holds
        print(f"  {'ok  ' if holds else 'FAIL'}  {what}: {text}")


def ancestors(units):
    """Every unit with all above it, itself included."""
    parents = {row["id"]: row["parent"] for row in units}
    chains = {}
    for unit in parents:
        chain, above = [], unit
        while above:
            chain.append(above)
            above = parents[above]
        chains[unit] = chain
    return chains


def check_problems(report, faults, chains, problems):
    objects = [(r["unit"], r["object"], r["indicator"], r["item"]) for r in problems if r["object"]]
    report.expect_equal("object rows appear once / 台账行不重复", len(objects) - len(set(objects)), 0)
    tables = collections.defaultdict(set)
    for r in faults:
        if r["kind"] == "problem" and r["object"]:
            tables[r["indicator"][0]].add((r["unit"], r["object"], r["indicator"], r["item"]))
    titles = {"H": "housing ledger / 住房台账", "C": "community ledger / 小区台账",
              "B": "block ledger / 街区台账", "U": "city ledger / 城区台账"}
    for letter, title in titles.items():
        found = {row for row in objects if row[2].startswith(letter)}
        report.expect_equal_sets(title, found, tables[letter])
    units = {(r["unit"], r["indicator"]) for r in problems if not r["object"]}
    report.expect_found("units that miss a target / 未达标单元", units,
                        {(r["unit"], r["indicator"]) for r in faults if r["kind"] == "problem" and not r["object"]})
    report.expect_equal("housing has no row without an object / 住房无空对象行",
                        sum(1 for _, indicator in units if indicator.startswith("H")), 0)
    def leads(rows):
        return {(r["unit"], r["object"], r["item"]) for r in rows
                if r["object"] and r["confirmation"] == "lead" and r.get("kind") != "suppressed"}
    report.expect_equal_sets("leads, on a machine's word alone / 线索", leads(problems), leads(faults))
    suppressed = {(r["unit"], r["object"], r["item"]) for r in faults if r["kind"] == "suppressed"}
    listed = suppressed & {(r["unit"], r["object"], r["item"]) for r in problems}
    report.line("struck off by a rule, for want of demand / 规则剔除", not listed,
                f"{len(suppressed)} counted, {len(listed)} listed")
    raised = [r["severity"] for r in problems if r["indicator"] == "H07" and DISCONTENT in chains[r["unit"]]]
    report.line("raised by a rule where residents complain / 规则升级", "moderate" not in raised, f"{len(raised)} rows")


def check_counts(report, faults, chains, values, items):
    """A building with three faults counts once in the indicator and once in each item, at every level."""
    buildings, per_item = collections.defaultdict(set), collections.defaultdict(set)
    for r in faults:
        if r["kind"] in ("problem", "suppressed") and r["table"] == "buildings":
            for unit in chains[r["unit"]]:
                buildings[unit, r["indicator"]].add(r["object"])
                per_item[unit, r["item"]].add(r["object"])
    wrong = []
    checked = 0
    for r in values:
        if r["indicator"].startswith("H") and r["indicator"] != "H05" and not r["component"] and r["value"]:
            checked += 1
            if float(r["value"]) != len(buildings[r["unit"], r["indicator"]]):
                wrong.append((r["unit"], r["indicator"], r["value"]))
    report.line("values of H01–H09 at every level / 各级住房指标值", not wrong and checked > 0,
                f"{checked} checked, {len(wrong)} differ {wrong[:3] if wrong else ''}")
    wrong, checked = [], 0
    for r in items:
        if r["indicator"].startswith("H") and r["item"] != "H04.0" and r["count"]:
            checked += 1
            if int(r["count"]) != len(per_item[r["unit"], r["item"]]):
                wrong.append((r["unit"], r["item"], r["count"]))
    report.line("counts of the items at every level / 各级检查内容", not wrong and checked > 0,
                f"{checked} checked, {len(wrong)} differ {wrong[:3] if wrong else ''}")
    corridor = len(buildings[CITY, "H03"])
    parts = sum(len(v) for (unit, item), v in per_item.items() if unit == CITY and item.startswith("H03."))
    print(f"        H03: {corridor} buildings, {parts} faults / 楼道：{corridor} 栋，分项合计 {parts}")


def check_data_checks(report, faults, checks):
    expected = {(r["table"], r["unit"], r["object"], r["check"]) for r in faults if r["kind"] == "check"}
    rows = {(r["table"], r["unit"], r["object"], r["check"]) for r in checks if r["object"]}
    for table in ("buildings", "compounds", "communities", "blocks", "residents"):
        report.expect_equal_sets(f"faulty forms, {table} / 问题表单", {row for row in rows if row[0] == table},
                                 {row for row in expected if row[0] == table})
    others = collections.Counter(r["check"] for r in checks if not r["object"])
    if others:
        print("        other checks / 其他检查: " + ", ".join(f"{check} {n}" for check, n in sorted(others.items())))


def main(data, result):
    faults, chains = read(data / "faults.csv"), ancestors(read(data / "units.csv"))
    print("敦化 2025（合成数据）/ Dunhua 2025 (synthetic data)")
    report = Report()
    check_problems(report, faults, chains, read(result / "problems.csv"))
    check_counts(report, faults, chains, read(result / "values.csv"), read(result / "items.csv"))
    check_data_checks(report, faults, read(result / "checks.csv"))
    verdicts = {(r["unit"], r["indicator"]): r["verdict"] for r in read(result / "verdicts.csv") if not r["component"]}
    report.expect_equal("an empty complete register is met / 空的完整名录为达标", verdicts.get((CITY, "U31")), "met")
    report.expect_equal("a street not in this batch is not judged / 未检街区不评价",
                        verdicts.get(("syn-block-a", "B22")), "not_applicable")
    grades = {(r["unit"], r["indicator"]): (r["grade"], r["origin"]) for r in read(result / "grades.csv") if not r["component"]}
    report.expect_equal("a survey score under 60 lowers a grade by one / 满意度低于60降一级",
                        grades.get((CITY, "U44")), ("good", "corrected"))
    for path in sorted(result.glob("ledger-*.csv")):
        print(f"  {path}  ({len(read(path))} rows)")
    print("  " + ("every injected fault was found, and nothing else / 全部注入问题均已查出，且无误报" if not report.failed
                  else f"{report.failed} checks failed"))
    return 1 if report.failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
