"""The formulas of the benchmark taken apart for peers: distinct aggregates of rows, and each indicator over them."""

from __future__ import annotations

import re
from dataclasses import dataclass

AGGREGATE = re.compile(r"(sum|avg|count)\(([^()]*)\)(?: filter \(where ([^()]*)\))?")


@dataclass(frozen=True)
class Aggregate:
    """`sum` or `count` of an argument ("*" for rows) over the rows that fulfil a condition."""

    function: str
    argument: str
    where: str | None


def take_apart(formulas: list[str]) -> tuple[list[Aggregate], list[str]]:
    """Aggregates that occur, each once, and the formulas over `a0`, `a1` …, as SQL. A mean is a sum over a count."""
    found: dict[Aggregate, int] = {}

    def place(aggregate: Aggregate) -> str:
        return f"a{found.setdefault(aggregate, len(found))}"

    def replaced(match: re.Match[str]) -> str:
        function, argument, where = match.groups()
        if function == "avg":
            return f"({place(Aggregate('sum', argument, where))} / {place(Aggregate('count', argument, where))})"
        return place(Aggregate(function, argument, where))

    over = [AGGREGATE.sub(replaced, text) for text in formulas]
    return list(found), over
