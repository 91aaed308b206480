"""The data and the framework of the benchmarks: the same numbers in C++ (benchmarks/workload.hpp) and here.

A value is made from an integer hash of its row and column alone (Steele, Lea and Flood, "Fast splittable
pseudorandom number generators", 2014: splitmix64), so no file and no seed is needed.
"""

from __future__ import annotations



import numpy as np
import pyarrow as pa

COLUMNS = 12
#: Of 1,000 values of column c, so many are null: none of the first, 3.1 % of the last.
NULLS_IN_A_THOUSAND = [c * 31 // 11 for c in range(COLUMNS)]


def mix(x: np.ndarray) -> np.ndarray:
    """splitmix64's output function."""
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def column(c: int, first: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Values and null flags: money with two decimals (0–3), shares (4–7), counts (8, 9), areas (10, 11)."""
    hashed = mix(np.arange(first, first + rows, dtype=np.uint64) * np.uint64(COLUMNS) + np.uint64(c))
    if c < 4:
        values = (hashed >> np.uint64(40)).astype(np.float64) / 100.0
    elif c < 8:
        values = (hashed >> np.uint64(11)).astype(np.float64) * 2.0**-53
    elif c < 10:
        values = (hashed >> np.uint64(44)).astype(np.float64)
    else:
        values = (hashed >> np.uint64(50)).astype(np.float64) / 10.0
    return values, mix(hashed) % np.uint64(1000) < np.uint64(NULLS_IN_A_THOUSAND[c])


def units_of(first: int, rows: int, total: int, units: int, order: str) -> np.ndarray:
    """The unit of each row: in runs of equal length, or in any order."""
    at = np.arange(first, first + rows, dtype=np.uint64)
    if order == "sorted":
        return (at * np.uint64(units) // np.uint64(total)).astype(np.int32)
    return (mix(at + np.uint64(77)) % np.uint64(units)).astype(np.int32)


def survey(rows: int, units: int, order: str, first: int = 0, total: int | None = None) -> pa.Table:
    """The survey as an Arrow table: unit, key and twelve columns."""
    columns = {"u": pa.array(units_of(first, rows, total or rows, units, order))}
    for c in range(COLUMNS):
        values, null = column(c, first, rows)
        columns[f"c{c}"] = pa.array(values, mask=null if null.any() else None)
    columns["k"] = pa.array(np.arange(first, first + rows, dtype=np.int64))
    return pa.table(columns)




def formulas(indicators: int) -> list[str]:
    """Ratios of sums, shares of rows, weighted means and a mean; beyond ten with other bounds and columns."""
    written = []
    for i in range(indicators):
        turn = i // 10
        step = turn * 0.013

        def of(c: int, turn: int = turn) -> str:
            return f"c{(c + turn) % 4 + c // 4 * 4}"

        kind = i % 10
        if kind == 0:
            text = f"sum({of(0)}) / sum({of(1)})"
        elif kind == 1:
            text = f"sum({of(2)}) / sum({of(3)})"
        elif kind < 6:
            text = f"100.0 * count(*) filter (where c{kind + 2} > {0.3 + step:.4f}) / count(c{kind + 2})"
        elif kind == 6:
            text = f"100.0 * count(*) filter (where c4 > {0.2 + step:.4f} and c8 < {500000 + 1000 * step:.4f}) / count(*)"
        elif kind == 7:
            where = f" filter (where c5 > {step:.4f})" if turn else ""
            text = f"sum(c8 * c9){where} / sum(c9){where}"
        elif kind == 8:
            where = f" filter (where c6 > {step:.4f})" if turn else ""
            text = f"sum(c10 * c11){where} / sum(c11){where}"
        else:
            text = "avg(c10)" if not turn else f"avg(c11) filter (where c7 < {0.9 - step:.4f})"
        written.append(text)
    return written


def framework(indicators: int, items: int = 0) -> dict[str, object]:
    """The framework document. `items` conditions that about one row in a thousand fulfils make the screening."""
    listed: list[dict[str, object]] = [
        {"id": f"I{i}", "name": {"en": f"indicator {i}"}, "dimension": "d", "kind": "fact", "direction": "none",
         "table": "t", "formula": text}
        for i, text in enumerate(formulas(indicators))
    ]
    if items:
        listed.append(
            {"id": "F", "name": {"en": "faulty"}, "dimension": "d", "kind": "guiding", "direction": "lower",
             "table": "t", "formula": "count(*) filter (where problem)",
             "items": [{"id": f"F.{k}", "name": {"en": f"fault {k}"}, "when": condition}
                       for k, condition in enumerate(conditions(items))]}
        )
    return {
        "tijian": 1, "id": "benchmark", "version": "1", "year": 2025, "name": {"en": "benchmark"},
        "dimensions": [{"id": "d", "name": {"en": "d"}}],
        "levels": [{"id": level, "dimension": "d"} for level in LEVELS],
        "tables": [{"id": "t", "level": "compound", "unit": "u", "key": ["k"],
                    "columns": [{"id": f"c{c}", "type": "number"} for c in range(COLUMNS)]}],
        "indicators": listed,
    }


LEVELS = ("compound", "community", "block", "city")


def conditions(items: int) -> list[str]:
    """Item conditions, each true in one row of a thousand."""
    return [f"c{4 + k % 4} > {k // 4 * 0.01 + 0.5:.4f} and c{4 + k % 4} < {k // 4 * 0.01 + 0.501:.4f}"
            for k in range(items)]


def unit_frame(units: int) -> pa.Table:
    """Compounds, twenty to a community, ten of those to a block, all in one city."""
    communities = (units + 19) // 20
    blocks = (communities + 9) // 10
    ids = ["city", *(f"b{b}" for b in range(blocks)), *(f"k{c}" for c in range(communities)),
           *(str(u) for u in range(units))]
    levels = ["city", *["block"] * blocks, *["community"] * communities, *["compound"] * units]
    parents = [None, *["city"] * blocks, *(f"b{c // 10}" for c in range(communities)),
               *(f"k{u // 20}" for u in range(units))]
    return pa.table({"id": ids, "level": levels, "parent": parents})
