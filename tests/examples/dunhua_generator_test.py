"""The generator of the synthetic survey: determinism, prefixes, sampling rules, sums, and faults that are really there."""

import collections
import json
import subprocess

import pytest

from example_files import ROOT, read_csv

STREAMED = ("units.csv", "buildings.csv", "compounds.csv", "residents.csv")
MINZHU, BOHAI = "syn-minzhu", "syn-bohai"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def buildings(survey):
    return read_csv(survey / "buildings.csv")


@pytest.fixture(scope="module")
def faults(survey):
    return read_csv(survey / "faults.csv")


def test_same_options_give_same_bytes(generator, survey, tmp_path):
    again = generator(tmp_path / "again")
    assert names(again) == names(survey)
    for name in names(survey):
        assert (again / name).read_bytes() == (survey / name).read_bytes(), name


def test_another_seed_gives_other_rows(generator, survey, tmp_path):
    other = generator(tmp_path / "other", "--seed", 7)
    assert (other / "buildings.csv").read_bytes() != (survey / "buildings.csv").read_bytes()
    assert len(read_csv(other / "buildings.csv")) == 3000


@pytest.mark.parametrize("size", [1, 99, 100, 2999])
def test_a_smaller_survey_is_a_prefix(generator, survey, tmp_path, size):
    small = generator(tmp_path / "small", "--buildings", size)
    assert len(read_csv(small / "buildings.csv")) == size
    for name in STREAMED:
        assert (survey / name).read_bytes().startswith((small / name).read_bytes()), name
    numbers = {row["object"] for row in read_csv(small / "faults.csv") if row["table"] == "buildings"}
    larger = {row["object"] for row in read_csv(survey / "faults.csv") if row["table"] == "buildings"}
    last = read_csv(small / "buildings.csv")[-1]["building_id"]
    assert numbers == {number for number in larger if number <= last}


def test_a_larger_sample_of_residents_keeps_its_beginning(generator, survey, tmp_path):
    large = generator(tmp_path / "large", "--residents", 4000)
    assert (large / "residents.csv").read_bytes().startswith((survey / "residents.csv").read_bytes())


def test_everything_is_marked_as_synthetic(survey):
    assert "SYNTHETIC" in (survey / "SYNTHETIC.md").read_text(encoding="utf-8")
    for path in survey.glob("*.csv"):
        for row in read_csv(path):
            ids = [value for column, value in row.items() if value and column in ("id", "unit", "object") or column.endswith("_id")]
            assert all(value.startswith("syn-") for value in ids if value), (path.name, row)


def test_places_are_those_of_the_work_plan(survey):
    units = read_csv(survey / "units.csv")
    levels = collections.Counter(row["level"] for row in units)
    assert (levels["city"], levels["street"], levels["community"]) == (1, 4, 9)
    streets = {row["id"]: row["batch"] for row in units if row["level"] == "street"}
    assert sorted(streets.values()) == ["2025", "2025", "2026", "2026"]
    assert streets[MINZHU] == streets[BOHAI] == "2025"
    parents = collections.Counter(row["parent"] for row in units if row["level"] == "community")
    assert parents == {MINZHU: 4, BOHAI: 5}
    known = {row["id"] for row in units}
    assert len(known) == len(units)
    assert all(row["parent"] in known for row in units if row["parent"])


@pytest.mark.parametrize("options", [(), ("--compound-size", 1), ("--compound-size", 7), ("--buildings", 5003)])
def test_rows_belong_to_units_that_exist(generator, tmp_path, options):
    folder = generator(tmp_path / "data", *options)
    level = {row["id"]: row["level"] for row in read_csv(folder / "units.csv")}
    columns = {"compound_id": "compound", "community_id": "community", "block_id": "block", "city_id": "city"}
    for path in folder.glob("*.csv"):
        for row in read_csv(path):
            for column, expected in columns.items():
                assert column not in row or level[row[column]] == expected
    due = {row["id"]: int(row["buildings_due"]) for row in read_csv(folder / "units.csv") if row["level"] == "compound"}
    present = collections.Counter(row["compound_id"] for row in read_csv(folder / "buildings.csv"))
    short = [unit for unit in due if present[unit] != due[unit]]
    assert all(1 <= present[unit] <= due[unit] for unit in due)
    assert len(short) <= 1 and short in ([], [max(due)])


