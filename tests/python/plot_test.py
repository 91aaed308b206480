"""Plots: what is drawn is what the tables say, Chinese letters are there, and matplotlib is left as it was."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import warnings
from collections.abc import Iterator

import matplotlib
import pandas
import pytest

import tijian

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402

from tijian import plot, plot_fonts  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples/yichang-2025/data"
IDS = {"id": str, "parent": str, "unit": str, "community_id": str}


@pytest.fixture(scope="module")
def result() -> tijian.Assessment:
    units, gaps, entries = (pandas.read_csv(DATA / f"{name}.csv", dtype=IDS) for name in ("units", "gaps", "entries"))
    return tijian.assess("yichang-2025", units=units, tables={"gaps": gaps}, entries=entries)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    before = dict(matplotlib.rcParams)
    yield
    pyplot.close("all")
    assert dict(matplotlib.rcParams) == before, "a plot changed matplotlib's settings"


def texts(axes: pyplot.Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def drawn(axes: pyplot.Axes) -> None:
    """Draws it; a letter that the font does not have is a warning, and warnings are errors."""
    axes.figure.canvas.draw()


def test_the_heat_map_has_a_mark_for_every_judged_cell(result: tijian.Assessment):
    axes = plot.severity_heat_map(result, level="community")
    drawn(axes)
    rows = result.verdicts.filter(level="community").to_dicts()
    unmet = [row for row in rows if row["verdict"] == "unmet"]
    assert texts(axes).count("1") == len([row for row in unmet if row["severity"] == "moderate"]) > 100
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert len(names) == len({row["unit"] for row in rows})
    legend = axes.get_legend()
    assert legend is not None and "1 一般" in [text.get_text() for text in legend.get_texts()]


def test_unknown_is_never_drawn_as_met(result: tijian.Assessment):
    axes = plot.severity_heat_map(result, level="city", indicators=["U43", "U44", "U36", "B24"])
    drawn(axes)
    kinds = {row["indicator"]: row["verdict"] for row in result.verdicts.filter(level="city").to_dicts() if row["component"] is None}
    cells = dict(zip(["U43", "U44", "U36", "B24"], axes.images[0].get_array()[0], strict=True))
    marks = {"no_data": 1, "met": 2}
    for indicator, kind in cells.items():
        if kinds[indicator] in marks:
            assert kind == marks[kinds[indicator]], indicator
    assert kinds["U44"] == "met" and kinds["B24"] == "no_data"
    assert "?" in texts(axes) and "✓" in texts(axes)


def test_bullets_have_their_numbers_and_a_missing_value_no_bar(result: tijian.Assessment):
    axes = plot.bullet_chart(result, "yichang", indicators=["C14", "B24", "Y32"])
    drawn(axes)
    assert texts(axes) == ["29922 个（<= 0）未达标", "无数据（<= 0）", "0.67 万人/km²（0.7 .. 1.5）未达标"]
    bars = [patch for patch in axes.patches if patch.get_height() == 0.5]
    assert len(bars) == 2
    assert bars[1].get_width() == pytest.approx(0.67 / 1.5)


def test_the_pareto_adds_up(result: tijian.Assessment):
    axes = plot.ledger_pareto(result, by="unit", top=3)
    drawn(axes)
    assert sum(int(text) for text in texts(axes)) == len(result.problems)
    assert [label.get_text() for label in axes.get_xticklabels()][-1] == "其他"
    share = axes.figure.axes[1].lines[0].get_ydata()
    assert share[-1] == pytest.approx(100) and list(share) == sorted(share)


def test_the_radar_has_the_share_that_is_met(result: tijian.Assessment):
    axes = plot.aspect_radar(result)
    drawn(axes)
    names = [label.get_text() for label in axes.get_xticklabels()]
    rows = [row for row in result.verdicts.filter(units="yichang", level="city").to_dicts() if row["component"] is None]
    aspects = {indicator["id"]: indicator.get("aspect") for indicator in result.framework.to_dict()["indicators"]}
    smart = [row["verdict"] for row in rows if aspects[row["indicator"]] == "smart" and row["verdict"] in ("met", "unmet")]
    value = axes.lines[0].get_ydata()[names.index("智慧高效")]
    assert value == pytest.approx(100 * smart.count("met") / len(smart))


def test_axes_that_are_given_are_drawn_into(result: tijian.Assessment):
    figure, given = pyplot.subplots(1, 3)
    assert plot.severity_heat_map(result, axes=given[0]) is given[0]
    assert plot.bullet_chart(result, "yichang", axes=given[1]) is given[1]
    assert plot.ledger_pareto(result, axes=given[2]) is given[2]
    with pytest.raises(ValueError, match="polar"):
        plot.aspect_radar(result, axes=given[0])
    assert pyplot.get_fignums() == [figure.number]


def test_what_is_not_there_is_told(result: tijian.Assessment):
    with pytest.raises(tijian.DataError):
        plot.severity_heat_map(result, level="province")
    with pytest.raises(tijian.DataError):
        plot.bullet_chart(result, "nowhere")
    with pytest.raises(ValueError, match="by is"):
        plot.ledger_pareto(result, by="colour")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no such row"):
        plot.ledger_pareto(result, dimension="nothing")


def test_english_results_have_english_plots(result: tijian.Assessment):
    units = {"id": ["c"], "level": ["city"], "parent": [None]}
    entries = {"unit": ["c"], "indicator": ["U36"], "value": [50.0]}
    english = tijian.assess("yichang-2025", units=units, entries=entries, language="en")
    axes = plot.bullet_chart(english, "c", indicators="U36")
    assert "unmet" in texts(axes)[0]


def test_without_a_chinese_font_there_is_one_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plot_fonts, "_KNOWN", ())
    plot_fonts.chinese_font.cache_clear()
    try:
        with pytest.warns(UserWarning, match="fonts-noto-cjk") as told:
            assert plot_fonts.font_families() == ["DejaVu Sans"]
        assert len(told) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert plot_fonts.font_families() == ["DejaVu Sans"]
    finally:
        plot_fonts.chinese_font.cache_clear()


def test_without_matplotlib_the_package_says_how_to_get_it():
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import tijian, tijian.plot\n"
        "units = {'id': ['c'], 'level': ['city'], 'parent': [None]}\n"
        "entries = {'unit': ['c'], 'indicator': ['U36'], 'value': [50.0]}\n"
        "result = tijian.assess('yichang-2025', units=units, entries=entries)\n"
        "try: tijian.plot.bullet_chart(result, 'c')\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "plots need matplotlib: pip install tijian[plot]\n"
