"""The shipped frameworks, read as plain JSON and bound by DuckDB: an oracle that knows nothing of
the library. It proves that every formula is valid SQL over the columns it names, that references
hold after `extends`, that the counts and names are the published ones, and that the survey's traps
(metres, the inverted flag, questions asked of some buildings only) are read as the notes say."""

import csv
import functools
import json
import re
from pathlib import Path

import pytest

duckdb = pytest.importorskip("duckdb")

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".." / "shared" / "data" / "yichang-2025"
NAMES = ["mohurd-2025", "yichang-2025", "dunhua-2025"]
TEXTS = {"name", "note", "advice", "message", "reason", "sentence"}  # replaced whole
TYPES = {"number": "DOUBLE", "boolean": "BOOLEAN", "text": "VARCHAR"}
CORE = {"H01", "H06", "H07", "C10", "C11", "C14", "C17", "C20", "B25", "B26", "B29", "U31", "U36",
        "U37", "U44", "U46", "U47", "U49", "U55", "U56"}
JUDGED = {"floor", "guiding", "inventory"}
FIELDS = {"row", "unit_name", "dimension_name", "aspect_name", "indicator", "indicator_name",
          "item", "item_name", "value", "measure", "target", "share", "count", "rows", "sentence",
          "split", "objects", "severity", "difficulty", "time_class", "group:not_built",
          "group:undersized", "group:incomplete", "group:other", "survey", "grade", "analysis",
          "advice", "department", "note"}
RESULTS = {"verdict": "VARCHAR", "severity": "VARCHAR", "gap": "DOUBLE", "deficit": "DOUBLE",
           "numerator": "DOUBLE", "denominator": "DOUBLE", "coverage": "DOUBLE",
           "reported": "DOUBLE", "grade": "VARCHAR", "evidence": "VARCHAR"}
JUDGEMENT = {"value": "DOUBLE", "target": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE",
             "shortfall": "DOUBLE", "gap": "DOUBLE", "deficit": "DOUBLE", "numerator": "DOUBLE",
             "denominator": "DOUBLE", "previous": "DOUBLE", "survey": "DOUBLE",
             "coverage": "DOUBLE", "problems": "DOUBLE"}
LEDGER = {**{name: "VARCHAR" for name in (
    "level", "unit", "object", "dimension", "aspect", "indicator", "item", "severity", "time_class",
    "target", "status", "confirmation", "department", "advice")},
    **{name: "DOUBLE" for name in ("value", "gap", "deficit", "first_year", "years_open", "due")}}
INDICATOR_KEYS = set("""id name dimension kind table formula items components aspect direction
    measure decimals rounding levels ledger_level targets gap_base applies_when min_coverage
    severity grades survey overlaps funnel concept number local core department advice source
    note""".split())
ITEM_KEYS = set("""id name when formula severity time_class stage difficulty group advice department
    unit_cost measure decimals concept""".split())


# ---- reading -------------------------------------------------------------------------------------

def without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), f"duplicate key in {keys}"
    return dict(pairs)


def raw(name):
    path = ROOT / "src" / "frameworks" / f"{name}.json"
    return json.loads(path.read_text("utf-8"), object_pairs_hook=without_duplicates)