def test_compounds_sum_their_buildings(survey, buildings, faults):
    spoiled = {(r["object"], r["check"]) for r in faults if r["kind"] == "check" and r["table"] in ("buildings", "compounds")}
    rows = collections.defaultdict(list)
    for row in buildings:
        rows[row["compound_id"]].append(row)
    for compound in read_csv(survey / "compounds.csv"):
        own = rows[compound["compound_id"]]
        parts = [int(compound[f"buildings_{part}"]) for part in ("1_3", "4_6", "7_9", "10")]
        assert sum(parts) == len(own)
        assert (int(compound["buildings_total"]) != sum(parts)) == ((compound["compound_id"], "parts") in spoiled)
        if not any((row["building_id"], "range:residents") in spoiled for row in own):
            assert int(compound["residents"]) == sum(int(row["residents"]) for row in own)
        if not any((row["building_id"], "elderly-share") in spoiled for row in own):
            assert int(compound["residents_60"]) == sum(int(row["residents_60"]) for row in own)
    counted = collections.Counter(row["parent"] for row in read_csv(survey / "units.csv") if row["level"] == "compound")
    for community in read_csv(survey / "communities.csv"):
        assert int(community["compounds"]) == counted[community["community_id"]]


def test_people_fit_the_buildings_at_the_default_size(survey, buildings):
    """Fixed head counts of the communities against the sum over buildings: the same city, within a tenth."""
    people = sum(int(row["people"]) for row in read_csv(survey / "communities.csv"))
    residents = sum(max(0, int(row["residents"])) for row in buildings)
    assert abs(residents - people) < people / 10
    blocks = sum(int(row["people"]) for row in read_csv(survey / "blocks.csv"))
    assert blocks == people


@pytest.mark.parametrize("buildings, beyond", [(4500, False), (4600, True)])
def test_too_many_compounds_for_the_form_are_a_listed_fault(generator, tmp_path, buildings, beyond):
    folder = generator(tmp_path / "data", "--buildings", buildings, "--compound-size", 1)
    counts = {row["community_id"]: int(row["compounds"]) for row in read_csv(folder / "communities.csv")}
    listed = {row["unit"] for row in read_csv(folder / "faults.csv") if row["check"] == "range:compounds"}
    assert listed == {community for community, count in counts.items() if count > 500}
    assert bool(listed) == beyond


@pytest.mark.parametrize("seed", [0, 2025, 18446744073709551615])
@pytest.mark.parametrize("wanted", [1500, 3333])
def test_residents_keep_the_sampling_rules(generator, tmp_path, seed, wanted):
    folder = generator(tmp_path / "data", "--seed", seed, "--residents", wanted, "--buildings", 1)
    rows = read_csv(folder / "residents.csv")
    valid = [row for row in rows if int(row["age"]) >= 16 and row["half_year"] == "1"]
    faults = {row["object"] for row in read_csv(folder / "faults.csv") if row["check"] in ("adult", "resident")}
    assert {row["respondent_id"] for row in rows} - {row["respondent_id"] for row in valid} == faults
    count = len(valid)
    city = next(row for row in read_csv(folder / "units.csv") if row["level"] == "city")
    assert count >= wanted and count >= 1500 and count >= 0.0006 * int(city["built_population"])
    per_community = collections.Counter(row["community_id"] for row in valid)
    assert len(per_community) == 9 and min(per_community.values()) >= 6
    people = {row["community_id"]: int(row["people"]) for row in read_csv(folder / "communities.csv")}
    for community, number in per_community.items():
        assert abs(number - count * people[community] / sum(people.values())) <= 1
    assert sum(row["sex"] == "female" for row in valid) <= 0.7 * count
    ages = [int(row["age"]) for row in valid]
    assert 0.25 * count <= sum(16 <= age < 30 for age in ages) <= 0.35 * count
    assert 0.50 * count <= sum(30 <= age < 60 for age in ages) <= 0.60 * count
    assert 0.10 * count <= sum(age >= 60 for age in ages) <= 0.20 * count
    assert sum(row["official"] == "1" for row in valid) <= 0.15 * count


def test_residents_answer_46_questions(survey):
    rows = read_csv(survey / "residents.csv")
    questions = [column for column in rows[0] if column.startswith("q_")]
    assert collections.Counter(column[:4] for column in questions) == {"q_sh": 8, "q_sc": 10, "q_sb": 8, "q_su": 20}
    beyond = {(row["respondent_id"], column) for row in rows for column in questions if not 1 <= int(row[column]) <= 5}
    injected = {(row["object"], row["check"].removeprefix("range:")) for row in read_csv(survey / "faults.csv")
                if row["table"] == "residents" and row["check"].startswith("range:")}
    assert beyond == injected and injected


