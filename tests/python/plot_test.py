"""Plots: what is drawn is what the tables say, Chinese letters are there, and matplotlib is left as it was."""

from __future__ import annotations

import pathlib
import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib
import numpy
import pandas
import pytest
from conftest import run_python

import tijian

matplotlib.use("agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.colors import to_hex  # noqa: E402

from tijian import plot, plot_fonts  # noqa: E402

DATA = pathlib.Path(__file__).resolve().parents[2] / "examples/yichang-2025/data"
IDS = {"id": str, "parent": str, "unit": str, "community_id": str}


def yichang(language: Any) -> tijian.Assessment:
    units, gaps, entries = (pandas.read_csv(DATA / f"{name}.csv", dtype=IDS) for name in ("units", "gaps", "entries"))
    return tijian.assess("yichang-2025", units=units, tables={"gaps": gaps}, entries=entries, language=language)


@pytest.fixture(scope="module")
def published() -> tijian.Assessment:
    return yichang("zh")


def coverages(count: int = 10) -> dict[str, Any]:
    """A framework of nothing but shares of at least 80 %, in five aspects."""
    return {
        "tijian": 1, "id": "shares", "version": "1", "year": 2025, "name": {"en": "Shares"}, "tables": [],
        "dimensions": [{"id": "city", "name": {"zh": "城区", "en": "City"}}],
        "levels": [{"id": "community", "dimension": "city", "name": {"zh": "社区", "en": "Community"}}],
        "aspects": [{"id": f"a{i}", "dimension": "city", "name": {"zh": f"方面{i}"}} for i in range(5)],
        "indicators": [
            {"id": f"I{i:02}", "name": {"zh": f"覆盖率{i}"}, "dimension": "city", "aspect": f"a{i % 5}", "kind": "guiding",
             "measure": "%", "levels": ["community"], "targets": [{"op": ">=", "value": 80, "basis": "local"}]}
            for i in range(count)
        ],
    }  # fmt: skip


def shares(values: dict[str, list[float | None]], **changes: Any) -> tijian.Assessment:
    """Assesses a list of values for each unit; null is no entry."""
    rows = [(unit, f"I{i:02}", value) for unit, each in values.items() for i, value in enumerate(each) if value is not None]
    units = {"id": list(values), "level": ["community"] * len(values), "parent": [None] * len(values)}
    entries = dict(zip(("unit", "indicator", "value"), map(list, zip(*rows, strict=True)), strict=True))
    return tijian.assess({**coverages(max(map(len, values.values()))), **changes}, units=units, entries=entries)


@pytest.fixture(autouse=True)
def nothing_changed() -> Iterator[None]:
    before = dict(matplotlib.rcParams)
    yield
    pyplot.close("all")
    assert dict(matplotlib.rcParams) == before, "a plot changed matplotlib's settings"


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def ticks(labels: Any) -> list[str]:
    return [label.get_text() for label in labels]


def drawn(axes: Axes) -> None:
    """Draws it; a letter that the font does not have is a warning, and warnings are errors."""
    axes.figure.canvas.draw()


def value_bars(axes: Axes) -> list[Any]:
    return [patch for patch in axes.patches if patch.get_height() == pytest.approx(0.5)]


# ---- severity_heat_map -------------------------------------------------------------------------------------


def test_the_heat_map_has_a_word_for_every_judged_cell(published: tijian.Assessment):
    axes = plot.severity_heat_map(published, level="community")
    drawn(axes)
    rows = published.verdicts.filter(level="community").to_dicts()
    unmet = [row for row in rows if row["verdict"] == "unmet"]
    assert texts(axes).count("一般") == len(unmet) == 113
    assert texts(axes).count("?") == 64 * 3 - 113
    assert len(ticks(axes.get_yticklabels())) == 64
    assert [label.split()[0] for label in ticks(axes.get_xticklabels())] == ["C14", "C15", "C18"]
    assert axes.get_title() == "问题程度：社区"
    legend = axes.get_legend()
    assert legend is not None and ticks(legend.get_texts()) == ["? 无数据，未判定", "一般"]


def test_every_kind_of_cell_has_a_text_and_a_colour_of_its_own(published: tijian.Assessment):
    chosen = ["U44", "B24", "U43", "C14", "U53", "U36", "U60"]
    axes = plot.severity_heat_map(published, level="city", indicators=chosen)
    drawn(axes)
    assert [label.split()[0] for label in ticks(axes.get_xticklabels())] == chosen
    told = {int(text.get_position()[0]): text.get_text() for text in axes.texts}
    assert told == {0: "✓", 1: "?", 2: "–", 3: "一般", 4: "较严重", 5: "严重"}  # U60 has no target: empty
    image = axes.images[0]
    colours = [to_hex(colour) for colour in image.cmap(image.norm(numpy.asarray(image.get_array())[0]))]
    assert len(set(colours)) == 6 and colours[2] == colours[6] == "#ffffff"
    legend = axes.get_legend()
    assert legend is not None and len(legend.get_texts()) == 7 and "– 不适用" in ticks(legend.get_texts())


def test_narrow_cells_have_ranks_that_the_legend_explains():
    result = shares({f"u{i}": [79.0, 65.0, 10.0, 90.0] * 15 for i in range(100)})
    axes = plot.severity_heat_map(result)
    drawn(axes)
    assert numpy.asarray(axes.images[0].get_array()).shape == (100, 45)
    assert texts(axes).count("1") == texts(axes).count("2") == texts(axes).count("3") == 1500
    legend = axes.get_legend()
    assert legend is not None and ticks(legend.get_texts()) == ["1 一般", "2 较严重", "3 严重"]
    assert min(text.get_fontsize() for text in axes.texts) >= 4.5


def test_of_very_many_units_the_worst_are_drawn_and_the_title_says_so():
    result = shares({f"u{i:03}": [10.0, 10.0 if i % 2 else 90.0] for i in range(240)})
    axes = plot.severity_heat_map(result)
    assert ticks(axes.get_yticklabels()) == [f"u{i:03}" for i in range(1, 240, 2)]
    assert "240个中未达标最多的120个" in axes.get_title()


def test_an_indicator_without_any_unmet_can_be_asked_for():
    axes = plot.severity_heat_map(shares({"u": [90.0, None]}), level="community", indicators=["I00", "I01"])
    assert texts(axes) == ["✓", "?"]


# ---- bullet_chart ------------------------------------------------------------------------------------------


def test_bullets_have_their_numbers_and_a_missing_value_no_bar(published: tijian.Assessment):
    axes = plot.bullet_chart(published, "yichang", indicators=["C14", "B24", "Y32", "C19", "U43"])
    drawn(axes)
    assert texts(axes) == [
        "29,922 个（标准 ≤ 0） 未达标 · 一般",
        "无数据（标准 ≤ 0）",
        "0.67 万人/km²（标准 0.7–1.5） 未达标 · 一般",
        "0 个（标准 ≤ 0） 达标",
        "不适用",
    ]
    # C19 is 0, which is a bar without length and a mark; B24 and U43 have neither.
    bars = value_bars(axes)
    assert [bar.get_y() + 0.25 for bar in bars] == [0, 2, 3]
    assert [bar.get_width() for bar in bars] == pytest.approx([2.0, 0.67 / 1.5, 0.0])
    assert [list(line.get_ydata()) for line in axes.lines if line.get_marker() == "D"] == [[3]]
    assert all(bar.get_hatch() for bar in bars[:2]) and not bars[2].get_hatch()
    (band,) = [patch for patch in axes.patches if patch.get_height() == pytest.approx(0.84)]
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((0.7 / 1.5, 1.0))
    assert "占标准的百分比" in axes.get_xlabel()
    assert ticks(axes.get_yticklabels())[0] == "C14 停车泊位缺口数（个）"


def test_a_bar_is_its_share_of_the_target_and_an_arrow_says_that_it_goes_on():
    axes = plot.bullet_chart(shares({"u": [40.0, 80.0, 160.0, 800.0, -20.0]}), "u")
    drawn(axes)
    assert [bar.get_width() for bar in value_bars(axes)] == [0.5, 1.0, 2.0, 2.0, -0.25]
    assert [list(line.get_ydata()) for line in axes.lines if line.get_marker() == ">"] == [[3]]
    assert axes.get_xlim() == (-0.25, 2.0)


def test_a_value_that_was_not_judged_is_neither_met_nor_unmet(streets: tijian.Framework):
    document = streets.to_dict()
    document["indicators"][1]["min_coverage"] = 0.9
    buildings = {
        "community": ["x"] * 4, "building": list("abcd"), "area": [90.0, 80.0, None, None], "floors": [6] * 4,
        "lift": [True] * 4, "owner": ["z"] * 4, "built": ["2001-01-01"] * 4, "structure": ["砖"] * 4,
    }  # fmt: skip
    units = {"id": ["x"], "level": ["community"], "parent": [None]}
    result = tijian.assess(document, units=units, tables={"buildings": buildings})
    (row,) = result["values"].filter(indicators="C02").to_dicts()
    assert row["value"] == 100 and row["coverage"] == 0.5
    axes = plot.bullet_chart(result, "x", indicators="C02")
    assert texts(axes) == ["100.00 %（标准 ≥ 70） 未判定"]
    (bar,) = value_bars(axes)
    assert bar.get_facecolor()[3] == 0 and bar.get_linestyle() == "--"
    assert texts(plot.severity_heat_map(result, level="community", indicators="C02")) == ["?"]


def test_a_value_is_never_rounded_to_the_other_side_of_its_target():
    document = coverages(2)
    for indicator in document["indicators"]:
        indicator["decimals"] = 1
    axes = plot.bullet_chart(shares({"u": [79.996, 12.25]}, indicators=document["indicators"]), "u")
    assert [text.split(" ")[0] for text in texts(axes)] == ["79.996", "12.3"]


def test_components_are_rows_of_their_own_and_other_targets_are_dotted(published: tijian.Assessment):
    axes = plot.bullet_chart(published, "yichang", indicators="U42")
    labels = ticks(axes.get_yticklabels())
    assert len(labels) == 4 and labels[0].startswith("U42 城市高峰期机动车平均速度 · 快速路早高")
    document = coverages(1)
    document["indicators"][0]["targets"].append({"op": ">=", "value": 100, "basis": "national"})
    axes = plot.bullet_chart(shares({"u": [50.0]}, indicators=document["indicators"]), "u")
    assert [list(line.get_xdata()) for line in axes.lines if line.get_linestyle() == ":"] == [[1.25, 1.25]]


# ---- ledger_pareto -----------------------------------------------------------------------------------------


def test_the_pareto_adds_up(published: tijian.Assessment):
    axes = plot.ledger_pareto(published, by="unit", top=3)
    drawn(axes)
    upper = axes.figure.axes[1]
    counts = [bar.get_height() for bar in axes.patches]
    assert len(counts) == 4 and sum(counts) == len(published.problems) == 178
    assert counts[:3] == sorted(counts[:3], reverse=True)
    assert [text.split(" ")[0] for text in texts(upper)] == [str(int(count)) for count in counts]
    # The rest is far longer than any: it is cut, and says so.
    assert texts(upper)[-1].endswith("↑") and axes.get_ylim()[1] < counts[-1]
    assert ticks(axes.get_xticklabels())[-1] == f"其他 {len({row['unit'] for row in published.problems.to_dicts()}) - 3} 项"
    share = upper.lines[0].get_ydata()
    assert share[-1] == pytest.approx(100) and list(share) == sorted(share)
    assert share[0] == pytest.approx(100 * counts[0] / 178)


@pytest.mark.parametrize(
    "by", ["indicator", "item", "department", "unit", "level", "severity", "time_class", "dimension", "aspect"]
)
def test_the_ledger_can_be_counted_by_each_of_its_words(published: tijian.Assessment, by: Any):
    axes = plot.ledger_pareto(published, by=by, top=1000)
    drawn(axes)
    column = [row[by] for row in published.problems.to_dicts()]
    assert len(axes.patches) == len(set(column))
    assert [bar.get_height() for bar in axes.patches] == sorted(map(column.count, set(column)), reverse=True)
    assert ("（未填）" in ticks(axes.get_xticklabels())) == (None in column)


def test_rows_can_be_chosen_and_the_title_says_which(published: tijian.Assessment):
    axes = plot.ledger_pareto(published, level="city", dimension="housing")
    rows = [row for row in published.problems.filter(level="city").to_dicts() if row["dimension"] == "housing"]
    assert sum(bar.get_height() for bar in axes.patches) == len(rows) > 0
    assert axes.get_title() == "问题台账：按指标（城市 · 住房）"


# ---- aspect_radar ------------------------------------------------------------------------------------------


def test_the_radar_has_the_share_that_is_met(published: tijian.Assessment):
    axes = plot.aspect_radar(published)
    drawn(axes)
    rows = [row for row in published.verdicts.filter(units="yichang", level="city").to_dicts() if row["component"] is None]
    aspects = {indicator["id"]: indicator.get("aspect") for indicator in published.framework.to_dict()["indicators"]}
    smart = [row["verdict"] for row in rows if aspects[row["indicator"]] == "smart" and row["verdict"] in ("met", "unmet")]
    labels = ticks(axes.get_xticklabels())
    label = f"智慧高效\n{smart.count('met')}/{len(smart)} · 良"
    assert label in labels
    assert axes.lines[0].get_ydata()[labels.index(label)] == pytest.approx(100 * smart.count("met") / len(smart))


def test_an_aspect_that_is_not_judged_is_a_gap_and_no_zero():
    result = shares({"u": [90.0, 10.0, None, 90.0, 90.0, 10.0], "v": [90.0, 90.0, 90.0, 10.0]})
    axes = plot.aspect_radar(result, ["u", "v"])
    drawn(axes)
    first, second = (list(line.get_ydata()) for line in axes.lines)
    assert first[0] == first[-1] == 50 and first[1] == 0 and first[3:5] == [100, 100]
    assert numpy.isnan(first[2])
    assert second[:4] == [100, 100, 100, 0] and numpy.isnan(second[4])
    legend = axes.get_legend()
    assert legend is not None and ticks(legend.get_texts()) == ["u", "v"]


# ---- all of them -------------------------------------------------------------------------------------------


def test_axes_that_are_given_are_drawn_into(published: tijian.Assessment):
    figure, given = pyplot.subplots(1, 3)
    round_axes = figure.add_subplot(projection="polar")
    assert plot.severity_heat_map(published, axes=given[0]) is given[0] and given[0].images
    assert plot.bullet_chart(published, "yichang", axes=given[1]) is given[1] and given[1].patches
    assert plot.ledger_pareto(published, axes=given[2]) is given[2] and given[2].patches
    assert plot.aspect_radar(published, axes=round_axes) is round_axes and round_axes.lines
    with pytest.raises(ValueError, match="polar"):
        plot.aspect_radar(published, axes=given[0])
    assert pyplot.get_fignums() == [figure.number]


def test_what_is_not_there_is_told(published: tijian.Assessment):
    met = shares({"u": [90.0]})
    with pytest.raises(tijian.DataError):
        plot.severity_heat_map(published, level="province")
    with pytest.raises(tijian.DataError):
        plot.severity_heat_map(published, indicators=["X99"])
    with pytest.raises(tijian.DataError):
        plot.bullet_chart(published, "nowhere")
    with pytest.raises(tijian.DataError):
        plot.aspect_radar(published, ["nowhere"])
    with pytest.raises(ValueError, match="nothing is unmet"):
        plot.severity_heat_map(met)
    with pytest.raises(ValueError, match="no indicator"):
        plot.severity_heat_map(met, indicators=[])
    with pytest.raises(ValueError, match="has a target"):
        plot.bullet_chart(published, "yichang", indicators="U60")
    with pytest.raises(ValueError, match="no such row"):
        plot.ledger_pareto(met)
    with pytest.raises(ValueError, match="by is"):
        plot.ledger_pareto(published, by="colour")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="top is 0"):
        plot.ledger_pareto(published, top=0)
    with pytest.raises(ValueError, match="dimension is 'nothing'"):
        plot.ledger_pareto(published, dimension="nothing")
    with pytest.raises(ValueError, match="fewer than three"):
        plot.aspect_radar(met)
    with pytest.raises(ValueError, match="no unit"):
        plot.aspect_radar(published, [])
    assert pyplot.get_fignums() == []