def join(base, over):
    """Things with ids by id, objects by key, null removes, anything else is replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        joined = dict(base)
        for key, value in over.items():
            if value is None:
                assert key in base, f"null for {key}, which is not inherited"
                del joined[key]
            elif key in base and key not in TEXTS:
                joined[key] = join(base[key], value)
            else:
                joined[key] = value
        return joined
    if isinstance(base, list) and isinstance(over, list) and all(
            isinstance(entry, dict) and "id" in entry for entry in base + over):
        changes = {entry["id"]: entry for entry in over}
        kept = {entry["id"] for entry in base}
        return [join(entry, changes.get(entry["id"], {})) for entry in base] + [
            entry for entry in over if entry["id"] not in kept]
    return over


@functools.cache
def load(name):
    own = raw(name)
    base = own.pop("extends", None)
    if base is None:
        return own
    inherited = dict(load(base))
    for section, ids in own.pop("remove", {}).items():
        assert set(ids) <= {entry["id"] for entry in inherited[section]}
        inherited[section] = [entry for entry in inherited[section] if entry["id"] not in ids]
    return join(inherited, own)


def by_id(entries):
    return {entry["id"]: entry for entry in entries}


def attributes(framework):
    return [a for level in framework["levels"] for a in level.get("attributes", [])]


# ---- binding in DuckDB ---------------------------------------------------------------------------

def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"{value!r}::DOUBLE"


def relation(columns, constants, values=None):
    """One row (or none) of typed columns, null where no value is given, beside the constants."""
    values = values or {}
    assert set(values) <= set(columns), set(values) - set(columns)
    parts = [f"{literal(values.get(c))}::{t} AS {quoted(c)}" for c, t in columns.items()]
    parts += [f"{literal(v)} AS {quoted(c)}" for c, v in constants.items() if c not in columns]
    return "SELECT " + ", ".join(parts)


def constants(framework):
    return {**framework["parameters"], "year": framework["year"]}


def columns_of(table):
    implied = {table["unit"]: "VARCHAR"}
    for key in ("key", "evidence", "geometry"):
        for column in ([table[key]] if isinstance(table.get(key), str) else table.get(key, [])):
            implied.setdefault(column, "VARCHAR")
    declared = {c["id"]: TYPES[c["type"]] for c in table["columns"] if "formula" not in c}
    return {**implied, **declared}


def row_sql(framework, table, values=None):
    sql = relation(columns_of(table), constants(framework), values)
    for column in table["columns"]:
        if "formula" in column:
            sql = f"SELECT *, ({column['formula']}) AS {quoted(column['id'])} FROM ({sql})"
    return sql


def with_problem(sql, items):
    counted = [i["when"] for i in items if i.get("severity") != "none"]
    if not counted:
        return sql
    return f"SELECT *, ({' or '.join(f'({when})' for when in counted)}) AS problem FROM ({sql})"


def derived_sql(framework, expression):
    """Units with what the library calculated for them; of these 1,300 columns only those named."""
    columns = {a["id"]: TYPES[a["type"]] for a in attributes(framework)}
    wanted = set(re.findall(r'"([^"]+)"', expression))
    for indicator in framework["indicators"]:
        names = [indicator["id"]] + [
            f"{indicator['id']}.{c['id']}" for c in indicator.get("components", [])]
        for name in names:
            columns[name] = "DOUBLE"
            columns.update({f"{name}.{key}": type_ for key, type_ in RESULTS.items()})
        columns.update({item["id"]: "DOUBLE" for item in indicator.get("items", [])})
    own = {a["id"] for a in attributes(framework)}
    return relation({c: t for c, t in columns.items() if c in own | wanted}, constants(framework))


def source_sql(framework, name, expression=""):
    """The rows of a table, of derived units, or of last year's ledger."""
    if name.startswith("units:"):
        assert name[6:] in by_id(framework["levels"])
        return derived_sql(framework, expression)
    if name == "previous:problems":
        return relation(LEDGER, constants(framework))
    return row_sql(framework, by_id(framework["tables"])[name])


def first(sql):
    return duckdb.execute(sql).fetchone()[0]


def described(sql):
    """Names and types of the result, bound but not run."""
    return {row[0]: row[1] for row in duckdb.execute(f"DESCRIBE {sql}").fetchall()}


def bind(sql, expected, where):
    try:
        found = described(sql)["r"]
    except duckdb.Error as error:
        pytest.fail(f"{where}: {error}")
    if expected == "DOUBLE":  # counts and whole numbers are numbers of the library too
        assert re.match(r"DOUBLE|DECIMAL|U?(TINY|SMALL|BIG|HUGE)?INT", found), (where, found)
    else:
        assert found in (expected, '"NULL"'), (where, found)


def bind_row(sql, expression, expected, where):
    bind(f"SELECT ({expression}) AS r FROM ({sql})", expected, where)


