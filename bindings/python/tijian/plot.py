"""Plots of an assessment. Each draws into ``axes`` or a new figure and returns the matplotlib axes.

Needs ``pip install tijian[plot]``. Nothing is shown and no setting of matplotlib's is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy

from tijian.assessment import Assessment, _name_of
from tijian.plot_fonts import font_families
from tijian.table import as_list

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["aspect_radar", "bullet_chart", "ledger_pareto", "severity_heat_map"]

# Light to dark, told apart without colour vision; numbers in the cells say the same.
_SEVERITY_COLOURS = ("#fee8c8", "#fdbb84", "#e34a33", "#7f0000")
_MET = "#c7e0c9"
_UNKNOWN = "#bdbdbd"
_NOTHING = "#ffffff"

_WORDS = {
    "met": ("达标", "met"),
    "unmet": ("未达标", "unmet"),
    "no_data": ("无数据，未判定", "no data, not judged"),
    "nothing": ("不适用或无标准", "not applicable or no target"),
    "unrated": ("未达标，未分级", "unmet, not rated"),
    "heat map": ("问题程度：{level}", "Severity: {level}"),
    "bullets": ("{unit}：指标与标准", "{unit}: indicators and targets"),
    "bullet scale": ("每行各有量程：竖线为标准", "each row has a scale of its own; the line is the target"),
    "no value": ("无数据", "no data"),
    "pareto": ("问题台账：按{by}", "Problem ledger by {by}"),
    "rows": ("问题行数", "rows of problems"),
    "cumulative": ("累计占比（%）", "cumulative share (%)"),
    "rest": ("其他", "others"),
    "radar": ("各方面达标指标占比（%）", "Share of judged indicators that are met, by aspect (%)"),
    "indicator": ("指标", "indicator"),
    "department": ("责任单位", "department"),
    "unit": ("单元", "unit"),
    "severity": ("问题程度", "severity"),
    "dimension": ("维度", "dimension"),
    "aspect": ("方面", "aspect"),
    "none": ("（无）", "(none)"),
}


class _Words:
    """Names in the language of an assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.language = assessment.language
        self.document = assessment.framework.to_dict()

    def __call__(self, name: str, **parts: str) -> str:
        return _WORDS[name][0 if self.language == "zh" else 1].format(**parts)

    def names(self, list_name: str) -> dict[str, str]:
        return {thing["id"]: _name_of(thing, self.language) for thing in self.document.get(list_name, [])}


def _axes_for(axes: Axes | None, width: float, height: float, **subplot: Any) -> Axes:
    if axes is not None:
        return axes
    try:
        from matplotlib import pyplot
    except ImportError as error:
        raise ImportError("plots need matplotlib: pip install tijian[plot]") from error
    figure = pyplot.figure(figsize=(width, height), layout="constrained")
    made: Axes = figure.add_subplot(**subplot)
    return made


def _dress(*drawn: Axes) -> Axes:
    """Sets every text in a font that has its letters. A setting of matplotlib's would reach other plots."""
    from matplotlib.text import Text

    families = font_families()
    for axes in drawn:
        for text in axes.findobj(Text):
            text.set_fontfamily(families)
    return drawn[0]


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"


