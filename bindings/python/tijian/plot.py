"""Plots of an assessment. Each draws into ``axes`` or a new figure and returns the matplotlib axes.

Needs ``pip install tijian[plot]``. Nothing is shown and no setting of matplotlib's is changed. Texts are in
the language of the assessment. What is not known is never drawn as met and never as 0.
"""

from __future__ import annotations

import decimal
import unicodedata
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

# Light to dark, told apart without colour vision; met is of another hue, and every cell has a text as well.
_SEVERITY_COLOURS = ("#fee8c8", "#fdbb84", "#e34a33", "#7f0000")
_MET = "#cfe3f3"
_UNKNOWN = "#c4c4c4"
_NOTHING = "#ffffff"
_UNRATED = "#e5d8ef"
_MET_BAR, _UNMET_BAR = "#6baed6", "#d6604d"

# Beyond this nobody reads a heat map: then it shows the worst units, and its title says so.
_MOST_UNITS = 120
# Where the axis of the bullets ends, in targets: a value of ten times its target would flatten the others.
_FULL_SCALE = 2.0

_WORDS = {
    "met": ("达标", "met"),
    "unmet": ("未达标", "unmet"),
    "no_data": ("无数据，未判定", "no data, not judged"),
    "not_applicable": ("不适用", "not applicable"),
    "no_target": ("无标准", "no target"),
    "inventory": ("存量，不评价", "inventory, not judged"),
    "fact": ("事实，不评价", "fact, not judged"),
    "provisional": ("（暂定）", " (provisional)"),
    "not judged": ("未判定", "not judged"),
    "nothing": ("无标准或不评价", "no target, or not judged by one"),
    "unrated": ("未达标，未分级", "unmet, not rated"),
    "heat map": ("问题程度：{level}", "Severity: {level}"),
    "heat map cut": ("问题程度：{level}（{all}个中未达标最多的{shown}个）", "Severity: {level} (worst {shown} of {all})"),
    "bullets": ("{unit}：指标与标准", "{unit}: indicators and targets"),
    "bullet scale": (
        "占标准的百分比（竖线或灰带：标准；虚线：其他标准；区间以上限为 100%；标准为 0 而值不为 0 的画满）",
        "per cent of the target (line or band: target; dotted: other targets; a range by its upper bound;\n"
        "where the target is 0, any other value fills the row)",
    ),
    "no value": ("无数据", "no data"),
    "target": ("标准 {target}", "target {target}"),
    "pareto": ("问题台账：按{by}", "Problem ledger by {by}"),
    "rows": ("问题行数", "rows of the ledger"),
    "cumulative": ("累计占比（%）", "cumulative share (%)"),
    "rest": ("其他 {count} 项", "{count} others"),
    "radar": ("各方面达标指标占已判定指标的比例（%）", "Indicators met, of those judged, by aspect (%)"),
    "not judged aspect": ("未判定", "not judged"),
    "indicator": ("指标", "indicator"),
    "item": ("检查内容", "item"),
    "department": ("责任单位", "department"),
    "unit": ("单元", "unit"),
    "level": ("层级", "level"),
    "severity": ("问题程度", "severity"),
    "time_class": ("问题分类", "time class"),
    "dimension": ("维度", "dimension"),
    "aspect": ("方面", "aspect"),
    "none": ("（未填）", "(none)"),
    "excellent": ("优", "excellent"),
    "good": ("良", "good"),
    "medium": ("中", "medium"),
    "poor": ("差", "poor"),
}

_Key = Literal[
    "indicator", "item", "department", "unit", "level", "severity", "time_class", "dimension", "aspect"
]  # fmt: skip
# In which list of the framework the names of a column of the ledger are; "" where the ledger itself has them.
_NAMES_OF = {
    "indicator": "indicators", "item": "", "department": "departments", "unit": "", "level": "levels",
    "severity": "severities", "time_class": "time_classes", "dimension": "dimensions", "aspect": "aspects",
}  # fmt: skip