def bind_aggregate(framework, sql, expression, expected, where):
    """Outside aggregates stand attributes, parameters and the unit's own results: constants per
    unit, so grouping by them is what a unit is."""
    own = list(described(sql))
    extra = [a for a in attributes(framework) if a["id"] not in own]
    inner = ", ".join(["*"] + [f"NULL::{TYPES[a['type']]} AS {quoted(a['id'])}" for a in extra])
    group = [quoted(a["id"]) for a in extra]
    group += [quoted(name) for name in constants(framework)]
    group += [quoted(name) for name in own if "." in name]
    rows = f"SELECT {inner} FROM ({sql})"
    bind(f"SELECT ({expression}) AS r FROM ({rows}) GROUP BY {', '.join(group)}", expected, where)


def unit_sql(framework, more=None):
    return relation({**{a["id"]: TYPES[a["type"]] for a in attributes(framework)}, **(more or {})},
                    constants(framework))


def bind_judging(framework, entry, where):
    unit = unit_sql(framework, {"previous": "DOUBLE"})
    judgement = unit_sql(framework, JUDGEMENT)
    if "applies_when" in entry:
        bind_row(unit_sql(framework), entry["applies_when"], "BOOLEAN", where)
    for target in entry.get("targets", []):
        for bound in ("value", "low", "high"):
            if isinstance(target.get(bound), str):
                bind_row(unit, target[bound], "DOUBLE", where)
        if "where" in target:
            bind_row(unit_sql(framework), target["where"], "BOOLEAN", where)
    for case in entry.get("severity", []) + entry.get("grades", []):
        bind_row(judgement, case["when"], "BOOLEAN", where)


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_and_condition_binds(name):
    framework = load(name)
    for table in framework["tables"]:
        sql = relation(columns_of(table), constants(framework))
        for column in table["columns"]:  # computed columns see only earlier ones
            if "formula" in column:
                bind_row(sql, column["formula"], TYPES[column["type"]], column["id"])
                sql = f"SELECT *, ({column['formula']}) AS {quoted(column['id'])} FROM ({sql})"
        for group in table.get("groups", []):
            bind_row(sql, group["by"], "VARCHAR", group["id"])
        for check in table.get("checks", []):
            if "at" in check:
                bind_aggregate(framework, sql, check["expect"], "BOOLEAN", check["id"])
            else:
                bind_row(sql, check["expect"], "BOOLEAN", check["id"])
        if "applies_when" in table:
            bind_row(unit_sql(framework), table["applies_when"], "BOOLEAN", table["id"])
    for check in framework["checks"]:
        sql = source_sql(framework, check["table"], check["expect"])
        if "at" in check:
            bind_aggregate(framework, sql, check["expect"], "BOOLEAN", check["id"])
        else:
            bind_row(sql, check["expect"], "BOOLEAN", check["id"])
    for rule in framework["rules"]:
        bind_row(derived_sql(framework, rule["when"]), rule["when"], "BOOLEAN", rule["id"])
    for indicator in framework["indicators"]:
        where = indicator["id"]
        bind_judging(framework, indicator, where)
        for component in indicator.get("components", []):
            bind_judging(framework, component, where)
        if "table" not in indicator:
            assert not {"formula", "items", "gap_base", "funnel"} & set(indicator), where
            continue
        items = indicator.get("items", [])
        sql = source_sql(framework, indicator["table"])
        for entry in items + indicator.get("funnel", []):
            bind_row(sql, entry["when"], "BOOLEAN", entry["id"])
        sql = with_problem(sql, items)
        for entry in [indicator] + items + indicator.get("components", []):
            for key in ("formula", "gap_base"):
                if key in entry:
                    bind_aggregate(framework, sql, entry[key], "DOUBLE", f"{where} {entry['id']}")


# ---- references, names, counts -------------------------------------------------------------------