def severity_heat_map(
    assessment: Assessment,
    *,
    level: str | None = None,
    indicators: str | Iterable[str] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Units × indicators, coloured by severity.

    ``level`` defaults to the one with most unmet indicators, ``indicators`` to those that are unmet somewhere there. A
    cell has the rank of its severity as a number (1 is the mildest), ✓ where it is met, ? where it is not known, which is
    never drawn as met, and nothing where no target applies; the legend names them all. Raises ValueError where nothing
    is unmet, DataError for a level or an indicator that is not there.
    """
    words = _Words(assessment)
    wanted = as_list(indicators)
    given: dict[str, Any] = {"level": level, "indicators": wanted}
    rows = [
        row
        for row in assessment.verdicts.filter(**given).to_dicts()
        if row["component"] is None
    ]
    unmet = [row for row in rows if row["verdict"] == "unmet"]
    if not unmet and (level is None or wanted is None):
        raise ValueError("nothing is unmet: there is nothing to draw / 没有未达标的指标，无图可画")
    if level is None:
        level = Counter(row["level"] for row in unmet).most_common(1)[0][0]
    rows = [row for row in rows if row["level"] == level]
    shown = wanted or [
        indicator["id"]
        for indicator in words.document["indicators"]
        if any(row["indicator"] == indicator["id"] and row["level"] == level for row in unmet)
    ]
    units = list(dict.fromkeys(row["unit"] for row in rows))
    unit_names = {row["unit"]: row["unit_name"] or row["unit"] for row in rows}
    indicator_names = words.names("indicators")
    ranks = {severity: rank for rank, severity in enumerate(words.names("severities"))}

    # What each cell is: 0 nothing, 1 without data, 2 met, 3 unmet without severity, then the severities.
    cells = numpy.zeros((len(units), len(shown)), dtype=int)
    for row in rows:
        if row["indicator"] not in shown:
            continue
        kind = {"no_data": 1, "met": 2, "unmet": 3}.get(row["verdict"], 0)
        if kind == 3 and row["severity"] is not None:
            kind = 4 + ranks[row["severity"]]
        cells[units.index(row["unit"]), shown.index(row["indicator"])] = kind

    from matplotlib.colors import BoundaryNorm, ListedColormap
    from matplotlib.patches import Patch

    colours = [_NOTHING, _UNKNOWN, _MET, "#e0e0ff", *_severity_colours(len(ranks))]
    texts = ["", "?", "✓", "!", *(str(rank + 1) for rank in ranks.values())]
    names = [words("nothing"), words("no_data"), words("met"), words("unrated"), *words.names("severities").values()]
    axes = _axes_for(axes, max(6.0, 2.5 + 0.55 * len(shown)), max(3.0, 1.8 + 0.26 * len(units)))
    axes.imshow(
        cells, cmap=ListedColormap(colours), norm=BoundaryNorm(numpy.arange(len(colours) + 1) - 0.5, len(colours)),
        aspect="auto", interpolation="nearest",
    )  # fmt: skip
    size = 8 if len(units) <= 80 else 5
    for row, column in zip(*numpy.nonzero(cells), strict=True):
        kind = int(cells[row, column])
        colour = "white" if kind >= 4 and kind - 4 >= len(ranks) / 2 and kind > 4 else "black"
        axes.text(column, row, texts[kind], ha="center", va="center", fontsize=size, color=colour)
    axes.set_xticks(range(len(shown)), [f"{name} {_short(indicator_names[name], 12)}" for name in shown],
                    rotation=60, ha="right", rotation_mode="anchor", fontsize=8)  # fmt: skip
    axes.set_yticks(range(len(units)), [_short(unit_names[unit], 14) for unit in units], fontsize=size)
    axes.set_xticks(numpy.arange(len(shown) + 1) - 0.5, minor=True)
    axes.set_yticks(numpy.arange(len(units) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#d0d0d0", linewidth=0.5)
    axes.tick_params(which="minor", length=0)
    axes.set_title(words("heat map", level=words.names("levels").get(level, level)))
    present = sorted(set(cells.flat))
    axes.legend(
        handles=[
            Patch(facecolor=colours[kind], edgecolor="#808080", label=f"{texts[kind]} {names[kind]}".strip())
            for kind in present
        ],
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        fontsize=8,
    )
    return _dress(axes)


def _severity_colours(count: int) -> list[str]:
    places = numpy.linspace(0, len(_SEVERITY_COLOURS) - 1, count) if count > 1 else [2]
    return [_SEVERITY_COLOURS[round(float(place))] for place in places]


def bullet_chart(
    assessment: Assessment,
    unit: str,
    *,
    indicators: str | Iterable[str] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Each indicator of a unit against its target.

    The bar is the value, the line the target, the band a target range. Measures differ, so each row has a scale of its
    own, from 0 to the largest of them; the numbers stand beside it with their measures, and the verdict in words. A value
    that is missing is written so and has no bar. ``indicators`` defaults to all that have a target there. Raises DataError
    for a unit or an indicator that is not there, ValueError where none has a target.
    """
    words = _Words(assessment)
    level = _level_of(assessment, unit)
    given: dict[str, Any] = {"units": unit, "level": level, "indicators": as_list(indicators)}
    values = {
        (row["indicator"], row["component"]): row for row in assessment["values"].filter(**given).to_dicts()
        if row["unit"] == unit
    }  # fmt: skip
    rows = [
        row
        for row in assessment.verdicts.filter(**given).to_dicts()
        if row["unit"] == unit and row["target"] is not None
    ]
    if not rows:
        raise ValueError(f"no indicator of {unit} has a target: there is nothing to draw / 没有带标准的指标，无图可画")
    documents = {indicator["id"]: indicator for indicator in words.document["indicators"]}
    names = words.names("indicators")
    axes = _axes_for(axes, 10, max(2.5, 1.2 + 0.36 * len(rows)))
    labels = []
    for place, row in enumerate(rows):
        cell = values[(row["indicator"], row["component"])]
        value, low, high = cell["value"], row["target_low"], row["target_high"]
        points = [point for point in (value, low, high) if point is not None]
        scale = max((abs(point) for point in points), default=0) or 1.0
        is_unmet = row["verdict"] == "unmet"
        if value is not None:
            axes.barh(place, value / scale, height=0.5, color="#e34a33" if is_unmet else "#6baed6",
                      hatch="//" if is_unmet else None, edgecolor="white")  # fmt: skip
        if low is not None and high is not None and low != high:
            axes.barh(place, (high - low) / scale, left=low / scale, height=0.84, color="#969696", alpha=0.35)
        for mark in {point for point in (low, high) if point is not None}:
            axes.plot([mark / scale] * 2, [place - 0.42, place + 0.42], color="black", linewidth=2)
        decimals = documents[row["indicator"]].get("decimals")
        number = words("no value") if value is None else f"{_number(value, decimals)} {cell['measure'] or ''}".strip()
        verdict = words(row["verdict"]) if row["verdict"] in ("met", "unmet") else ""
        axes.text(1.04, place, f"{number}（{row['target']}）{verdict}", va="center", fontsize=8)
        name = names[row["indicator"]]
        part = f" {row['component']}" if row["component"] else ""
        labels.append(f"{row['indicator']}{part} {_short(name, 18)}")
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    lowest = min(0.0, axes.get_xlim()[0])
    axes.set_xlim(lowest, 1.02)
    axes.set_xticks([])
    axes.set_xlabel(words("bullet scale"))
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.set_title(words("bullets", unit=rows[0]["unit_name"] or unit))
    return _dress(axes)


def _number(value: float, decimals: int | None) -> str:
    return f"{value:.6g}" if decimals is None else f"{value:.{decimals}f}"


def _level_of(assessment: Assessment, unit: str) -> str | None:
    units = assessment.units.to_dict()
    levels = dict(zip(units["id"], units["level"], strict=True))
    return levels.get(unit)  # the filter says what is wrong with another one


def ledger_pareto(
    assessment: Assessment,
    *,
    by: Literal["indicator", "department", "unit", "severity", "dimension", "aspect"] = "indicator",
    level: str | None = None,
    dimension: str | None = None,
    top: int = 20,
    axes: Axes | None = None,
) -> Axes:
    """Rows of the problem ledger by what they have in common, most first, with their cumulative share.

    Beyond ``top`` bars the rest is one. ``level`` and ``dimension`` choose rows. Rows that have none, such as a department
    nobody named, are a bar of their own. Raises ValueError where no row is left or ``by`` is none of these, DataError for
    a level that is not there.
    """
    words = _Words(assessment)
    lists = {
        "indicator": "indicators", "department": "departments", "severity": "severities", "dimension": "dimensions",
        "aspect": "aspects", "unit": "",
    }  # fmt: skip
    if by not in lists:
        raise ValueError(f"by is {by!r}, not one of {', '.join(lists)}")
    if top < 1:
        raise ValueError(f"top is {top}, below 1")
    rows = [
        row
        for row in assessment.problems.filter(level=level).to_dicts()
        if dimension is None or row["dimension"] == dimension
    ]
    if not rows:
        raise ValueError("the ledger has no such row: there is nothing to draw / 台账中没有这样的行，无图可画")
    names: Mapping[str, str] = words.names(lists[by]) if lists[by] else {
        row["unit"]: row["unit_name"] or row["unit"] for row in rows
    }  # fmt: skip
    counted = Counter(row[by] for row in rows).most_common()
    bars = [(names.get(key, key) if key is not None else words("none"), count) for key, count in counted[:top]]
    if len(counted) > top:
        bars.append((words("rest"), sum(count for _, count in counted[top:])))
    axes = _axes_for(axes, max(6.0, 1.5 + 0.45 * len(bars)), 4.8)
    places = range(len(bars))
    axes.bar(places, [count for _, count in bars], color="#6baed6")
    for place, (_, count) in enumerate(bars):
        axes.text(place, count, str(count), ha="center", va="bottom", fontsize=8)
    axes.set_xticks(places, [_short(name, 16) for name, _ in bars], rotation=50, ha="right",
                    rotation_mode="anchor", fontsize=8)  # fmt: skip
    axes.set_ylabel(words("rows"))
    axes.margins(y=0.12)
    share = axes.twinx()
    cumulative = numpy.cumsum([count for _, count in bars]) / len(rows) * 100
    share.plot(places, cumulative, color="#b30000", marker="o", markersize=3, linewidth=1)
    share.set_ylim(0, 105)
    share.set_ylabel(words("cumulative"))
    axes.set_title(words("pareto", by=words(by)))
    return _dress(axes, share)


def aspect_radar(
    assessment: Assessment, units: str | Sequence[str] | None = None, *, axes: Axes | None = None
) -> Axes:
    """For each aspect, the share of judged indicators that are met, in percent; a line for each unit.

    Judged is what is met or unmet: an aspect in which nothing is has no point, and the line a gap, not a 0. ``units``
    defaults to those of the highest level. ``axes`` have to be polar. Raises ValueError where the framework has fewer
    than three aspects with a judged indicator or the axes are not polar, DataError for a unit that is not there.
    """
    words = _Words(assessment)
    wanted = as_list(units)
    if wanted is None:
        frame = assessment.units.to_dict()
        ranks = {level["id"]: rank for rank, level in enumerate(words.document["levels"])}
        highest = max(ranks[level] for level in frame["level"])
        wanted = [unit for unit, level in zip(frame["id"], frame["level"], strict=True) if ranks[level] == highest]
    aspect_of = {indicator["id"]: indicator.get("aspect") for indicator in words.document["indicators"]}
    judged: dict[str, Counter[tuple[str, bool]]] = {unit: Counter() for unit in wanted}
    names = {}
    for row in assessment.verdicts.filter(units=wanted).to_dicts():
        aspect = aspect_of[row["indicator"]]
        if row["unit"] in judged and aspect and row["component"] is None and row["verdict"] in ("met", "unmet"):
            judged[row["unit"]][(aspect, row["verdict"] == "met")] += 1
            names[row["unit"]] = row["unit_name"] or row["unit"]
    present = {aspect for counts in judged.values() for aspect, _ in counts}
    aspects = {aspect: name for aspect, name in words.names("aspects").items() if aspect in present}
    if len(aspects) < 3:
        raise ValueError("fewer than three aspects are judged: there is no radar to draw / 有判定的方面不足三个，无图可画")
    axes = _axes_for(axes, 7, 6, projection="polar")
    if axes.name != "polar":
        raise ValueError("a radar needs polar axes: subplot(projection='polar') / 雷达图须用极坐标轴")
    angles = numpy.linspace(0, 2 * numpy.pi, len(aspects), endpoint=False)
    for unit in wanted:
        shares = []
        for aspect in aspects:
            met, unmet = judged[unit][(aspect, True)], judged[unit][(aspect, False)]
            shares.append(100 * met / (met + unmet) if met + unmet else numpy.nan)
        closed = [*shares, shares[0]]
        axes.plot([*angles, angles[0]], closed, marker="o", markersize=4, label=_short(names.get(unit, unit), 14))
        if len(wanted) == 1 and not numpy.isnan(shares).any():
            axes.fill(angles, shares, alpha=0.15)
    axes.set_xticks(angles, list(aspects.values()), fontsize=9)
    axes.set_ylim(0, 100)
    axes.set_yticks([25, 50, 75, 100], ["25", "50", "75", "100"], fontsize=7)
    axes.set_title(words("radar"), pad=20)
    axes.legend(loc="upper left", bbox_to_anchor=(1.08, 1.05), fontsize=8)
    return _dress(axes)