def test_questions_are_asked_only_where_they_apply(buildings, faults):
    spoiled = {(row["object"], row["check"]) for row in faults}
    for row in buildings:
        floors = int(row["floors"])
        if (row["building_id"], "range:floors") in spoiled:
            continue
        assert (row["fire_door_bad"] != "") == (floors >= 10)
        assert (row["exit_sign_bad"] != "") == (floors >= 10)
        assert (row["hydrant_bad"] != "") == (floors >= 8)
        assert (row["no_smoke_alarm"] != "") == (floors >= 10 or (row["building_id"], "smoke-asked") in spoiled)
        assert (row["riser_bad"] != "") == (row["has_gas"] == "1" or (row["building_id"], "gas-asked") in spoiled)
    heights = {int(row["floors"]) for row in buildings}
    assert {7, 8, 9, 10} <= heights, "the limits of the questions occur"


def test_every_housing_item_is_injected(faults):
    items = {row["item"] for row in faults if row["item"].startswith("H")}
    expected = ("H01.1 H01.2 H01.3 H01.4 H02.1 H02.2 H02.3 H03.1 H03.2 H03.3 H03.4 H03.5 H03.6 H03.7 H03.8 "
                "H04.1a H04.1b H04.1c H04.1x H04.2 H04.3 H04.4 H04.5 H05.1 H05.2 H06.1 H06.2 H06.3 "
                "H07.1 H07.2 H07.3 H07.4 H08.1 H09.1 H09.2 H09.3 H09.4").split()
    assert items == set(expected)
    checks = {row["check"] for row in faults if row["table"] == "buildings" and row["kind"] == "check"}
    assert {"reviewed", "riser-before-built", "elderly-share", "smoke-asked", "facade-area", "kitchen-bath",
            "gas-asked", "built-in-future", "range:floors", "range:built", "range:residents", "range:facade_hazard_m2"} == checks


def recompute(row):
    """The housing items in plain Python, by the handbook's words: the slow, obvious twin of the injection."""
    def yes(column):
        return row[column] == "1"
    def number(column, low, high):
        return float(row[column]) if row[column] and low <= float(row[column]) <= high else None
    if row["review"] not in ("passed", ""):
        return set()
    built, floors = number("built", 1850, 2026), number("floors", 1, 120)
    found = set()
    for item, column in {
            "H01.1": "wall_cracks", "H01.2": "load_bearing_removed", "H01.3": "masonry_decay", "H01.4": "bay_window_added",
            "H03.1": "stairs_bad", "H03.2": "shaft_blocked", "H03.3": "fire_door_bad", "H03.4": "hydrant_bad",
            "H03.5": "extinguisher_bad", "H03.6": "exit_sign_bad", "H03.7": "corridor_clutter", "H03.8": "corridor_bikes",
            "H04.2": "hanging_bad", "H04.3": "window_bad", "H04.4": "roof_leak", "H04.5": "seepage",
            "H06.1": "water_pipe_bad", "H06.2": "cables_bad", "H06.3": "heating_short",
            "H07.1": "lift_missing", "H07.2": "entrance_bad", "H07.3": "handrail_missing", "H07.4": "needy_homes",
            "H09.1": "no_fibre", "H09.2": "no_security", "H09.4": "no_call_device"}.items():
        if yes(column):
            found.add(item)
    for item, pipe in {"H02.1": "riser", "H02.2": "lead_in", "H02.3": "horizontal"}.items():
        laid = float(row[f"{pipe}_year"]) if row[f"{pipe}_year"] else built
        if yes(f"{pipe}_bad") and laid is not None and 2025 - laid >= 20:
            found.add(item)
    if yes("facade_bad"):
        area = number("facade_hazard_m2", 0, 50000)
        found.add("H04.1x" if area is None else "H04.0" if area == 0 else "H04.1a" if area < 10 else "H04.1b" if area <= 30 else "H04.1c")
    if float(row["no_kitchen_dwellings"]) > 0:
        found.add("H05.1")
    if float(row["no_bath_dwellings"]) > 0:
        found.add("H05.2")
    if yes("energy_flag") if row["energy_flag"] else (
            built is not None and built < 2000 and float(row["remaining_life"]) >= 20
            and not yes("demolition_planned") and not yes("energy_done")):
        found.add("H08.1")
    if floors is not None and floors >= 10 and yes("no_smoke_alarm"):
        found.add("H09.3")
    return found


