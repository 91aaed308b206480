"""Names are what somebody typed, or worse: over 200 of them through every output, and none is ever obeyed."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import pathlib
import shutil
import subprocess
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest

import tijian

# What spreadsheets, browsers and terminals might obey. `{}` is filled with different calls and marks.
TEMPLATES = [
    "=1+{n}", "=cmd|' /C calc'!A{n}", "+1+{n}", "-1-{n}", "@SUM({n},1)", "\t=1+{n}", "\r=1+{n}", "\n=1+{n}",
    " =1+{n}", "=HYPERLINK(\"http://localhost:9/{n}\",\"open\")", "=IMPORTXML(\"http://localhost:9/{n}\",\"//a\")",
    "=WEBSERVICE(\"http://localhost:9/{n}\")", "{{=1+{n}}}", "'=1+{n}", "\"=1+{n}", "；=1+{n}", "＝1+{n}", "％=1+{n}",
    "=DDE(\"server\",\"topic\",\"{n}\")", "=RTD(\"a\",\"b\",{n})", "=INDIRECT(\"A{n}\")", "=\u200b1+{n}", "\u202e=1+{n}",
    "<script>document.body.dataset.hit={n}</script>", "<img src=x{n} onerror=document.body.dataset.hit={n}>",
    "\"><svg onload=document.body.dataset.hit={n}>", "</td></table><script>document.body.dataset.hit={n}</script>",
    "<a href=javascript:document.body.dataset.hit={n}>x</a>", "&lt;b&gt;{n}", "<!-- {n}", "]]>{n}", "<style>*{{display:none}}/*{n}",
    "javascript:document.body.dataset.hit={n}", "${{7*{n}}}", "{{{{7*{n}}}}}", "%0d%0a{n}", "\x00{n}", "\x07bell{n}",
    "\x1b[31mred{n}\x1b[0m", "\x1b]0;title{n}\x07",
    "<r><t>rich{n}</t></r>", "<r><t>{n}</t></r></si><si><t>more</t></si><r></r>", "<r>{n}<![CDATA[</r>",
]  # fmt: skip
PAYLOADS = [template.format(n=100 + number) for number in range(5) for template in TEMPLATES]


def test_there_are_over_two_hundred():
    assert len(set(PAYLOADS)) == len(PAYLOADS) > 200


@pytest.fixture(scope="module")
def result() -> tijian.Assessment:
    """A city in which every unit, indicator and text is a payload."""
    framework = {
        "tijian": 1,
        "id": "injection",
        "version": "1",
        "year": 2025,
        "name": {"zh": PAYLOADS[0], "en": PAYLOADS[23]},
        "dimensions": [{"id": "community", "name": {"zh": PAYLOADS[1]}}],
        "levels": [{"id": "community", "dimension": "community"}, {"id": "city", "dimension": "community"}],
        "tables": [],
        "departments": [{"id": "office", "name": {"zh": PAYLOADS[2]}}],
        "indicators": [
            {
                "id": "C01",
                "name": {"zh": PAYLOADS[24], "en": PAYLOADS[3]},
                "dimension": "community",
                "kind": "floor",
                "measure": "1",
                "levels": ["community"],
                "department": "office",
                "advice": {"zh": PAYLOADS[25]},
                "targets": [{"op": "<=", "value": 0, "basis": "local", "source": PAYLOADS[26]}],
                "source": {"type": "field_survey", "document": PAYLOADS[27]},
            }
        ],
    }
    ids = ["city", *PAYLOADS]
    units = {
        "id": ids,
        "level": ["city"] + ["community"] * len(PAYLOADS),
        "parent": [None] + ["city"] * len(PAYLOADS),
        "name": ids,
    }
    entries = {
        "unit": PAYLOADS,
        "indicator": ["C01"] * len(PAYLOADS),
        "value": [1.0] * len(PAYLOADS),
        "reason": PAYLOADS,
        "source": PAYLOADS,
        "confirmation": ["confirmed"] * len(PAYLOADS),
    }
    return tijian.assess(framework, units=units, entries=entries)


def test_every_payload_is_a_problem(result: tijian.Assessment):
    assert [row["unit"] for row in result.problems.to_dicts()] == sorted(PAYLOADS, key=str.encode)


# ---- CSV ---------------------------------------------------------------------------------------------------


def test_no_csv_cell_begins_like_a_formula(result: tijian.Assessment):
    for name in result.tables:
        text = result[name].to_csv()
        assert text is not None
        for row in csv.reader(io.StringIO(text)):
            for cell in row:
                assert cell[:1] not in ("=", "+", "@", "\t", "\r"), (name, cell)
                assert not (cell[:1] == "-" and not _is_number(cell)), (name, cell)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# ---- Excel -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workbook(result: tijian.Assessment, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    path = tmp_path_factory.mktemp("injection") / "ledger.xlsx"
    result.to_excel(path)
    return path


def texts_of(path: pathlib.Path) -> list[str]:
    """Every text of every sheet; a formula anywhere fails."""
    texts = []
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None, (sheet.title, cell.coordinate)
                if isinstance(cell.value, str):
                    texts.append(cell.value)
    return texts


def test_no_cell_is_a_formula(workbook: pathlib.Path):
    texts = [text.lstrip("\u200b") for text in texts_of(workbook)]
    for payload in PAYLOADS:
        if payload.isprintable():
            assert payload in texts, payload


def test_texts_are_escaped_in_the_file(workbook: pathlib.Path):
    """Each text of the workbook is one text element: none brings elements of its own."""
    with zipfile.ZipFile(workbook) as parts:
        strings = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert len(strings) > 200
    for string in strings:
        assert [element.tag for element in string.iter()] == [f"{space}si", f"{space}t"]


def test_after_libreoffice_nothing_was_evaluated(workbook: pathlib.Path, tmp_path: pathlib.Path):
    before = texts_of(workbook)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", tmp_path, workbook],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    after = texts_of(tmp_path / workbook.name)
    assert sorted(after) == sorted(before)


# ---- HTML --------------------------------------------------------------------------------------------------


class Cells(html.parser.HTMLParser):
    """The texts between tags, and every tag that there is."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_has_no_tag_of_a_payload(result: tijian.Assessment):
    for name in result.tables:
        cells = Cells()
        cells.feed(result[name]._repr_html_())
        assert cells.tags <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td"}, name
        assert cells.attributes <= {"style"}, name


