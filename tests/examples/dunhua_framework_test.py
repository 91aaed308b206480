"""The injected faults against the shipped framework, evaluated by DuckDB: an oracle that shares no code with the library.

What is injected must be what the framework's conditions say, for every table with items and every check of a row.
"""

import collections
import json

import duckdb
import pytest

from example_files import ROOT, read_csv

FRAMEWORKS = ROOT / "src/frameworks"
TYPES = {"number": "double", "boolean": "boolean", "text": "varchar"}


def join(base, changes):
    """`extends` for what this test reads: things with ids are joined, null removes a key."""
    result = {thing["id"]: dict(thing) for thing in base}
    for change in changes:
        thing = result.setdefault(change["id"], {})
        for key, value in change.items():
            if value is None:
                thing.pop(key, None)
            elif key in ("columns", "items", "checks") and key in thing:
                thing[key] = join(thing[key], value)
            else:
                thing[key] = value
    return list(result.values())


@pytest.fixture(scope="module")
def framework():
    base = json.loads((FRAMEWORKS / "mohurd-2025.json").read_text(encoding="utf-8"))
    local = json.loads((FRAMEWORKS / "dunhua-2025.json").read_text(encoding="utf-8"))
    removed = local.get("remove", {})
    parameters = {**base["parameters"], **local.get("parameters", {})}
    return {
        "parameters": {name: value for name, value in parameters.items() if value is not None},
        "rules": base["rules"],
        "tables": {t["id"]: t for t in join([t for t in base["tables"] if t["id"] not in removed.get("tables", [])], local["tables"])},
        "indicators": join([i for i in base["indicators"] if i["id"] not in removed.get("indicators", [])], local["indicators"]),
    }


def literal(value):
    return {True: "true", False: "false"}.get(value, f"'{value}'") if isinstance(value, (bool, str)) else f"{float(value)!r}::double"


def load(framework, folder, table_id):
    """The table as the library reads it: typed, out-of-range values null, computed columns, parameters beside them."""
    table = framework["tables"][table_id]
    database = duckdb.connect()
    path = folder / f"{table_id}.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    database.execute(f"create table raw as select * from read_csv('{path}', header = true, all_varchar = true, nullstr = '')")
    cells, outside = [], []
    known = {column["id"]: column for column in table["columns"]}
    for column in table["columns"]:
        if "formula" in column:
            continue
        name = column["id"]
        if name not in header:
            cells.append(f'null::{TYPES[column["type"]]} as "{name}"')
            continue
        typed = f'cast("{name}" as {TYPES[column["type"]]})'
        if column["type"] == "number" and ("min" in column or "max" in column):
            low, high = column.get("min", -1e300), column.get("max", 1e300)
            outside.append((name, f"{typed} < {float(low)!r} or {typed} > {float(high)!r}"))
            typed = f"case when {typed} between {float(low)!r} and {float(high)!r} then {typed} end"
        cells.append(f'{typed} as "{name}"')
    key = table["key"] if isinstance(table["key"], str) else table["key"][0]
    extra = [f'"{name}"' for name in {table["unit"], key} - set(known)]
    parameters = {**framework["parameters"], "year": 2025}
    cells += extra + [f'{literal(value)} as "{name}"' for name, value in parameters.items() if name not in known]
    database.execute(f"create view row_0 as select {', '.join(cells)} from raw")
    last = 0
    for column in table["columns"]:
        if "formula" in column:
            database.execute(f'create view row_{last + 1} as select *, {column["formula"]} as "{column["id"]}" from row_{last}')
            last += 1
    return database, f"row_{last}", table["unit"], key, outside


def rows_where(database, view, unit, key, condition):
    return set(database.execute(f'select "{unit}", "{key}" from {view} where {condition}').fetchall())


TABLES = ("buildings", "compounds", "communities", "sports_grounds", "culture_centres", "roads_parking", "black_water",
          "flood_points", "bridges")


