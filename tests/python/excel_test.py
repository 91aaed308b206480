"""Excel: what an official sees in the ledgers, and forms that come back filled in, rightly or not."""

from __future__ import annotations

import datetime
import pathlib
from typing import Any

import openpyxl
import pandas
import pytest

import tijian
import tijian.excel
import tijian.excel.workbook

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples/yichang-2025/data"
IDS = {"id": str, "parent": str, "unit": str, "community_id": str}

FRAMEWORK: dict[str, Any] = {
    "tijian": 1,
    "id": "forms",
    "version": "1",
    "year": 2025,
    "name": {"zh": "填报"},
    "dimensions": [{"id": "housing", "name": {"zh": "住房"}}],
    "levels": [
        {"id": "community", "dimension": "housing"},
        {"id": "street", "dimension": "housing"},
        {"id": "city", "dimension": "housing"},
    ],
    "departments": [{"id": "water", "name": {"zh": "水务局"}}, {"id": "gas", "name": {"zh": "燃气办"}}],
    "tables": [
        {
            "id": "buildings",
            "level": "community",
            "unit": "community",
            "key": "building",
            "columns": [
                {"id": "age", "type": "number", "measure": "年", "min": 0, "max": 200, "name": {"zh": "楼龄"}},
                {"id": "cracked", "type": "boolean", "name": {"zh": "开裂"}},
                {"id": "structure", "type": "text", "values": ["砖混", "框架"], "name": {"zh": "结构"}},
            ],
        }
    ],
    "indicators": [
        {
            "id": "H01",
            "name": {"zh": "开裂的旧砖混楼"},
            "dimension": "housing",
            "kind": "floor",
            "measure": "栋",
            "table": "buildings",
            "items": [
                {"id": "H01.1", "name": {"zh": "开裂"}, "when": "cracked and age > 20 and structure = '砖混'", "severity": "serious"}
            ],
            "targets": [{"op": "<=", "value": 0, "basis": "national"}],
        },
        {
            "id": "U01",
            "name": {"zh": "漏损率"},
            "dimension": "housing",
            "kind": "guiding",
            "measure": "%",
            "decimals": 2,
            "levels": ["city"],
            "targets": [{"op": "<=", "value": 9, "basis": "national", "source": "某标准"}],
            "source": {"type": "department", "department": "water"},
        },
    ],
}  # fmt: skip
UNITS = {
    "id": ["city", "s1", "s2", "001", "002", "003"],
    "level": ["city", "street", "street", "community", "community", "community"],
    "parent": [None, "city", "city", "s1", "s1", "s2"],
    "name": ["某市", "一街", "二街", None, None, None],
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    units, gaps, entries = (pandas.read_csv(DATA / f"{name}.csv", dtype=IDS) for name in ("units", "gaps", "entries"))
    result = tijian.assess("yichang-2025", units=units, tables={"gaps": gaps}, entries=entries)
    path = tmp_path_factory.mktemp("ledger") / "ledger.xlsx"
    result.to_excel(path)
    return openpyxl.load_workbook(path)


# ---- ledgers -----------------------------------------------------------------------------------------------


def test_the_sheets_are_those_of_the_handbook(ledger: openpyxl.Workbook):
    assert ledger.sheetnames == [
        "汇总", "住房问题台账", "小区（社区）问题台账", "街区问题台账", "城区（城市）问题台账", "问题清单", "整治建议清单", "指标表", "数据检查",
    ]  # fmt: skip
    headings = [cell.value for cell in ledger["住房问题台账"][1]]
    assert headings == ["序号", "指标项", "体检结果（栋）", "存在问题", "问题程度", "治理难度", "问题分类"]
    for sheet in ledger.worksheets[1:]:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref, sheet.title


def test_numbers_are_numbers_shown_with_the_indicators_decimals(ledger: openpyxl.Workbook):
    sheet = ledger["小区（社区）问题台账"]
    shown = {row[1].value: (row[2].value, row[2].number_format) for row in sheet.iter_rows(min_row=2)}
    assert shown["停车泊位缺口数"] == (29922, "0")
    assert shown["不达标的步行道长度"] == (pytest.approx(2.09), "0.00")


def test_severity_is_a_word_and_a_colour(ledger: openpyxl.Workbook):
    cells = [row[4] for row in ledger["住房问题台账"].iter_rows(min_row=2)]
    colours = {cell.value: cell.fill.fgColor.rgb for cell in cells}
    assert set(colours) == {"一般", "较严重", "严重"}
    assert len(set(colours.values())) == 3


def test_the_indicator_table_says_where_each_number_comes_from(ledger: openpyxl.Workbook):
    sheet = ledger["指标表"]
    headings = [cell.value for cell in sheet[1]]
    rows = [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in sheet.iter_rows(min_row=2)]
    (parking,) = [row for row in rows if row["指标编号"] == "C14"]
    assert parking["指标结果"] == 29922
    assert parking["计算公式"] == "sum(parking_gap)"
    assert parking["判定"] == "未达标"
    assert parking["标准来源"].startswith("城市体检工作手册")
    assert parking["数据提供部门"] == "街道办事处"
    assert len({row["指标编号"] for row in rows}) >= 77


def test_rows_are_as_high_as_their_texts(ledger: openpyxl.Workbook):
    sheet = ledger["指标表"]
    formula = [cell.value for cell in sheet[1]].index("计算公式") + 1
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    assert len(sheet.cell(rows["B22"], formula).value) > 120
    assert sheet.row_dimensions[rows["B22"]].height >= 45


def test_the_summary_counts_what_the_sheets_list(ledger: openpyxl.Workbook):
    cells = {row[0].value: row[1].value for row in ledger["汇总"].iter_rows() if row[0].value}
    assert cells["问题行数"] == 178
    for name in ledger.sheetnames[1:]:
        assert cells[name] == ledger[name].max_row - 1


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tijian.excel.workbook, "MOST_ROWS", 11)
    with tijian.excel.workbook.Workbook(tmp_path / "long.xlsx", "zh") as book:
        told = book.table("台账", ["序号"], [[number] for number in range(20)])
    assert told == [("台账", 10), ("台账 (2)", 10), ("台账 (3)", 0)]