def test_a_browser_runs_no_script(result: tijian.Assessment, tmp_path: pathlib.Path):
    tables = "".join(result[name]._repr_html_() for name in result.tables)
    page = tmp_path / "page.html"
    # The last script only runs if no payload broke the page before it.
    page.write_text(
        f'<!doctype html><meta charset="utf-8"><body>{tables}'
        '<script>document.body.dataset.cells = document.querySelectorAll("td").length;'
        "document.body.dataset.scripts = document.scripts.length</script></body>",
        "utf-8",
    )
    browser = shutil.which("chromium")
    assert browser, "the browser test needs chromium"
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}/browser",
         "--virtual-time-budget=3000", "--dump-dom", page.as_uri()],
        check=True, capture_output=True, timeout=180, text=True,
    )  # fmt: skip
    body = Body()
    body.feed(done.stdout)
    expected = tables.count("<td")
    assert expected > 10_000
    assert body.attributes == {"data-cells": str(expected), "data-scripts": "1"}


class Body(html.parser.HTMLParser):
    """The attributes of the body, which payloads try to set."""

    attributes: dict[str, str | None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.attributes = dict(attrs)


# ---- text --------------------------------------------------------------------------------------------------


def test_a_terminal_is_sent_no_control_character(result: tijian.Assessment):
    for name in result.tables:
        assert all(letter.isprintable() or letter == "\n" for letter in repr(result[name]))


def test_json_gives_the_payloads_back(result: tijian.Assessment):
    text = result.problems.to_json()
    assert text is not None
    assert [row["unit"] for row in json.loads(text)["rows"]] == sorted(PAYLOADS, key=str.encode)