@pytest.mark.parametrize("table_id", TABLES)
def test_items_hold_exactly_where_they_were_injected(framework, survey, table_id):
    database, view, unit, key, _ = load(framework, survey, table_id)
    kept = " and ".join([f"coalesce(({check['expect']}), true)" for check in framework["tables"][table_id].get("checks", [])
                         if check.get("on_fail") == "leave_out"] or ["true"])
    found = set()
    for indicator in framework["indicators"]:
        if indicator.get("table") != table_id:
            continue
        for item in indicator.get("items") or []:
            if item.get("severity") != "none":
                found |= {(*row, indicator["id"], item["id"]) for row in rows_where(database, view, unit, key, f"({item['when']}) and {kept}")}
    injected = {(r["unit"], r["object"], r["indicator"], r["item"]) for r in read_csv(survey / "faults.csv")
                if r["kind"] in ("problem", "suppressed") and r["table"] == table_id and r["object"]}
    assert found == injected


def test_no_table_with_items_is_forgotten(framework):
    assert {i["table"] for i in framework["indicators"] if i.get("items")} == set(TABLES)


@pytest.mark.parametrize("table_id", ["buildings", "compounds", "communities", "blocks", "residents", "city_figures", "road_services"])
def test_checks_fail_exactly_where_they_were_made_to(framework, survey, table_id):
    database, view, unit, key, outside = load(framework, survey, table_id)
    found = set()
    for check in framework["tables"][table_id].get("checks", []):
        if "at" not in check:
            found |= {(*row, check["id"]) for row in rows_where(database, view, unit, key, f"not ({check['expect']})")}
    for name, condition in outside:
        found |= {(*row, f"range:{name}") for row in rows_where(database, "raw", unit, key, condition)}
    injected = {(r["unit"], r["object"], r["check"]) for r in read_csv(survey / "faults.csv")
                if r["kind"] == "check" and r["table"] == table_id}
    assert found == injected


def test_decoys_without_hazard_are_counted_and_are_no_problem(framework, survey):
    database, view, unit, key, _ = load(framework, survey, "buildings")
    item = next(i for x in framework["indicators"] if x["id"] == "H04" for i in x["items"] if i["id"] == "H04.0")
    decoys = {(r["unit"], r["object"]) for r in read_csv(survey / "decoys.csv") if r["item"] == "H04.0"}
    assert rows_where(database, view, unit, key, item["when"]) == decoys and decoys


@pytest.mark.parametrize("unit_level", ["C13", "C15", "B25", "U30", "U52", "U57"])
def test_units_that_miss_a_target_are_those_injected(framework, survey, unit_level):
    """Indicators without items: the formula per unit against its plain target, by DuckDB."""
    indicator = next(i for i in framework["indicators"] if i["id"] == unit_level)
    database, view, unit, _, _ = load(framework, survey, indicator["table"])
    city = next(row for row in read_csv(survey / "units.csv") if row["level"] == "city")
    formula = indicator["formula"].replace("water_population", city["water_population"]).replace("bod_g_per_head", "45")
    target = indicator["targets"][-1]
    missed = database.execute(f'select "{unit}" from (select "{unit}", {formula} as value from {view} group by "{unit}") '
                              f'where not (value {target["op"]} {target["value"]})').fetchall()
    injected = {r["unit"] for r in read_csv(survey / "faults.csv") if r["indicator"] == unit_level}
    assert {row[0] for row in missed} == injected and injected


def test_scores_of_the_survey_are_where_rules_and_corrections_need_them(framework, survey):
    """The rules of the framework read these scores: one community is content, one is not, the rest is in between."""
    questions = {"SH5": "q_sh5", "SH7": "q_sh7", "SH8": "q_sh8", "SU10": "q_su10"}
    scores = collections.defaultdict(list)
    for row in read_csv(survey / "residents.csv"):
        if int(row["age"]) >= 16 and row["half_year"] == "1":
            for indicator, question in questions.items():
                scores[row["community_id"], indicator].append((float(row["weight"]), 20 * int(row[question])))
    means = {key: sum(w * s for w, s in values) / sum(w for w, _ in values) for key, values in scores.items()}
    assert {key for key, mean in means.items() if mean >= 80} == {("syn-minzhu-1", "SH8")}
    assert {key for key, mean in means.items() if mean < 60 and key[1] != "SU10"} == {("syn-bohai-2", "SH5")}
    assert all(mean < 58 for (_, indicator), mean in means.items() if indicator == "SU10")
    assert all(abs(mean - limit) > 1 for mean in means.values() for limit in (60, 80)), "far from the limits"
    ruled = {rule["indicator"] for rule in framework["rules"]}
    suppressed = {row["indicator"] for row in read_csv(survey / "faults.csv") if row["kind"] == "suppressed"}
    assert suppressed == {"H09"} <= ruled
