"""Medians of runs that take turns, and how far two answers are apart."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable

import numpy as np


def medians(runs: dict[str, Callable[[], object]], repetitions: int) -> tuple[dict[str, float], dict[str, object]]:
    """Median seconds, the runs taking turns; and what each gave last."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    results: dict[str, object] = {}
    for _ in range(repetitions):
        for name, run in runs.items():
            results.pop(name, None)
            gc.collect()
            start = time.perf_counter()
            results[name] = run()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(t) for name, t in times.items()}, results


def largest_difference(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Relative to theirs; infinite where one side alone is null."""
    if not np.array_equal(np.isnan(ours), np.isnan(theirs)):
        return float("inf")
    return float(np.nanmax(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-300), initial=0))