def test_what_a_cell_cannot_hold_is_made_visible(tmp_path: pathlib.Path):
    with tijian.excel.workbook.Workbook(tmp_path / "odd.xlsx", "zh") as book:
        book.table("[a]:b" * 10, ["text"], [["bell\x07"], ["长" * 40_000], ["00123"], ["123456789012345678"]])
    sheet = openpyxl.load_workbook(tmp_path / "odd.xlsx").worksheets[0]
    assert len(sheet.title) == 31
    values = [row[0] for row in sheet.iter_rows(min_row=2)]
    assert values[0].value == "bell␇"
    assert values[1].value.endswith("（原文过长，已截断）") and len(values[1].value) == 32_767
    assert [(cell.value, cell.data_type, cell.number_format) for cell in values[2:]] == [
        ("00123", "s", "@"), ("123456789012345678", "s", "@"),
    ]  # fmt: skip


def test_sheets_have_names_that_excel_takes(tmp_path: pathlib.Path):
    with tijian.excel.workbook.Workbook(tmp_path / "a.xlsx", "zh") as book:
        names = [book.sheet(name).get_name() for name in ("History", "'quoted'", "a" * 30 + "'b", "''", "a/b", "A_B", "history")]
    assert names == ["History_", "quoted", "a" * 30, "_", "a_b", "A_B (2)", "history_ (2)"]


def test_a_file_that_cannot_be_written_is_an_os_error(tmp_path: pathlib.Path):
    with pytest.raises(OSError), tijian.excel.workbook.Workbook(tmp_path / "nowhere" / "a.xlsx", "zh") as book:
        book.table("a", ["b"], [[1]])


def test_a_workbook_that_fails_leaves_nothing(tmp_path: pathlib.Path):
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(b"last year's")
    with pytest.raises(RuntimeError, match="mine"), tijian.excel.workbook.Workbook(path, "zh") as book:
        book.table("a", ["b"], [[1]])
        raise RuntimeError("mine")
    assert path.read_bytes() == b"last year's"
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.xlsx"]


# ---- forms -------------------------------------------------------------------------------------------------


@pytest.fixture
def forms(tmp_path: pathlib.Path) -> list[pathlib.Path]:
    return tijian.excel.write_forms(FRAMEWORK, tmp_path / "forms", units=UNITS, by="street")


def fill(path: pathlib.Path, rows: list[list[Any]], sheet: str = "buildings") -> None:
    book = openpyxl.load_workbook(path)
    for number, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            book[sheet].cell(number, column).value = value
    book.save(path)