@pytest.mark.parametrize("name", NAMES)
def test_references_hold(name):
    framework = load(name)
    ids = {key: set(by_id(framework[key])) for key in (
        "dimensions", "levels", "aspects", "tables", "indicators", "departments", "stages",
        "time_classes", "severities")}
    aspect_dimension = {a["id"]: a["dimension"] for a in framework["aspects"]}
    assert set(aspect_dimension.values()) <= ids["dimensions"]
    numbers = {a["id"] for a in attributes(framework) if a["type"] == "number"}
    for table in framework["tables"]:
        assert table["level"] in ids["levels"]
        assert table.get("expected", "buildings_due") in numbers
    for indicator in framework["indicators"]:
        where = indicator["id"]
        assert set(indicator) <= INDICATOR_KEYS, where
        assert indicator["dimension"] in ids["dimensions"], where
        assert aspect_dimension[indicator["aspect"]] == indicator["dimension"], where
        assert set(indicator.get("levels", [])) <= ids["levels"], where
        table = indicator.get("table")
        assert table in ids["tables"] | {None, "previous:problems"}, where
        if "survey" in indicator:
            survey = by_id(framework["indicators"])[indicator["survey"]]
            assert survey["source"]["type"] == "survey", where
        for entry in [indicator, indicator.get("source", {})] + indicator.get("items", []):
            assert entry.get("department", "housing") in ids["departments"], where
        for item in indicator.get("items", []):
            assert set(item) <= ITEM_KEYS, item["id"]
            assert item["severity"] in ids["severities"] | {"none"}, item["id"]
            if item["severity"] == "none":
                continue
            assert item["time_class"] in ids["time_classes"], item["id"]
            assert item["stage"] in ids["stages"], item["id"]
            assert item["difficulty"] in {"low", "medium", "high"}, item["id"]
            assert item.get("group", "other") in {"not_built", "undersized", "incomplete", "other"}
            assert item["advice"]["zh"] and item["advice"]["en"], item["id"]
            if "problem" not in indicator.get("formula", "problem"):
                assert "formula" in item, item["id"]
        if indicator.get("items") and "formula" not in indicator:
            assert indicator["kind"] in {"floor", "guiding"}, where
    for ledger in framework["ledgers"]:
        assert ledger["dimension"] in ids["dimensions"]
        assert {ledger["list_level"], ledger.get("split_level", "city")} <= ids["levels"]
        assert {column["field"] for column in ledger["columns"]} <= FIELDS
    for rule in framework["rules"]:
        assert rule["level"] in ids["levels"] and rule["indicator"] in ids["indicators"]
    assert [ledger["dimension"] for ledger in framework["ledgers"]] == [
        dimension["id"] for dimension in framework["dimensions"]]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_listed_that_nobody_uses(name):
    framework = load(name)
    text = json.dumps([framework[key] for key in ("tables", "indicators", "rules", "checks")])
    words = set(re.findall(r"\w+", text))
    assert set(framework["parameters"]) <= words
    used = {entry.get("department") for i in framework["indicators"]
            for entry in [i, i.get("source", {})] + i.get("items", [])}
    idle = set(by_id(framework["departments"])) - used
    assert idle == set(), idle
    tables = {i.get("table") for i in framework["indicators"]}
    assert set(by_id(framework["tables"])) == tables - {None, "previous:problems"}
    aspects = {i["aspect"] for i in framework["indicators"]}
    assert set(by_id(framework["aspects"])) == aspects


@pytest.mark.parametrize("name", NAMES)
def test_names_do_not_collide(name):
    framework = load(name)
    parameters = set(framework["parameters"])
    for table in framework["tables"]:
        columns = [c["id"] for c in table["columns"]]
        assert len(columns) == len(set(columns)), table["id"]
        assert not parameters & (set(columns) | set(columns_of(table))), table["id"]
        for key in ("checks", "groups"):
            entries = [entry["id"] for entry in table.get(key, [])]
            assert len(entries) == len(set(entries)), table["id"]
    results = [i["id"] for i in framework["indicators"]]
    results += [item["id"] for i in framework["indicators"] for item in i.get("items", [])]
    results += [f"{i['id']}.{c['id']}" for i in framework["indicators"]
                for c in i.get("components", [])]
    assert len(results) == len(set(results))
    assert not parameters & (set(results) | {a["id"] for a in attributes(framework)})
    assert not set(results) & {a["id"] for a in attributes(framework)}
    for identifier in results:
        assert re.fullmatch(r"[\w.\-]{1,64}", identifier)


