#!/usr/bin/env python3
"""Sets the result of `tijian assess` against what the city published.

    compare.py RESULT_DIR DATA_DIR

Prints the paths of the ledgers, the comparison and the contradictions, and writes comparison.csv beside the result.
Exit code 1: a figure of ours differs from the published one and the city's known contradictions do not explain it,
or a contradiction that the figures should show is not there.
"""

import csv
import pathlib
import sys
import unicodedata
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

CITY = "yichang"
SCALES = {"万": 10_000, "亿": 100_000_000}
GRADES = {"excellent": "优", "good": "良", "medium": "中", "poor": "差"}
SINGLE_GRADES = ("very_good", "good", "fair", "insufficient")


def read(path):
    """Rows of a CSV file as dictionaries; the byte order mark that Excel wants is dropped."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def parse_published(text):
    """A published number: its value in units, the scale it was printed in, and its decimals."""
    scale = 1
    for sign, factor in SCALES.items():
        if text.endswith(sign):
            text, scale = text[: -len(sign)], factor
    number = Decimal(text.rstrip("%"))
    return number, scale, max(0, -number.as_tuple().exponent)


def agreement(value, published):
    """How our value reads at the published decimals: 'rounded', 'truncated' or None where neither agrees."""
    number, scale, decimals = parse_published(published)
    ours = Decimal(value) / scale
    step = Decimal(1).scaleb(-decimals)
    if ours.quantize(step, ROUND_HALF_UP) == number:
        return "rounded"
    if ours.quantize(step, ROUND_DOWN) == number:
        return "truncated"
    return None


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def print_table(title, header, rows):
    print(f"\n{title}")
    widths = [max(width(str(row[i])) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        cells = [str(cell) + " " * (w - width(str(cell))) for cell, w in zip(row, widths)]
        print("  " + "  ".join(cells).rstrip())


def print_ledgers(result):
    problems = read(result / "problems.csv")
    print(f"\n台账与清单 / Ledgers and lists ({len(problems)} problems)")
    for path in sorted(result.glob("ledger-*.csv")) + [result / "problem_list.csv", result / "remediation.csv"]:
        if path.exists():
            print(f"  {path}  ({len(read(path))} rows)")


def print_checks(path):
    """Checks of the data, those that say the same of many units in one line."""
    groups = {}
    for row in read(path):
        groups.setdefault((row["table"], row["check"], row["message"]), []).append(row["unit"])
    print(f"\n数据检查 / Checks of the data ({path})")
    for (table, check, message), units in groups.items():
        places = ", ".join(units[:3]) + (f" … ({len(units)})" if len(units) > 3 else "")
        print(f"  {table} · {check} · {places} · {message}")


def compare_values(result, entries, names):
    """Rows [subject, ours, published, verdict, how]; `plain` counts values that were entered as they were published."""
    values = {(r["indicator"], r["component"]): r for r in read(result / "values.csv") if r["unit"] == CITY}
    rows, plain, differing = [], 0, []
    for entry in entries:
        if entry["unit"] != CITY or entry["item"] or not entry["indicator"] or not entry["published"]:
            continue
        if entry["year"] != "2025":
            continue
        key = (entry["indicator"], entry["component"])
        ours = values.get(key, {}).get("value", "")
        how = agreement(ours, entry["published"]) if ours else None
        subject = entry["indicator"] + (f".{entry['component']}" if entry["component"] else "")
        if how is None:
            differing.append((subject, "value"))
        computed = values.get(key, {}).get("origin") == "computed"
        if computed or entry["numerator"] or how is None:
            basis = "rows / 表" if computed else f"{entry['numerator']}/{entry['denominator']}" if entry["numerator"] else "entry / 填报"
            rows.append([subject, names.get(entry["indicator"], ""), basis, ours or "–", entry["published"],
                         "yes 一致" if how else "NO 不一致", how or ""])
        else:
            plain += 1
    return rows, plain, differing


def compare_grades(result, entries):
    grades = [r for r in read(result / "grades.csv") if r["unit"] == CITY and not r["component"]]
    published = {r["aspect"]: r["published"] for r in entries if r["aspect"] and not r["indicator"]}
    rows, differing = [], []
    for row in grades:
        if row["indicator"] or not row["aspect"]:
            continue
        aspect, grade = row["aspect"], row["grade"]
        single = [g["grade"] for g in grades if g["aspect"] == aspect and g["indicator"]]
        shares = "/".join(str(single.count(g)) for g in SINGLE_GRADES)
        told = published.get(aspect, "")
        verdict = "–" if not told else "yes 一致" if told == grade else "NO 矛盾"
        if told and told != grade:
            differing.append((aspect, "grade"))
        rows.append([aspect, shares, f"{grade} {GRADES.get(grade, '')}", f"{told} {GRADES.get(told, '')}".strip() or "–", verdict])
    missing = set(published) - {r[0] for r in rows}
    return rows, differing + [(aspect, "grade") for aspect in sorted(missing)]


def compare_items(entries):
    """Published items against their indicator. Items overlap, so the indicator lies between the largest and the sum."""
    city = {r["indicator"]: int(r["value"]) for r in entries
            if r["unit"] == CITY and r["indicator"].startswith("H") and not r["item"] and r["value"] and r["year"] == "2025"}
    items, districts = {}, {}
    for r in entries:
        if not r["item"]:
            continue
        if r["unit"] == CITY:
            items.setdefault(r["indicator"], {})[r["item"]] = int(r["value"])
        else:
            districts.setdefault(r["item"], []).append(int(r["value"]))
    rows, differing = [], []
    for indicator, parts in items.items():
        holds = max(parts.values()) <= city[indicator] <= sum(parts.values())
        split = all(sum(districts[i]) == n for i, n in parts.items() if i in districts)
        rows.append([indicator, city[indicator], max(parts.values()), sum(parts.values()),
                     "yes 相容" if holds else "NO", "yes 一致" if split else "NO"])
        if not holds or not split:
            differing.append((indicator, "items"))
    return rows, differing


def compare_tables(data, entries, result):
    """The indicator table against the year comparison: values of 2025 and standards."""
    now = {(r["indicator"], r["component"]): r for r in entries
           if r["unit"] == CITY and r["year"] == "2025" and not r["item"] and r["indicator"]}
    verdicts = {r["indicator"]: r for r in read(result / "verdicts.csv") if r["unit"] == CITY and not r["component"]}
    differing = []
    for row in read(data / "year_comparison.csv"):
        entry = now[(row["indicator"], row["component"])]
        if Fraction(row["value_2025"]) != Fraction(entry["published"]):
            differing.append((row["indicator"], "value"))
        verdict = verdicts.get(row["indicator"], {})
        if row["standard_high"] and verdict.get("target_low") and verdict.get("target_high"):
            ours = (Fraction(verdict["target_low"]), Fraction(verdict["target_high"]))
            if ours != (Fraction(row["standard_low"]), Fraction(row["standard_high"])):
                differing.append((row["indicator"], "standard"))
    return differing


def main(result, data):
    entries = read(data / "entries.csv")
    names = {r["indicator"]: r["name"] for r in read(data / "names.csv")}
    print_ledgers(result)

    values, plain, differing = compare_values(result, entries, names)
    print_table("与公布值对比 / Against the published figures",
                ["id", "指标", "basis", "ours", "published", "equal at its decimals", "how"], values)
    print(f"  and {plain} values entered as published, unchanged / 另有 {plain} 项按公布值填报")
    ours = {row[0]: row[3] for row in values}
    if ours.get("C18", "–") != "–":
        print(f"  C18: {Decimal(ours['C18']) * 1000:,.0f} m = {Decimal(ours['C18']).quantize(Decimal('0.01'), ROUND_HALF_UP)} km")

    grades, differing_grades = compare_grades(result, entries)
    print_table("综合评价 / Composite grades of the aspects",
                ["aspect", "很好/较好/一般/不足", "computed", "published", "equal"], grades)

    items, differing_items = compare_items(entries)
    print_table("住房：指标与检查内容 / Housing: a building with several faults counts once in the indicator",
                ["id", "indicator", "largest item", "sum of items", "compatible", "districts sum to city"], items)

    found = set(differing + differing_grades + differing_items + compare_tables(data, entries, result))
    known = read(data / "contradictions.csv")
    print("\n城市自身数据的矛盾 / The city's own contradictions")
    for row in known:
        mark = "由数据得出 computed" if row["shown_by"] == "computed" else "据核校说明 noted"
        print(f"  [{mark}] {row['zh']}\n      {row['en']}")
    print_checks(result / "checks.csv")

    with open(result / "comparison.csv", "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "basis", "ours", "published", "equal", "how"])
        writer.writerows(values)
        writer.writerows([[r[0], "", "composite grade", r[2].split()[0], r[3].split()[0], r[4], ""] for r in grades])

    expected = {(r["subject"], r["kind"]) for r in known if r["shown_by"] == "computed"}
    for subject, kind in sorted(found - expected):
        print(f"UNEXPLAINED: {subject} ({kind})", file=sys.stderr)
    for subject, kind in sorted(expected - found):
        print(f"NOT SHOWN: {subject} ({kind})", file=sys.stderr)
    return 1 if found != expected else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