def test_a_form_for_each_street_with_limits_and_lists(forms: list[pathlib.Path]):
    assert [path.name for path in forms] == ["一街.xlsx", "二街.xlsx"]
    book = openpyxl.load_workbook(forms[0])
    assert book.sheetnames == ["填写说明", "buildings", "_lists", "_tijian"]
    sheet = book["buildings"]
    assert [cell.value for cell in sheet[1]] == ["单元编号 *", "编号 *", "楼龄（年）", "开裂", "结构"]
    assert [cell.value for cell in sheet[2]] == ["community", "building", "age", "cracked", "structure"]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    lists = book["_lists"]
    assert rules["A3"].formula1 == "'_lists'!$A$1:$A$2"
    assert [lists["A1"].value, lists["A2"].value] == ["001", "002"]
    assert (rules["C3"].type, rules["C3"].operator or "between") == ("decimal", "between")
    assert (float(rules["C3"].formula1), float(rules["C3"].formula2)) == (0, 200)
    assert rules["D3"].formula1 == '"是,否"'
    assert rules["E3"].formula1 == "'_lists'!$B$1:$B$2"
    assert book["_lists"].sheet_state == book["_tijian"].sheet_state == "hidden"


def test_forms_come_back_as_tables(forms: list[pathlib.Path], tmp_path: pathlib.Path):
    fill(forms[0], [["001", "a", 30, "是", "砖混"], ["002", "b", 10.5, "否", None], [None] * 5, ["002", "c", None, None, "框架"]])
    fill(forms[1], [["003", "a", 25, "yes", "砖混"]])
    (water,) = tijian.excel.write_forms(FRAMEWORK, tmp_path / "forms", units=UNITS, by="department")
    assert water.name == "水务局.xlsx"
    book = openpyxl.load_workbook(water)
    row = [cell.value for cell in book["指标填报"][3]]
    assert row[:6] == ["city", "某市", "U01", "漏损率", None, "%"]
    book["指标填报"]["G3"] = 12.25
    book["指标填报"]["J3"] = datetime.datetime(2025, 6, 30)
    book.save(water)

    read = tijian.excel.read_forms(FRAMEWORK, [*forms, water])
    assert read.tables == {
        "buildings": {
            "community": ["001", "002", "002", "003"],
            "building": ["a", "b", "c", "a"],
            "age": [30, 10.5, None, 25],
            "cracked": [True, False, None, True],
            "structure": ["砖混", None, "框架", "砖混"],
        }
    }
    assert read.entries is not None
    assert (read.entries["value"], read.entries["date"]) == ([12.25], ["2025-06-30"])
    result = tijian.assess(FRAMEWORK, units=UNITS, tables=read.tables, entries=read.entries)
    found = [(row["unit"], row["object"], row["indicator"]) for row in result.problems.to_dicts()]
    assert found == [("001", "a", "H01"), ("003", "a", "H01"), ("city", None, "U01")]


FAULTS = {
    "form.not_number": ("C3", ["001", "a", "95%", "是", "砖混"]),
    "form.below_minimum": ("C3", ["001", "a", -1, "是", "砖混"]),
    "form.above_maximum": ("C3", ["001", "a", 200.5, "是", "砖混"]),
    "form.not_boolean": ("D3", ["001", "a", 1, "有", "砖混"]),
    "form.not_in_list": ("E3", ["001", "a", 1, "是", "砖混结构"]),
    "form.not_text": ("B3", ["001", 7, 1, "是", "砖混"]),
    "form.unknown_unit": ("A3", ["003", "a", 1, "是", "砖混"]),
    "form.missing": ("A3", [None, "a", 1, "是", "砖混"]),
    "form.formula": ("C3", ["001", "a", "=10+20", "是", "砖混"]),
    "form.date": ("C3", ["001", "a", datetime.datetime(2025, 1, 1), "是", "砖混"]),
}


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_named_by_file_sheet_and_cell(code: str, forms: list[pathlib.Path]):
    cell, row = FAULTS[code]
    fill(forms[0], [row])
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, forms)
    (issue,) = refused.value.issues
    assert (issue.code, issue.place) == (code, f"一街.xlsx/buildings/{cell}")
    assert issue.message_zh and issue.message_en


def test_all_faults_of_all_files_come_together(forms: list[pathlib.Path]):
    fill(forms[0], [["001", "a", "95%", "有", "砖混"], ["001", "b", 1, "是", "砖混"], ["001", "b", 2, "否", "砖混"]])
    fill(forms[1], [["003", "a", 500, "是", "木"]])
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, forms)
    assert [(issue.code, issue.place) for issue in refused.value.issues] == [
        ("form.not_number", "一街.xlsx/buildings/C3"),
        ("form.not_boolean", "一街.xlsx/buildings/D3"),
        ("form.repeated", "一街.xlsx/buildings/5"),
        ("form.above_maximum", "二街.xlsx/buildings/C3"),
        ("form.not_in_list", "二街.xlsx/buildings/E3"),
    ]