def texts(value, path=""):
    if isinstance(value, dict):
        for key, entry in value.items():
            if key in TEXTS | {"x-note"}:
                yield f"{path}/{key}", entry
            else:
                yield from texts(entry, f"{path}/{key}")
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from texts(entry, f"{path}/{index}")


@pytest.mark.parametrize("name", NAMES)
def test_everything_for_people_is_in_both_languages(name):
    framework = load(name)
    for path, text in texts(raw(name)):
        assert set(text) == {"zh", "en"}, path
        assert text["zh"].strip() and text["en"].strip(), path
        english = text["en"].replace("敦政办发〔2025〕7号", "")
        assert not re.search(r"[\u4e00-\u9fff]", english), path
    for indicator in framework["indicators"]:
        assert {"name", "dimension", "aspect", "measure", "note", "source"} <= set(indicator)
        assert re.search(r"[VPR][：；]|[VPR]：", indicator["note"]["zh"]), indicator["id"]
        assert re.search(r"\b[VPR]: ", indicator["note"]["en"]), indicator["id"]
    for key in ("dimensions", "levels", "aspects", "departments", "severities", "stages"):
        assert all("en" in entry["name"] for entry in framework[key]), key


@pytest.mark.parametrize("name", NAMES)
def test_a_direction_can_be_told(name):
    for indicator in load(name)["indicators"]:
        entries = [indicator] + indicator.get("components", [])
        targets = [t["op"] for entry in entries for t in entry.get("targets", [])]
        assert "direction" in indicator or targets, indicator["id"]
        derived = {"<=": "lower", "<": "lower", ">=": "higher", ">": "higher", "between": "range"}
        for op in targets:
            assert indicator.get("direction", derived[op]) == derived[op], indicator["id"]
        if indicator["kind"] in ("fact", "inventory"):
            assert not targets, indicator["id"]


def national(framework):
    return [i for i in framework["indicators"]
            if re.fullmatch(r"[HCBU]\d\d", i["id"]) and i["kind"] in JUDGED]


def local(framework):
    return [i for i in framework["indicators"] if i.get("local")]


def test_the_national_set_has_sixty_in_the_handbooks_order():
    framework = load("mohurd-2025")
    indicators = national(framework)
    assert [i["number"] for i in indicators] == list(range(1, 61))
    assert [i["id"] for i in indicators] == (
        [f"H{n:02}" for n in range(1, 10)] + [f"C{n}" for n in range(10, 22)]
        + [f"B{n}" for n in range(22, 30)] + [f"U{n}" for n in range(30, 61)])
    assert not local(framework)
    facts = [i["id"] for i in framework["indicators"] if i["kind"] == "fact"]
    assert facts[:3] == ["F01", "F02", "F03"]
    questions = {prefix: len([i for i in facts if i.startswith(prefix)])
                 for prefix in ("SH", "SC", "SB", "SU")}
    assert questions == {"SH": 8, "SC": 10, "SB": 8, "SU": 20}
    assert len(framework["indicators"]) == 60 + 3 + 46


def test_core_is_the_vendors_twenty():
    assert {i["id"] for i in load("mohurd-2025")["indicators"] if i.get("core")} == CORE
    assert len(CORE) == 20


def test_only_what_the_handbook_vetoes_or_counts_to_zero_is_a_floor():
    kinds = {i["id"]: i["kind"] for i in national(load("mohurd-2025"))}
    assert {i for i, kind in kinds.items() if kind == "floor"} == {
        "H01", "H02", "H03", "H04", "U31", "U37", "U39", "U40", "U46", "U47", "U51", "U54"}
    assert {i for i, kind in kinds.items() if kind == "inventory"} == {"B27", "B28", "B29"}