@pytest.mark.parametrize("seed", [1, 2025])
def test_the_list_of_faults_is_what_the_rows_say(generator, tmp_path, seed):
    folder = generator(tmp_path / "data", "--seed", seed, "--buildings", 20000)
    listed = collections.defaultdict(set)
    for row in read_csv(folder / "faults.csv"):
        if row["table"] == "buildings" and row["kind"] in ("problem", "suppressed"):
            listed[row["object"]].add(row["item"])
    several = 0
    for row in read_csv(folder / "buildings.csv"):
        items = recompute(row) - {"H04.0"}
        assert items == listed[row["building_id"]], row
        several += len(items) >= 3
    assert several > 50, "buildings with three faults occur"


def test_compound_faults_are_what_the_rows_say(survey, faults):
    listed = {(row["object"], row["item"]) for row in faults if row["table"] == "compounds" and row["kind"] == "problem"}
    found = set()
    for row in read_csv(survey / "compounds.csv"):
        flags = {"C20.1": "property_flag", "C19.1": "waste_no_bins", "C19.2": "waste_mixed", "C19.3": "waste_no_point",
                 "C21.1": "smart_no_lockers", "C21.2": "smart_no_security", "C21.3": "smart_no_platform"}
        found |= {(row["compound_id"], item) for item, column in flags.items() if row[column] == "1"}
        if row["ebike_built"] == "0":
            found.add((row["compound_id"], "C16.1"))
        elif int(row["ebike_need"]) > int(row["ebike_existing"]):
            found.add((row["compound_id"], "C16.2"))
    assert found == listed


def test_the_columns_are_those_of_the_framework(survey):
    """Every column that the document reads from these tables is written, and none that it does not know."""
    frameworks = ROOT / "src/frameworks"
    base = json.loads((frameworks / "mohurd-2025.json").read_text(encoding="utf-8"))
    local = json.loads((frameworks / "dunhua-2025.json").read_text(encoding="utf-8"))
    removed = set(local.get("remove", {}).get("tables", []))
    tables = {table["id"]: table for table in base["tables"] if table["id"] not in removed}
    for table in local.get("tables", []):
        tables.setdefault(table["id"], {"columns": []}).update({key: value for key, value in table.items() if key != "columns"})
        tables[table["id"]].setdefault("columns", [])
        tables[table["id"]]["columns"] = tables[table["id"]]["columns"] + table.get("columns", [])
    for name, table in tables.items():
        path = survey / f"{name}.csv"
        assert path.exists(), f"no rows for table {name}"
        header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        needed = {column["id"] for column in table["columns"] if not column.get("optional") and "formula" not in column}
        needed.add(table["unit"])
        needed |= {table["key"]} if isinstance(table.get("key"), str) else set(table.get("key", []))
        assert needed <= set(header), (name, needed - set(header))
        known = needed | {column["id"] for column in table["columns"] if "formula" not in column}
        assert set(header) <= known, (name, set(header) - known)
    attributes = {attribute["id"] for level in base["levels"] for attribute in level.get("attributes", [])}
    header = (survey / "units.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    assert set(header) <= attributes | {"id", "level", "parent", "name"}


@pytest.mark.parametrize("arguments", [[], ["--output"], ["--buildings", "0"], ["--buildings", "3e6"], ["--buildings", "-1"],
                                       ["--seed", "18446744073709551616"], ["--residents", "1499"], ["--what", "1"]])
def test_wrong_usage_is_refused(generator, tmp_path, arguments):
    given = arguments if "--output" in arguments or not arguments else [*arguments, "--output", str(tmp_path / "data")]
    result = subprocess.run([generator.program, *given], capture_output=True, text=True)
    assert result.returncode == 2 and "usage" in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_folder_that_cannot_be_written_is_an_error(generator, tmp_path):
    (tmp_path / "file").write_text("")
    result = subprocess.run([generator.program, "--output", tmp_path / "file" / "data"], capture_output=True, text=True)
    assert result.returncode == 1 and result.stderr.startswith("generate: ")


def test_the_list_of_faults_can_be_left_out(generator, survey, tmp_path):
    folder = generator(tmp_path / "data", "--no-fault-list")
    assert not (folder / "faults.csv").exists() and not (folder / "decoys.csv").exists()
    assert (folder / "buildings.csv").read_bytes() == (survey / "buildings.csv").read_bytes()