def test_english_results_have_english_plots():
    result = yichang("en")
    axes = plot.bullet_chart(result, "yichang", indicators=["U53", "B24"])
    drawn(axes)
    assert texts(axes) == ["20.59 % (target ≥ 23.91) unmet · Serious", "no data (target ≤ 0)"]
    axes = plot.severity_heat_map(result, level="community")
    legend = axes.get_legend()
    assert axes.get_title() == "Severity: Community"
    assert legend is not None and ticks(legend.get_texts())[0] == "? no data, not judged"
    assert plot.ledger_pareto(result, by="department").get_title() == "Problem ledger by department"
    assert "Indicators met, of those judged" in plot.aspect_radar(result).get_title()


def test_without_a_chinese_font_there_is_one_warning(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(plot_fonts, "_KNOWN", ())
    plot_fonts.chinese_font.cache_clear()
    result = shares({"u": [10.0]})
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            plot.bullet_chart(result, "u")
            plot.severity_heat_map(result)
        assert [warning.category for warning in told] == [UserWarning]
        assert "fonts-noto-cjk" in str(told[0].message) and told[0].filename.endswith("plot_test.py")
    finally:
        plot_fonts.chinese_font.cache_clear()


def test_without_matplotlib_the_package_says_how_to_get_it():
    program = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import tijian, tijian.plot\n"
        "units = {'id': ['c'], 'level': ['city'], 'parent': [None]}\n"
        "entries = {'unit': ['c'], 'indicator': ['U36'], 'value': [50.0]}\n"
        "result = tijian.assess('yichang-2025', units=units, entries=entries)\n"
        "for draw in ('severity_heat_map', 'ledger_pareto', 'aspect_radar', 'bullet_chart'):\n"
        "    try: getattr(tijian.plot, draw)(result, *['c'] * (draw == 'bullet_chart'))\n"
        "    except ImportError as error: print(error)\n"
    )
    done = run_python(program)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "plots need matplotlib: pip install tijian[plot]\n" * 4