def test_yichang_has_sixty_and_seventeen():
    framework = load("yichang-2025")
    assert len(national(framework)) == 60
    assert len(local(framework)) == 17
    numbers = [i["number"] for i in framework["indicators"] if "number" in i]
    assert len(numbers) == len(set(numbers))
    indicators = by_id(framework["indicators"])
    assert indicators["C14"]["table"] == indicators["C18"]["table"] == "gaps"
    assert "items" not in indicators["C14"] and "components" not in indicators["U60"]
    aspects = [i["aspect"] for i in framework["indicators"] if i["kind"] == "guiding"]
    floors = [i["aspect"] for i in framework["indicators"] if i["kind"] == "floor"]
    counted = {a: (aspects + floors).count(a) for a in ("ecology", "heritage", "commute", "local")}
    assert counted == {"ecology": 10, "heritage": 5, "commute": 7, "local": 8}


def test_dunhua_has_fifty_one_and_two():
    framework = load("dunhua-2025")
    assert len(national(framework)) == 51
    assert [i["id"] for i in local(framework)] == ["D1", "D2"]
    left = {i["id"] for i in national(load("mohurd-2025"))} - {i["id"] for i in national(framework)}
    assert left == {"U37", "U38", "U39", "U40", "U41", "U43", "U50", "U58", "U60"}
    assert by_id(framework["indicators"])["U60"]["kind"] == "fact"
    for language in ("zh", "en"):
        note = framework["x-note"][language].replace("U37–U41", "U37 U38 U39 U40 U41")
        assert all(indicator in note for indicator in left)
    assert not {"heritage", "heritage_incidents"} & set(by_id(framework["tables"]))


def test_dunhua_asks_only_this_years_batch_below_the_city():
    framework = load("dunhua-2025")
    batch = by_id(attributes(framework))["batch"]
    assert batch["inherit"] is True and batch["type"] == "number"
    for table in framework["tables"]:
        asked = table.get("applies_when")
        assert asked == (None if table["level"] == "city" else "batch = year"), table["id"]
    splits = [ledger.get("split_level") for ledger in framework["ledgers"]]
    assert splits == ["street", "street", "block", None]


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_written_for_people(name):
    text = (ROOT / "src" / "frameworks" / f"{name}.json").read_text("utf-8")
    assert "\\u" not in text and "\t" not in text and text.endswith("}\n")
    assert not text.startswith("\ufeff")


# ---- what the formulas say -----------------------------------------------------------------------

def value(table, expression, framework="mohurd-2025", **values):
    """A row expression on one row: nulls where nothing is given. Callers let no null reach `when`,
    `greatest` or `least`, where the library is stricter than DuckDB."""
    document = load(framework)
    sql = row_sql(document, by_id(document["tables"])[table], values)
    return first(f"SELECT ({expression}) FROM ({sql})")


def holds(item_id, **values):
    for indicator in load("mohurd-2025")["indicators"]:
        for item in indicator.get("items", []):
            if item["id"] == item_id:
                return value(indicator["table"], item["when"], **values)
    raise AssertionError(item_id)


@pytest.mark.parametrize("area, band", [
    (0, "H04.0"), (5e-324, "H04.1a"), (9.999999999999998, "H04.1a"), (10, "H04.1b"), (30, "H04.1b"),
    (30.000000000000004, "H04.1c"), (None, "H04.1x")])
def test_a_facade_falls_in_one_band(area, band):
    bands = ["H04.0", "H04.1a", "H04.1b", "H04.1c", "H04.1x"]
    found = [b for b in bands if holds(b, facade_bad=True, facade_hazard_m2=area)]
    assert found == [band]
    assert not any(holds(b, facade_bad=False, facade_hazard_m2=area) for b in bands)


@pytest.mark.parametrize("laid, built, bad, gas, expected", [
    (2005, 2010, True, True, True), (2006, 1980, True, True, False), (None, 2005, True, None, True),
    (None, 2006, True, True, False), (1990, 1990, False, True, False),
    (1990, 1990, None, False, False), (1990, 1990, None, True, None),
    (1990, 1990, None, None, None), (1990, 1990, True, False, True)])