def test_a_form_that_was_rebuilt_is_refused(forms: list[pathlib.Path], tmp_path: pathlib.Path):
    book = openpyxl.load_workbook(forms[0])
    book["buildings"].insert_cols(3)
    book.save(forms[0])
    book = openpyxl.load_workbook(forms[1])
    book["buildings"]["A3"] = "003"
    book["buildings"].merge_cells("B3:B4")
    book.save(forms[1])
    other = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(other)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK")
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, [*forms, other, broken])
    assert [(issue.code, issue.place) for issue in refused.value.issues] == [
        ("form.headings", "一街.xlsx/buildings/2"),
        ("form.merged", "二街.xlsx/buildings/B3:B4"),
        ("form.missing", "二街.xlsx/buildings/B3"),
        ("form.foreign", "other.xlsx"),
        ("form.unreadable", "broken.xlsx"),
    ]


def test_a_form_of_another_framework_is_refused(forms: list[pathlib.Path]):
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms({**FRAMEWORK, "version": "2"}, forms)
    assert {issue.code for issue in refused.value.issues} == {"form.other_framework"}


def test_a_file_given_twice_is_told_and_so_is_a_row_of_another_folder(forms: list[pathlib.Path], tmp_path: pathlib.Path):
    fill(forms[0], [["001", "a", 30, "是", "砖混"]])
    other = tmp_path / "copy" / forms[0].name
    other.parent.mkdir()
    other.write_bytes(forms[0].read_bytes())
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, [forms[0], forms[0].parent / ".." / "forms" / forms[0].name, other])
    assert [(issue.code, issue.place) for issue in refused.value.issues] == [
        ("form.twice", "一街.xlsx"),
        ("form.repeated", "一街.xlsx/buildings/3"),
    ]


def test_what_stands_beside_the_columns_is_told(forms: list[pathlib.Path]):
    fill(forms[0], [["001", "a", 30, "是", "砖混", None, "see the photo"]])
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, forms)
    assert [(issue.code, issue.place) for issue in refused.value.issues] == [("form.beside", "一街.xlsx/buildings/G3")]


@pytest.mark.parametrize("damage", ["emptied", "no sheets", "another table"])
def test_a_damaged_hidden_sheet_is_told(damage: str, forms: list[pathlib.Path]):
    book = openpyxl.load_workbook(forms[0])
    hidden = book["_tijian"]
    if damage == "another table":
        hidden.cell(5, 3).value = "houses"
    else:
        hidden.delete_rows(5 if damage == "no sheets" else 1, 20)
    book.save(forms[0])
    with pytest.raises(tijian.DataError) as refused:
        tijian.excel.read_forms(FRAMEWORK, forms[0])
    (issue,) = refused.value.issues
    assert issue.code == ("form.other_framework" if damage == "emptied" else "form.damaged")


def test_a_reason_without_a_value_is_not_lost(tmp_path: pathlib.Path):
    (water,) = tijian.excel.write_forms(FRAMEWORK, tmp_path, units=UNITS, by="department")
    book = openpyxl.load_workbook(water)
    assert book["指标填报"]["L2"].value == "reason"
    book["指标填报"]["L3"] = "水表更换中"
    book.save(water)
    read = tijian.excel.read_forms(FRAMEWORK, water)
    assert read.entries is not None
    assert (read.entries["unit"], read.entries["value"], read.entries["reason"]) == (["city"], [None], ["水表更换中"])
    result = tijian.assess(FRAMEWORK, units=UNITS, entries=read.entries)
    assert [row["verdict"] for row in result.verdicts.to_dicts() if row["indicator"] == "U01"] == ["no_data"]


def test_a_form_knows_more_units_than_a_row_of_excel_has_cells(tmp_path: pathlib.Path):
    communities = [f"{number:05}" for number in range(17_000)]
    units = {
        "id": [*communities, "s1", "city"],
        "level": ["community"] * 17_000 + ["street", "city"],
        "parent": ["s1"] * 17_000 + ["city", None],
    }
    (form,) = tijian.excel.write_forms(FRAMEWORK, tmp_path, units=units, by="street")
    fill(form, [["16999", "a", 30, "是", "砖混"]])
    assert tijian.excel.read_forms(FRAMEWORK, form).tables["buildings"]["community"] == ["16999"]


def test_forms_by_what_there_is_not_are_refused(tmp_path: pathlib.Path):
    with pytest.raises(ValueError, match="language is 'fr'"):
        tijian.excel.write_forms(FRAMEWORK, tmp_path, units=UNITS, by="street", language="fr")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'department' or a level: community, street, city"):
        tijian.excel.write_forms(FRAMEWORK, tmp_path, units=UNITS, by="district")
    with pytest.raises(tijian.DataError):
        tijian.excel.write_forms(FRAMEWORK, tmp_path / "none", units={**UNITS, "parent": ["nowhere"] * 6}, by="street")
    assert not (tmp_path / "none").exists()
