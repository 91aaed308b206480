"""How the cost of a survey grows with its rows, indicators, units and threads: a plot of four panels.

    python benchmarks/peers/growth.py OUTPUT.svg [--rows 4000000] [--longest 100000000]

Each point is the median of five tallies (of one, beyond 10 million rows); in the panel of rows, surveys are streamed in
batches of a million rows that are made meanwhile, and only the time in the library is counted.
"""

from __future__ import annotations

import argparse
import functools
import json
import pathlib
import statistics
import time
from collections.abc import Callable, Iterator

import data
import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
import pyarrow as pa

import tijian

BATCH = 1_000_000


def seconds(work: Callable[[], float], repetitions: int = 5) -> float:
    return statistics.median(work() for _ in range(repetitions))


def tally_seconds(table: pa.Table, indicators: int, threads: int = 1) -> float:
    framework = tijian.Framework.load(data.framework(indicators))

    def once() -> float:
        tally = tijian.Tally(framework)
        start = time.perf_counter()
        tally.add("t", table, threads=threads)
        return time.perf_counter() - start

    return seconds(once)


def streamed_seconds(rows: int, units: int) -> float:
    """Time in `add` alone, less what making the batches takes; memory stays that of two batches."""
    tally = tijian.Tally(tijian.Framework.load(data.framework(10)))
    making = 0.0

    def batches() -> Iterator[pa.Table]:
        nonlocal making
        for first in range(0, rows, BATCH):
            start = time.perf_counter()
            batch = data.survey(min(BATCH, rows - first), units, "sorted", first, rows).drop_columns(["k"])
            making += time.perf_counter() - start
            yield batch

    start = time.perf_counter()
    tally.add("t", batches())
    return time.perf_counter() - start - making


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--longest", type=int, default=100_000_000)
    arguments = parser.parse_args()
    rows = arguments.rows
    table = data.survey(rows, rows // 1000, "sorted").drop_columns(["k"])
    panels: dict[str, list[tuple[float, float]]] = {"rows (millions, streamed)": []}
    length = 1_000_000
    while length <= arguments.longest:
        repetitions = 5 if length <= 10_000_000 else 1
        streamed = seconds(functools.partial(streamed_seconds, length, length // 1000), repetitions)
        panels["rows (millions, streamed)"].append((length / 1e6, streamed / length * 1e9))
        length *= 10
    panels["indicators"] = [(n, tally_seconds(table, n) / rows * 1e9) for n in (1, 5, 10, 20, 53, 100, 200, 500)]
    panels["units, sorted"] = [
        (units, tally_seconds(data.survey(rows, units, "sorted").drop_columns(["k"]), 10) / rows * 1e9)
        for units in (1, rows // 10_000, rows // 1000, rows // 100, rows // 20)
    ]
    panels["units, in any order"] = [
        (units, tally_seconds(data.survey(rows, units, "random").drop_columns(["k"]), 10) / rows * 1e9)
        for units in (10, rows // 10_000, rows // 1000, rows // 100)
    ]
    panels["threads"] = [(n, tally_seconds(table, 10, n) / rows * 1e9) for n in (1, 2)]
    figure, axes = plt.subplots(1, len(panels), figsize=(3.1 * len(panels), 3.0), layout="constrained")
    for axis, (name, points) in zip(axes, panels.items(), strict=True):
        axis.plot(*zip(*points, strict=True), marker="o", color="#33658A")
        axis.set_xlabel(name)
        axis.set_ylim(bottom=0)
        if name != "threads":
            axis.set_xscale("log")
        else:
            axis.set_xticks([1, 2])
        axis.grid(visible=True, color="#DDDDDD", linewidth=0.6)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("ns per row")
    figure.savefig(arguments.output, metadata={"Date": None})
    print(json.dumps(panels, indent=1))


if __name__ == "__main__":
    main()