def test_gas_pipes_count_when_old_and_bad(laid, built, bad, gas, expected):
    assert holds("H02.1", riser_year=laid, built=built, riser_bad=bad, has_gas=gas) is expected


@pytest.mark.parametrize("item, column, floors", [
    ("H03.3", "fire_door_bad", 10), ("H03.4", "hydrant_bad", 8), ("H03.6", "exit_sign_bad", 10)])
def test_what_is_not_asked_of_low_buildings_is_no_fault(item, column, floors):
    assert holds(item, floors=floors - 1) is False
    assert holds(item, floors=floors) is None
    assert holds(item, floors=floors - 1, **{column: True}) is True
    assert holds(item, floors=floors, **{column: False}) is False


def test_smoke_alarms_are_asked_of_high_rises():
    assert holds("H09.3", floors=9) is False
    assert holds("H09.3", floors=10) is None
    assert holds("H09.3", floors=10, no_smoke_alarm=True) is True


def test_the_property_flag_is_inverted():
    assert holds("C20.1", property_flag=True) is True  # 1: none
    assert holds("C20.1", property_flag=False) is False  # 0: has


@pytest.mark.parametrize("people, shared, expected", [
    (5000, True, False), (5000, False, True), (5001, True, True), (5000, None, None)])
def test_large_communities_need_their_own_elderly_care(people, shared, expected):
    facts = {"elderly_built": False, "people": people, "elderly_shared": shared}
    assert holds("C10.1", **facts) is expected
    assert holds("C10.1", **{**facts, "elderly_built": True}) is False


@pytest.mark.parametrize("gap, property_missing, expected", [
    (12, False, 12), (-3, False, 0), (None, True, 200), (None, False, 50)])
def test_parking_shortage_is_never_negative(gap, property_missing, expected):
    assert value("communities", "parking_shortage", parking_gap=gap, households=300, vehicles=150,
                 no_property_area=property_missing, parking_spaces=100) == expected


def test_a_public_charger_stands_for_three():
    assert value("communities", "charger_shortage", charger_demand=100, private_piles=40,
                 public_piles=10) == 30


@pytest.mark.parametrize("dwelling, height, single, expected", [
    (True, 27, None, False), (True, 27.1, None, True), (False, 24, None, False),
    (False, 24.1, None, True), (False, 30, True, False)])
def test_high_rises(dwelling, height, single, expected):
    assert value("high_rises", "high_rise", dwelling=dwelling, height_m=height,
                 single_storey=single) is expected


@pytest.mark.parametrize("parameter, column, usual, other", [
    ("gas_renewal_base", "gas_base_km", ("planned", "gas_planned_km"), ("total", "gas_old_km")),
    ("risky_works_base", "risky_base", ("projects", "district_projects"),
     ("works", "risky_works")),
    ("risky_works_base", "risky_done", ("projects", "projects_connected"),
     ("works", "risky_monitored")),
    ("service_base", "matters_counted", ("on_time", "matters_on_time"), ("all", "matters"))])
def test_the_two_formulas_are_chosen_by_a_parameter(parameter, column, usual, other):
    framework = load("mohurd-2025")
    table = by_id(framework["tables"])["city_figures"]
    assert framework["parameters"][parameter] == usual[0]
    for choice, read in (usual, other, ("misspelt", None)):
        changed = {**framework, "parameters": {**framework["parameters"], parameter: choice}}
        figures = {usual[1]: 3, other[1]: 7}
        sql = row_sql(changed, table, figures)
        assert first(f"SELECT {column} FROM ({sql})") == figures.get(read)


@pytest.mark.parametrize("previous, expected", [(18.91, 23.91), (70, 75), (90, 75), (None, 75)])
def test_fire_station_target(previous, expected):
    indicator = by_id(load("mohurd-2025")["indicators"])["U53"]
    moving, fixed = (target["value"] for target in indicator["targets"])
    assert fixed == 75
    if previous is None:  # least of a null is null in the library, so the second target stands
        return
    found = first(f"SELECT {moving} FROM (SELECT {previous}::DOUBLE AS previous)")
    assert found == pytest.approx(expected, abs=1e-12)