class _Words:
    """Names in the language of an assessment."""

    def __init__(self, assessment: Assessment) -> None:
        self.language = assessment.language
        self.document = assessment.framework.to_dict()

    def __call__(self, name: str, **parts: object) -> str:
        return _WORDS[name][0 if self.language == "zh" else 1].format(**parts)

    def names(self, list_name: str) -> dict[str, str]:
        return {thing["id"]: _name_of(thing, self.language) for thing in self.document.get(list_name, [])}

    def bracketed(self, text: str) -> str:
        return f"（{text}）" if self.language == "zh" else f" ({text})"


def _need_matplotlib() -> None:
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError("plots need matplotlib: pip install tijian[plot]") from error


def _axes_for(axes: Axes | None, width: float, height: float, **subplot: Any) -> Axes:
    if axes is not None:
        return axes
    from matplotlib import pyplot

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


def _width(text: str) -> int:
    """How wide a text is in Latin letters: a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _short(text: str, width: int) -> str:
    if _width(text) <= width:
        return text
    kept = ""
    for letter in text:
        if _width(kept + letter) >= width:
            break
        kept += letter
    return kept.rstrip() + "…"


def _unit_names(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {row["unit"]: row["unit_name"] or row["unit"] for row in rows}


def severity_heat_map(
    assessment: Assessment,
    *,
    level: str | None = None,
    indicators: str | Iterable[str] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Units × indicators, coloured by severity: a first look at where a city's problems are.

    ``level`` defaults to the one with most unmet indicators, ``indicators`` to those that are unmet somewhere
    there. A cell says its severity in words or, where it is too narrow, as a rank (1 is the mildest); ``✓``
    is met, ``?`` is no data, which is never drawn as met, ``–`` is not applicable, ``!`` is unmet without a
    severity. It is empty where the indicator has no target or is never judged. The legend names them all. An
    indicator with components has the verdict of the whole. Of more than 120 units the 120 with most unmet
    indicators are drawn, and the title says so.

    Raises ValueError where there is nothing to draw, :class:`DataError` for a level or an indicator that is
    not there.
    """
    _need_matplotlib()
    words = _Words(assessment)
    wanted = as_list(indicators)
    filtered = assessment.verdicts.filter(level=level, indicators=wanted)
    rows = [row for row in filtered.to_dicts() if row["component"] is None]
    unmet = [row for row in rows if row["verdict"] == "unmet"]
    if not rows:
        raise ValueError("no indicator is of that level: there is nothing to draw / 该层级没有这些指标，无图可画")
    if not unmet and wanted is None:
        raise ValueError("nothing is unmet: there is nothing to draw / 没有未达标的指标，无图可画")
    if level is None:
        level = Counter(row["level"] for row in unmet or rows).most_common(1)[0][0]
    rows = [row for row in rows if row["level"] == level]
    drawn = {row["indicator"] for row in rows if wanted is not None or row["verdict"] == "unmet"}
    order = wanted if wanted is not None else [each["id"] for each in words.document["indicators"]]
    shown = [indicator for indicator in dict.fromkeys(order) if indicator in drawn]
    severities = words.names("severities")
    kinds = {"no_data": 1, "met": 2, "not_applicable": 3, "unmet": 4}
    ranks = {severity: 5 + rank for rank, severity in enumerate(severities)}
    kind_of = {(row["unit"], row["indicator"]): ranks.get(row["severity"], 4) if row["verdict"] == "unmet"
               else kinds.get(row["verdict"], 0) for row in rows}  # fmt: skip

    unit_names = _unit_names(rows)
    units = list(unit_names)
    level_name = words.names("levels").get(level, level)
    title = words("heat map", level=level_name)
    if len(units) > _MOST_UNITS:
        badness = {
            unit: sorted((kind_of.get((unit, each), 0) for each in shown), reverse=True) for unit in units
        }
        count = {unit: sum(kind >= 4 for kind in badness[unit]) for unit in units}
        worst = set(sorted(units, key=lambda unit: (count[unit], badness[unit]), reverse=True)[:_MOST_UNITS])
        title = words("heat map cut", level=level_name, all=len(units), shown=len(worst))
        units = [unit for unit in units if unit in worst]
    cells = numpy.array([[kind_of.get((unit, each), 0) for each in shown] for unit in units])

    from matplotlib.colors import BoundaryNorm, ListedColormap

    column_width = 0.62 if len(shown) <= 30 else 0.34
    row_height = 0.26 if len(units) <= 40 else 0.19
    axes = _axes_for(axes, max(5.0, 3.0 + column_width * len(shown)), max(4.2, 2.2 + row_height * len(units)))
    colours = [_NOTHING, _UNKNOWN, _MET, _NOTHING, _UNRATED, *_severity_colours(len(ranks))]
    norm = BoundaryNorm(numpy.arange(len(colours) + 1) - 0.5, len(colours))
    axes.imshow(cells, cmap=ListedColormap(colours), norm=norm, aspect="auto", interpolation="nearest")
    # Words where they fit into a cell, numbers where they do not.
    extent = axes.get_window_extent()
    cell_points = 72 * extent.width / axes.figure.dpi / len(shown)
    size = float(numpy.clip(0.62 * 72 * extent.height / axes.figure.dpi / len(units), 4.5, 8))
    fits = all(_width(name) * 0.6 * size <= cell_points - 4 for name in severities.values())
    ranked = [name if fits else str(rank) for rank, name in enumerate(severities.values(), 1)]
    marks = ["", "?", "✓", "–", "!", *ranked]
    for row_at, column in zip(*numpy.nonzero(cells), strict=True):
        kind = int(cells[row_at, column])
        ink = _ink(colours[kind])
        axes.text(column, row_at, marks[kind], ha="center", va="center", fontsize=size, color=ink)

    # Above the first row, like the head of a table: below a hundred rows nobody finds it.
    names = words.names("indicators")
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(shown)), [_short(f"{each} {names[each]}", 34) for each in shown],
                    rotation=55, ha="left", va="bottom", rotation_mode="anchor", fontsize=8)  # fmt: skip
    axes.set_yticks(range(len(units)), [_short(unit_names[unit], 28) for unit in units], fontsize=size)
    axes.set_xticks(numpy.arange(len(shown) + 1) - 0.5, minor=True)
    axes.set_yticks(numpy.arange(len(units) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#ffffff", linewidth=0.8)
    axes.tick_params(which="both", length=0)
    axes.set_title(title)
    told = ("nothing", "no_data", "met", "not_applicable", "unrated")
    meanings = [*(words(name) for name in told), *severities.values()]
    _name_kinds(axes, [(colours[kind], marks[kind], meanings[kind]) for kind in sorted(set(cells.flat))])
    return _dress(axes)


def _name_kinds(axes: Axes, kinds: Iterable[tuple[str, str, str]]) -> None:
    from matplotlib.patches import Patch

    patches = []
    for colour, mark, meaning in kinds:
        label = meaning if mark == meaning else f"{mark} {meaning}".strip()
        patches.append(Patch(facecolor=colour, edgecolor="#808080", label=label))
    axes.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0, fontsize=8)


def _severity_colours(count: int) -> list[str]:
    """As many as asked for, from light to dark, between those that are given where there are more."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    scale = LinearSegmentedColormap.from_list("severity", _SEVERITY_COLOURS)
    return [to_hex(scale(place)) for place in (numpy.linspace(0.12, 1, count) if count > 1 else [0.66])]


def _ink(background: str) -> str:
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(background)
    return "white" if 0.3 * red + 0.59 * green + 0.11 * blue < 0.5 else "black"


def bullet_chart(
    assessment: Assessment,
    unit: str,
    *,
    indicators: str | Iterable[str] | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Each indicator of a unit against its target.

    Measures differ, so a bar is as long as its value is in per cent of the row's target (of the upper bound
    of a range), up to 200 %, where an arrow says that it goes on; where the target is 0, any other value
    fills the row. A black line is the target, a grey band a target range, a dotted line a target that the
    framework names besides. Value and target stand beside it as numbers with their measure, and the verdict
    in words; unmet bars are hatched. A value that is missing is written so and has no bar; one that was not
    judged, such as with too few rows, is an outline. ``indicators`` defaults to all that apply and have a
    target there; those that are given stand in their order, also without a target.

    Raises :class:`DataError` for a unit or an indicator that is not there, ValueError where none has a
    target.
    """
    _need_matplotlib()
    words = _Words(assessment)
    wanted = as_list(indicators)
    frame = assessment.units.to_dict()
    # A unit that is not there has no level, and the filter says so.
    level = dict(zip(frame["id"], frame["level"], strict=True)).get(unit)
    given: dict[str, Any] = {"units": unit, "level": level, "indicators": wanted}
    rows = [row for row in assessment.verdicts.filter(**given).to_dicts() if row["unit"] == unit]
    has_target = {row["indicator"] for row in rows if row["target"] is not None}
    if not has_target:
        raise ValueError(f"no indicator of {unit} has a target: there is nothing to draw / 没有带标准的指标，无图可画")
    if wanted is None:
        rows = [row for row in rows if row["target"] is not None and row["verdict"] != "not_applicable"]
    else:
        rows = [row for row in rows if row["target"] is not None or row["indicator"] not in has_target]
        rows.sort(key=lambda row: wanted.index(row["indicator"]))
    if not rows:
        raise ValueError(f"no target applies to {unit}: there is nothing to draw / 没有适用的标准，无图可画")
    cells = {
        (row["indicator"], row["component"]): row for row in assessment["values"].filter(**given).to_dicts()
        if row["unit"] == unit
    }  # fmt: skip
    others: dict[tuple[str, str | None], list[float]] = {}
    for row in assessment["comparisons"].filter(**given).to_dicts():
        if row["unit"] == unit and row["peer"] is None and row["used"] is False:
            bounds = [bound for bound in (row["target_low"], row["target_high"]) if bound is not None]
            others.setdefault((row["indicator"], row["component"]), []).extend(bounds)
    documents = {indicator["id"]: indicator for indicator in words.document["indicators"]}
    severities = words.names("severities")

    axes = _axes_for(axes, 11, max(2.5, 1.6 + 0.32 * len(rows)))
    labels = []
    lowest = 0.0
    for place, row in enumerate(rows):
        cell = cells[(row["indicator"], row["component"])]
        value, low, high = cell["value"], row["target_low"], row["target_high"]
        bounds = [bound for bound in (low, high) if bound is not None]
        if row["verdict"] == "not_applicable":  # then nothing of the row counts
            value, bounds = None, []
        whole = max((abs(bound) for bound in bounds), default=0.0)
        if value is not None and bounds:
            goes_on = whole > 0 and abs(value) > _FULL_SCALE * whole
            _draw_value(axes, place, _share(value, whole), goes_on, row["verdict"])
        lowest = min([lowest, *(_share(number, whole) for number in (*bounds, value) if number is not None)])
        if len(set(bounds)) == 2:
            left = _share(low, whole)
            axes.barh(place, _share(high, whole) - left, left=left, height=0.84, color="#969696", alpha=0.35)
        across = [place - 0.42, place + 0.42]
        for bound in dict.fromkeys(bounds):
            at = _share(bound, whole)
            axes.plot([at, at], across, color="black", linewidth=2.2, clip_on=False, zorder=4)
        for bound in others.get((row["indicator"], row["component"]), []):
            if whole and abs(bound) <= _FULL_SCALE * whole:
                at = bound / whole
                axes.plot([at, at], across, color="#404040", linewidth=1.6, linestyle=":", zorder=4)

        measure = cell["measure"] or ""
        told = _told(words, row, value, measure, documents[row["indicator"]], severities)
        axes.text(1.03, place, told, va="center", fontsize=8, transform=axes.get_yaxis_transform())
        name = _short(f"{row['indicator']} {row['indicator_name']}", 46)
        labels.append(name + (words.bracketed(measure) if measure else ""))
    axes.set_yticks(range(len(rows)), labels, fontsize=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(lowest, _FULL_SCALE)
    ticks = numpy.arange(numpy.ceil(lowest * 2) / 2, _FULL_SCALE + 0.01, 0.5)
    axes.set_xticks(ticks, [f"{100 * tick:.0f}%" for tick in ticks], fontsize=8)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.8)
    axes.set_axisbelow(True)
    axes.set_xlabel(words("bullet scale"), fontsize=8)
    axes.tick_params(axis="y", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axvline(0, color="black", linewidth=0.8)
    axes.set_title(words("bullets", unit=rows[0]["unit_name"] or unit))
    return _dress(axes)


def _told(
    words: _Words,
    row: Mapping[str, Any],
    value: float | None,
    measure: str,
    indicator: Mapping[str, Any],
    severities: Mapping[str, str],
) -> str:
    """A row of the bullets in words: value, target, verdict."""
    if row["verdict"] == "not_applicable":
        return words("not_applicable")
    told = words("no value") if value is None else f"{_number(value, indicator, row)} {measure}".strip()
    if row["target"] is not None:
        target = row["target"].replace("<=", "≤").replace(">=", "≥").replace(" .. ", "–")
        told += words.bracketed(words("target", target=target))
    verdict = words(row["verdict"])
    if row["verdict"] == "no_data":
        # That there is no value is said already; one that is there was not judged.
        verdict = words("not judged") if value is not None else ""
    if row["verdict"] == "unmet" and row["severity"]:
        verdict += f" · {severities.get(row['severity'], row['severity'])}"
    if row["provisional"]:
        verdict += words("provisional")
    return f"{told} {verdict}".strip()


def _share(value: float, whole: float) -> float:
    """Where a value stands on an axis that is 1 at the target and ends at ``_FULL_SCALE``."""
    if whole == 0:
        return 0.0 if value == 0 else float(numpy.copysign(_FULL_SCALE, value))
    return float(numpy.clip(value / whole, -_FULL_SCALE, _FULL_SCALE))


def _draw_value(axes: Axes, place: int, share: float, goes_on: bool, verdict: str) -> None:
    styles: dict[str, dict[str, Any]] = {
        "met": {"color": _MET_BAR},
        "unmet": {"facecolor": _UNMET_BAR, "hatch": "///", "edgecolor": "white", "linewidth": 0},
    }
    # What was not judged has no colour of a verdict.
    style = styles.get(verdict, {"facecolor": "none", "edgecolor": "#707070", "linestyle": "--"})
    axes.barh(place, share, height=0.5, zorder=2, **style)
    if share == 0:  # a value, unlike one that is missing, can be seen
        colour = style.get("color", "#707070")
        axes.plot([0], [place], marker="D", markersize=5, color=colour, clip_on=False, zorder=5)
    elif goes_on:
        arrow = ">" if share > 0 else "<"
        axes.plot([share], [place], marker=arrow, markersize=7, color=style.get("facecolor", _MET_BAR),
                  markeredgecolor="#404040", clip_on=False, zorder=5)  # fmt: skip


def _number(value: float, indicator: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """A value at the decimals of its indicator, or with six digits where it has none.

    From the shortest decimal that reads back the same, and never rounded to the other side of its target:
    79.996 against 80 is not 80.00.
    """
    exact = decimal.Decimal(repr(float(value)))
    places = indicator.get("decimals")
    if places is None:
        places = max(0, 5 - exact.adjusted())
    mode = decimal.ROUND_DOWN if indicator.get("rounding") == "truncate" else decimal.ROUND_HALF_UP
    rounded = exact.quantize(decimal.Decimal(1).scaleb(-int(places)), mode, decimal.Context(prec=400))
    bounds = [bound for bound in (row["target_low"], row["target_high"]) if bound is not None]
    if any((value < bound, value > bound) != (rounded < bound, rounded > bound) for bound in bounds):
        rounded = exact
    if indicator.get("decimals") is None or rounded is exact:
        rounded = rounded.normalize()
    return f"{rounded:,f}"


def ledger_pareto(
    assessment: Assessment,
    *,
    by: _Key = "indicator",
    level: str | None = None,
    dimension: str | None = None,
    top: int = 20,
    axes: Axes | None = None,
) -> Axes:
    """Rows of the problem ledger by what they have in common, most first, with their cumulative share.

    ``by`` is a column of the ledger: indicator, item, department, unit, level, severity, time_class,
    dimension or aspect. ``level`` and ``dimension`` choose rows. Beyond ``top`` bars the rest is one bar, in
    grey, at the end. Rows that have none, such as a department nobody named, are a bar of their own. Equal
    bars stand in the order of the ledger.

    Raises ValueError where no row is left, ``by`` is none of these or ``top`` is below 1, :class:`DataError`
    for a level that is not there.
    """
    _need_matplotlib()
    words = _Words(assessment)
    if by not in _NAMES_OF:
        raise ValueError(f"by is {by!r}, not one of {', '.join(_NAMES_OF)}")
    if top < 1:
        raise ValueError(f"top is {top}, below 1")
    dimensions = words.names("dimensions")
    if dimension is not None and dimension not in dimensions:
        raise ValueError(f"dimension is {dimension!r}, not one of {', '.join(dimensions)}")
    problems = assessment.problems.filter(level=level).to_dicts()
    rows = [row for row in problems if dimension in (None, row["dimension"])]
    if not rows:
        raise ValueError("the ledger has no such row: there is nothing to draw / 台账中没有这样的行，无图可画")
    names: dict[str, str] = {}
    if _NAMES_OF[by]:
        names = words.names(_NAMES_OF[by])
    else:
        names = {row[by]: row[f"{by}_name"] or row[by] for row in rows}
    counted = Counter(row[by] for row in rows).most_common()
    bars = [(words("none") if key is None else names.get(key, key), count) for key, count in counted[:top]]
    colours = [_MET_BAR] * len(bars)
    if len(counted) > top:
        bars.append((words("rest", count=len(counted) - top), sum(count for _, count in counted[top:])))
        colours.append(_UNKNOWN)

    from matplotlib.ticker import MaxNLocator

    axes = _axes_for(axes, max(6.0, 2.0 + 0.45 * len(bars)), 5.2)
    places = range(len(bars))
    counts = [count for _, count in bars]
    axes.bar(places, counts, color=colours)
    axes.set_xlim(-0.6, len(bars) - 0.4)
    # A long rest would flatten what is looked for: its bar is cut, and an arrow beside its number says so.
    longest = max(counts[:top])
    axes.set_ylim(0, 1.12 * longest)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.set_xticks(places, [_short(name, 32) for name, _ in bars], rotation=50, ha="right",
                    rotation_mode="anchor", fontsize=8)  # fmt: skip
    axes.set_ylabel(words("rows"))
    share = axes.twinx()
    cumulative = 100 * numpy.cumsum(counts) / len(rows)
    share.plot(places, cumulative, color="#7f0000", marker="o", markersize=3, linewidth=1)
    share.set_ylim(0, 112)
    share.set_yticks(range(0, 101, 20))
    share.set_ylabel(words("cumulative"))
    # Counts are texts of the upper axes: the line would cross some of them.
    behind = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    for place, count in enumerate(counts):
        told = f"{count:,} ↑" if count > 1.1 * longest else f"{count:,}"
        share.text(place, min(count, 1.03 * longest) + 0.012 * longest, told, transform=axes.transData,
                   ha="center", va="bottom", fontsize=8, bbox=behind, zorder=3)  # fmt: skip
    title = words("pareto", by=words(by))
    chosen = [words.names("levels").get(level, level)] if level else []
    chosen += [dimensions[dimension]] if dimension else []
    axes.set_title(title + (words.bracketed(" · ".join(chosen)) if chosen else ""))
    return _dress(axes, share)


def aspect_radar(
    assessment: Assessment, units: str | Sequence[str] | None = None, *, axes: Axes | None = None
) -> Axes:
    """For each aspect, the share of judged indicators that are met, in percent; a line for each unit.

    Judged is what is met or unmet; an indicator with components counts once. Drawn is 100 × met ÷ (met +
    unmet) of the unit's own indicators, not of those beneath it. An aspect in which nothing is judged has no
    point: the line has a gap there, not a 0, which is on the inner circle. Aspects in which none of the units
    has a judged indicator are left out. With a single unit, each aspect is labelled with the two counts and,
    where it has one, its composite grade. ``units`` defaults to those of the highest level. ``axes`` have to
    be polar.

    Raises ValueError where fewer than three aspects are judged, ``units`` is empty, or the axes are not
    polar; :class:`DataError` for a unit that is not there.
    """
    _need_matplotlib()
    words = _Words(assessment)
    if axes is not None and axes.name != "polar":
        raise ValueError("a radar needs polar axes: subplot(projection='polar') / 雷达图须用极坐标轴")
    wanted = as_list(units)
    if wanted is None:
        frame = assessment.units.to_dict()
        ranks = {level["id"]: rank for rank, level in enumerate(words.document["levels"])}
        highest = max((ranks[level] for level in frame["level"]), default=0)
        places = zip(frame["id"], frame["level"], strict=True)
        wanted = [unit for unit, level in places if ranks[level] == highest]
    wanted = list(dict.fromkeys(wanted))
    if not wanted:
        raise ValueError("there is no unit to draw / 没有单元，无图可画")
    aspect_of = {indicator["id"]: indicator.get("aspect") for indicator in words.document["indicators"]}
    rows = [row for row in assessment.verdicts.filter(units=wanted).to_dicts()
            if row["unit"] in wanted and row["component"] is None]  # fmt: skip
    counts = Counter((row["unit"], aspect_of[row["indicator"]], row["verdict"]) for row in rows)
    judged = {aspect for (_, aspect, verdict) in counts if verdict in ("met", "unmet")}
    aspects = {aspect: name for aspect, name in words.names("aspects").items() if aspect in judged}
    if len(aspects) < 3:
        raise ValueError("fewer than three aspects are judged: there is no radar to draw / 有判定的方面不足三个，无图可画")
    labels = [_short(name, 24) for name in aspects.values()]
    if len(wanted) == 1:
        grades = {row["aspect"]: row["grade"] for row in assessment.grades.filter(units=wanted).to_dicts()
                  if row["unit"] in wanted and row["indicator"] is None}  # fmt: skip
        for at, aspect in enumerate(aspects):
            met, unmet = (counts[(wanted[0], aspect, verdict)] for verdict in ("met", "unmet"))
            grade = f" · {words(grades[aspect])}" if aspect in grades else ""
            labels[at] += f"\n{met}/{met + unmet}{grade}"

    axes = _axes_for(axes, 8 if len(wanted) == 1 else 10, 6.5, projection="polar")
    polar: Any = axes
    polar.set_theta_zero_location("N")
    polar.set_theta_direction(-1)
    angles = numpy.linspace(0, 2 * numpy.pi, len(aspects), endpoint=False)
    names = _unit_names(rows)
    for number, unit in enumerate(wanted):
        shares = []
        for aspect in aspects:
            met, unmet = (counts[(unit, aspect, verdict)] for verdict in ("met", "unmet"))
            shares.append(100 * met / (met + unmet) if met + unmet else numpy.nan)
        style = ("-", "--", "-.", ":")[number // 10 % 4]  # colours come again after ten
        mark = "osD^vP*X<>"[number % 10]
        axes.plot([*angles, angles[0]], [*shares, shares[0]], marker=mark, markersize=5, linestyle=style,
                  clip_on=False, label=_short(names.get(unit, unit), 28))  # fmt: skip
    axes.set_xticks(angles, labels, fontsize=9)
    axes.set_ylim(0, 100)
    polar.set_rorigin(-20)  # 0 % is a circle, not the point where all aspects meet
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100"], fontsize=7, color="#606060")
    polar.set_rlabel_position(180 / len(aspects))  # between two aspects
    for label, angle in zip(axes.get_xticklabels(), angles, strict=True):
        across = numpy.sin(angle)
        label.set_horizontalalignment("left" if across > 0.2 else "right" if across < -0.2 else "center")
    axes.grid(color="#dddddd")
    if len(wanted) > 1:
        axes.set_title(words("radar"), pad=24)
        columns = 1 + (len(wanted) - 1) // 25
        axes.legend(loc="upper left", bbox_to_anchor=(1.25, 1.05), fontsize=8, ncols=columns)
    else:
        axes.set_title(f"{names.get(wanted[0], wanted[0])}\n{words('radar')}", pad=24)
    return _dress(axes)