def test_sewage_is_a_share_of_the_load():
    indicator = by_id(load("mohurd-2025")["indicators"])["U30"]
    formula = indicator["formula"]
    sql = """SELECT 20000::DOUBLE inflow_m3d, 90::DOUBLE bod_mgl, 50000::DOUBLE water_population,
             45::DOUBLE bod_g_per_head"""
    found = first(f"SELECT {formula} FROM ({sql}) GROUP BY water_population, bod_g_per_head")
    assert found == 80  # 20000 m3 of 90 g are 1800 kg of 2250


# ---- Yichang's published figures -----------------------------------------------------------------

reference = pytest.mark.skipif(not DATA.is_dir(), reason="reference data not at hand")


@reference
def test_yichangs_gap_lists_add_up():
    framework = load("yichang-2025")
    rows = {}
    with open(DATA / "community_gaps.csv", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["gap"], []).append(float(row["value"]))
    # Metres are whole numbers; a kilometre figure times 1000 is one rounding away from them.
    metres = [round(kilometres * 1000) for kilometres in rows["footway_km"]]
    for indicator, column, values, total in (
            ("C14", "parking_gap", rows["parking_spaces"], 29922),
            ("C15", "charger_gap", rows["chargers"], 1595),
            ("C18", "footway_bad_m", metres, 2.09)):
        formula = by_id(framework["indicators"])[indicator]["formula"]
        listed = ", ".join(f"({number!r}::DOUBLE)" for number in values)
        assert first(f"SELECT {formula} FROM (VALUES {listed}) AS gaps({column})") == total


def plain(name):
    name = re.sub(r"[（(][^（()）]*[)）]$", "", name.strip())
    return re.sub(r"[“”\"]", "", name)


@reference
def test_yichangs_names_aspects_and_numbers_are_the_published_ones():
    framework = load("yichang-2025")
    aspects = {a["id"]: a["name"]["zh"] for a in framework["aspects"]}
    listed = {plain(i["name"]["zh"]): i for i in national(framework) + local(framework)}
    with open(DATA / "indicators.csv", encoding="utf-8-sig") as file:
        published = list(csv.DictReader(file))
    assert {plain(row["indicator"]) for row in published} == set(listed)
    for row in published:
        indicator = listed[plain(row["indicator"])]
        assert aspects[indicator["aspect"]] == row["aspect"]
        if indicator.get("local"):
            assert int(row["number"]) == int(indicator["id"][1:])
            assert indicator.get("number", int(row["number"])) == int(row["number"])


@reference
def test_yichangs_decimals_are_the_published_ones():
    listed = {plain(i["name"]["zh"]): i for i in load("yichang-2025")["indicators"]}
    with open(DATA / "indicators.csv", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            if not row["published"] or "万" in row["published"]:
                continue
            shown = len(row["published"].partition(".")[2])
            # A whole number may be a rounded one or an exact 100: never more than the decimals.
            assert shown <= listed[plain(row["indicator"])]["decimals"], row["indicator"]


# ---- the page about them -------------------------------------------------------------------------

def test_the_page_lists_every_indicator_as_it_is():
    text = (ROOT / "docs" / "frameworks.md").read_text("utf-8")
    rows = re.findall(r"^\| ([HCBUYD]\d+)( ★)? \| ([^<|]+)<br>[^|]+ \| (\w+) \| ([^|]+) \|", text,
                      re.MULTILINE)
    listed = {row[0]: row[1:] for row in rows}
    assert len(listed) == len(rows) == 60 + 17 + 2
    everything = by_id(load("mohurd-2025")["indicators"] + local(load("yichang-2025"))
                       + local(load("dunhua-2025")))
    for identifier, (star, name, kind, measure) in listed.items():
        indicator = everything[identifier]
        assert (bool(star), name, kind, measure) == (
            indicator.get("core", False), indicator["name"]["zh"], indicator["kind"],
            indicator["measure"]), identifier
    parameters = load("mohurd-2025")["parameters"]
    assert all(f"`{parameter}`" in text for parameter in parameters)
