"""Compares formulas with DuckDB on random formulas and random data.

    python3 formula_oracle.py --driver PATH --cases 20000 --seed 1

A case is one formula over one table: over its rows, or grouped by unit. Half of the formulas go to
DuckDB as they are ("the same text is valid DuckDB with the same meaning"); they let no null reach
`least`, `greatest` or `when` and keep `ln`, `sqrt`, `power` in their domains. The other half is
free of such care, and what DuckDB is given says in SQL what the formula means where they differ.
Numeric literals are written as DOUBLE (`1e0`). Texts have the parentheses that precedence asks for
and few more; what DuckDB is given instead of a text has them all. Data is dyadic, so sums are
exact; a result must be equal, or within 1e-12 of the largest absolute intermediate where a
variance, deviation, `exp`, `ln`, `power` or `sqrt` is in it. Nothing discontinuous and no divisor
stands above one of these. At the end, no keyword may pass as a name that DuckDB refuses.
"""

import argparse
import collections
import math
import os
import random
import subprocess
import sys
import tempfile

import duckdb

# What is evaluated (text) and what DuckDB is given (sql); inexact: compared with a tolerance;
# level: the precedence of its outermost operator.
Formula = collections.namedtuple("Formula", "text sql inexact level")
OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, ATOM = range(8)

COLUMNS = [("a", "number"), ("b", "number"), ("楼层", "number"), ('"q x"', "number"),
           ("p", "boolean"), ("r", "boolean"), ("s", "text"), ("t", "text")]
ATTRIBUTES = [("area", "number"), ("人口", "number"), ("has_rail", "boolean"), ("class", "text")]
TEXTS = ["", "x", "y", "xy", "X", "it's", "楼", "é", "z z"]
DYADIC = ["0e0", "1e0", "2e0", "3e0", "5e-1", "2.5e-1", "7e0", "-2e0", "-5e-1"]
OTHER_NUMBERS = ["1e-1", "3.3e1", "1e2", "1e3"]
ROWS = 120
UNITS = 12


class Generator:
    """Random formulas of correct types. `verbatim`: text and sql are the same."""

    def __init__(self, rng, verbatim, over_units):
        self.rng = rng
        self.verbatim = verbatim
        self.inside = not over_units  # names are the columns of a row

    def names(self, kind):
        return [name for name, type_ in (COLUMNS if self.inside else ATTRIBUTES) if type_ == kind]

    def formula(self):
        draw = self.rng.random()
        depth = self.rng.choice((2, 3, 3, 4) if self.inside else (1, 2, 2, 3))
        if draw < 0.6:
            return self.number(depth, exact=False)
        return self.boolean(depth) if draw < 0.9 else self.words(depth)

    # Pieces. `join` fills one pattern with texts and, `sql` or the same, with sqls; `operation` is
    # for operators, with the precedence that each operand must have at least.

    def join(self, pattern, *parts, sql=None, inexact=False, level=ATOM):
        text = pattern.format(*(part.text for part in parts))
        if self.verbatim:
            assert sql is None
            given = text
        else:
            given = (sql or pattern).format(*(part.sql for part in parts))
        return Formula(text, given, inexact or any(part.inexact for part in parts), level)

    def operation(self, pattern, level, needs, *parts):
        parts = [part._replace(text="(" + part.text + ")")
                 if part.level < need or part.level < ATOM and self.rng.random() < 0.1 else part
                 for part, need in zip(parts, needs)]
        sql = None if self.verbatim else "(" + pattern + ")"
        return self.join(pattern, *parts, sql=sql, level=level)

    @staticmethod
    def plain(text):
        return Formula(text, text, False, SIGN if text[0] == "-" else ATOM)

    def known(self, part, default):
        """`part`, and never null where the text must be left as it is."""
        return self.join("coalesce({0}, " + default + ")", part) if self.verbatim else part

    def extreme(self, parts):
        name = self.rng.choice(("least", "greatest"))
        pattern = name + "(" + ", ".join(f"{{{i}}}" for i in range(len(parts))) + ")"
        if self.verbatim:
            return self.join(pattern, *(self.known(part, "1e0") for part in parts))
        unknown = " or ".join(f"({{{i}}}) is null" for i in range(len(parts)))
        return self.join(pattern, *parts,
                         sql=f"(case when {unknown} then null else {pattern} end)")

    def choice(self, branch, depth):
        conditions = [self.boolean(depth) for _ in range(self.rng.choice((1, 1, 2)))]
        if self.verbatim:
            conditions = [self.known(c, self.rng.choice(("true", "false"))) for c in conditions]
        text, sql, parts = "case", "case", []
        for condition in conditions:
            when, then = len(parts), len(parts) + 1
            parts += [condition, branch()]
            text += f" when {{{when}}} then {{{then}}}"
            sql += f" when {{{when}}} then {{{then}}}"
            if not self.verbatim:
                sql += f" when ({{{when}}}) is null then null"
        if self.rng.random() < 0.7:
            text += f" else {{{len(parts)}}}"
            sql += f" else {{{len(parts)}}}"
            parts.append(self.plain("null") if self.rng.random() < 0.15 else branch())
        return self.join(text + " end", *parts, sql=None if self.verbatim else sql + " end")

    # Numbers.

    def number(self, depth, exact=True, dyadic=False):
        """exact: no operation that DuckDB rounds otherwise; dyadic: sums of it are exact, too."""
        rng = self.rng
        if depth <= 0 or rng.random() < 0.1:
            return self.operand(exact, dyadic)
        below = depth - 1
        part = lambda: self.number(below, exact, dyadic)  # noqa: E731
        kind = rng.randrange(16 if not dyadic else 12)
        if kind < 4:
            sign = rng.choice("+-*")
            level = PRODUCT if sign == "*" else SUM
            return self.operation("{0} " + sign + " {1}", level, (level, level + 1), part(), part())
        if kind == 4:
            return self.operation("- {0}", SIGN, (SIGN,), part())
        if kind == 5:
            return self.join("abs({0})", part())
        if kind == 6:
            whole = self.number(below, True, dyadic)
            return self.join(rng.choice(("round", "floor", "ceil")) + "({0})", whole)
        if kind == 7:
            left, right = (self.number(below, True, dyadic) for _ in range(2))
            return self.operation("{0} % {1}", PRODUCT, (PRODUCT, SIGN), left, right)
        if kind == 8:
            return self.extreme([part() for _ in range(rng.choice((2, 2, 3)))])
        if kind == 9:
            return self.join("coalesce({0}, {1})", part(), part())
        if kind == 10:
            return self.join("nullif({0}, {1})", self.number(below, True, dyadic),
                             self.number(below, True, dyadic))
        if kind == 11:
            return self.choice(part, below)
        if kind < 14 or exact:
            return self.operation("{0} / {1}", PRODUCT, (PRODUCT, SIGN), part(),
                                  self.number(below, True))
        return self.transcendental(below)

    def transcendental(self, depth):
        argument = self.number(depth, True)
        name = self.rng.choice(("sqrt", "ln", "exp", "power"))
        if name == "exp":
            return self.join("exp({0})", self.remainder(argument, "8e0"), inexact=True)
        if name == "power":
            base = self.number(min(depth, 1), True)
            if self.verbatim:
                return self.join("power(abs({0}) + 5e-1, {1})", base,
                                 self.remainder(argument, "4e0"), inexact=True)
            if self.rng.random() < 0.5:
                argument = self.join("round({0})", argument)
            exponent = self.remainder(argument, "4e0")
            return self.join(
                "power({0}, {1})", base, exponent, inexact=True,
                sql="(case when {0} > 0 or {0} < 0 and ({1}) = floor({1}) or {0} = 0 and ({1}) >= 0"
                    " then power({0}, {1}) end)")
        if self.verbatim:
            argument = self.join("abs({0})" if name == "sqrt" else "abs({0}) + 1e0", argument)
            return self.join(name + "({0})", argument, inexact=True)
        bound = ">=" if name == "sqrt" else ">"
        return self.join(name + "({0})", argument, inexact=True,
                         sql="(case when {0} " + bound + " 0 then " + name + "({0}) end)")

    def remainder(self, part, divisor):
        return self.operation("{0} % {1}", PRODUCT, (PRODUCT, SIGN), part, self.plain(divisor))

    def operand(self, exact, dyadic):
        rng = self.rng
        if rng.random() < 0.25:
            return self.plain(rng.choice(DYADIC if dyadic else DYADIC + OTHER_NUMBERS))
        if not self.inside and rng.random() < 0.8:
            return self.aggregate(exact)
        return self.plain(rng.choice(self.names("number")))

    # Aggregates.

    def aggregate(self, exact, truth=False):
        rng = self.rng
        self.inside = True
        inexact = False
        if truth:
            piece = self.join(rng.choice(("bool_and", "bool_or")) + "({0})", self.boolean(2))
        else:
            names = ["count(*)", "count", "sum", "sum", "avg", "min", "max"]
            if not exact:
                names += ["var_samp", "var_pop", "stddev_samp", "stddev_pop"]
            name = rng.choice(names)
            if name == "count(*)":
                piece = self.plain(name)
            elif name == "count":
                piece = self.join("count({0})", self.anything(2))
            else:
                inexact = name.startswith(("var", "stddev"))
                sums = name in ("sum", "avg") or inexact
                piece = self.join(name + "({0})", self.number(rng.choice((0, 1, 2)), True, sums))
        if rng.random() < 0.5:
            piece = self.join("{0} filter (where {1})", piece, self.boolean(2))
        self.inside = False
        return piece._replace(inexact=inexact)

    # Booleans and texts.

    def anything(self, depth):
        return self.rng.choice((self.number, self.boolean, self.words))(depth)

    def boolean(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.1:
            if not self.inside and rng.random() < 0.4:
                return self.aggregate(True, truth=True)
            return self.plain(rng.choice(self.names("boolean") * 3 + ["true", "false"]))
        below = depth - 1
        negation = rng.choice(("", " not"))
        kind = rng.randrange(12)
        if kind < 2:
            word, level = rng.choice((("and", AND), ("or", OR)))
            return self.operation("{0} " + word + " {1}", level, (level, level + 1),
                                  self.boolean(below), self.boolean(below))
        if kind == 2:
            return self.operation("not {0}", NOT, (NOT,), self.boolean(below))
        if kind < 7:
            side = rng.choice((self.number, self.number, self.words, self.boolean))
            comparison = rng.choice(("=", "<>", "!=", "<", "<=", ">", ">="))
            return self.operation("{0} " + comparison + " {1}", COMPARISON, (SUM, SUM), side(below),
                                  side(below))
        if kind == 7:
            side = rng.choice((self.number, self.words))
            return self.operation("{0}" + negation + " between {1} and {2}", COMPARISON,
                                  (SUM, SUM, SUM), side(below), side(below), side(below))
        if kind == 8:
            side = rng.choice((self.number, self.words))
            parts = [side(below)] + [side(0) for _ in range(rng.choice((1, 2, 3)))]
            if rng.random() < 0.2:
                parts.append(self.plain("null"))
            places = ", ".join(f"{{{i}}}" for i in range(1, len(parts)))
            return self.operation("{0}" + negation + " in (" + places + ")", COMPARISON,
                                  (SUM,) + (OR,) * (len(parts) - 1), *parts)
        if kind == 9:
            return self.operation("{0} is" + negation + " null", COMPARISON, (SUM,),
                                  self.anything(below))
        if kind == 10:
            return self.join("coalesce({0}, {1})", self.boolean(below), self.boolean(below))
        return self.choice(lambda: self.boolean(below), below)

    def words(self, depth):
        rng = self.rng
        if depth <= 0 or rng.random() < 0.4:
            if rng.random() < 0.4:
                return self.plain("'" + rng.choice(TEXTS).replace("'", "''") + "'")
            return self.plain(rng.choice(self.names("text")))
        below = depth - 1
        kind = rng.randrange(3)
        if kind == 0:
            return self.join("coalesce({0}, {1})", self.words(below), self.words(below))
        if kind == 1:
            return self.join("nullif({0}, {1})", self.words(below), self.words(below))
        return self.choice(lambda: self.words(below), below)


def random_value(rng, kind):
    if rng.random() < 0.2:
        return None
    if kind == "number":
        return rng.choice((rng.randrange(-40, 41) / 4, rng.randrange(-400, 401) / 8,
                           float(rng.randrange(0, 4))))
    return rng.random() < 0.5 if kind == "boolean" else rng.choice(TEXTS)


def encoded(value):
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "t" if value else "f"
    return value.hex() if isinstance(value, float) else "'" + value


def decoded(line):
    """The value and, of a number, the scale of its tolerance."""
    if line == "-":
        return None, 0.0
    if line in ("t", "f"):
        return line == "t", 0.0
    if line[0] == "'":
        return line[1:], 0.0
    value, scale = line.split("\t")
    return float.fromhex(value), float.fromhex(scale)


def agrees(ours, scale, theirs, inexact):
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, float):
        theirs = float(theirs)
        return abs(ours - theirs) <= 1e-12 * scale if inexact else ours == theirs
    return type(ours) is type(theirs) and ours == theirs


class Table:
    """Random rows and units, in DuckDB and as the driver's input."""

    def __init__(self, rng, connection):
        self.connection = connection
        self.units = [[random_value(rng, kind) for _, kind in ATTRIBUTES] for _ in range(UNITS)]
        # One unit with a single row, the others with some.
        self.unit_of_row = [0] + list(range(1, UNITS)) + [rng.randrange(1, UNITS)
                                                          for _ in range(ROWS - UNITS)]
        self.rows = [[random_value(rng, kind) for _, kind in COLUMNS] for _ in range(ROWS)]
        types = {"number": "double", "boolean": "boolean", "text": "varchar"}
        names = ["row_number_ integer", "unit integer"]
        names += [f"{name} {types[kind]}" for name, kind in COLUMNS + ATTRIBUTES]
        connection.execute(f"create or replace table t ({', '.join(names)})")
        places = ", ".join("?" * len(names))
        connection.executemany(
            f"insert into t values ({places})",
            [[i, unit, *row, *self.units[unit]]
             for i, (unit, row) in enumerate(zip(self.unit_of_row, self.rows))])

    def lines(self):
        strip = lambda name: name.strip('"')  # noqa: E731
        yield "\t".join(["columns"] + [x for name, kind in COLUMNS for x in (strip(name), kind)])
        yield "\t".join(["attributes"] + [x for pair in ATTRIBUTES for x in pair])
        for unit, row in zip(self.unit_of_row, self.rows):
            yield "\t".join(["row", str(unit)] + [encoded(value) for value in row])
        for unit in self.units:
            yield "\t".join(["unit"] + [encoded(value) for value in unit])

    def select(self, formulas, over_units):
        """Columns of results; a list with the error for a formula that DuckDB refuses."""
        sqls = ", ".join(formula.sql for formula in formulas)
        attributes = ", ".join(name for name, _ in ATTRIBUTES)
        query = (f"select {sqls} from t group by unit, {attributes} order by unit" if over_units
                 else f"select {sqls} from t order by row_number_")
        try:
            return list(zip(*self.connection.execute(query).fetchall()))
        except duckdb.Error as error:
            if len(formulas) == 1:
                return [[error]]
            middle = len(formulas) // 2
            return (self.select(formulas[:middle], over_units) +
                    self.select(formulas[middle:], over_units))


def run_driver(driver, table, formulas, over_units):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False, encoding="utf-8") as file:
        for line in table.lines():
            file.write(line + "\n")
        for formula in formulas:
            file.write(("over-units\t" if over_units else "over-rows\t") + formula.text + "\n")
    try:
        output = subprocess.run([driver, file.name], check=True, capture_output=True,
                                encoding="utf-8").stdout
    finally:
        os.unlink(file.name)
    answers = []
    for line in output.split("\n")[:-1]:
        if line == "=":
            answers.append([])
        elif line[0] == "!":
            answers.append(line)
        else:
            answers[-1].append(decoded(line))
    assert len(answers) == len(formulas), "the driver did not answer every formula"
    return answers


def differences(table, formulas, over_units, answers, results):
    for formula, answer, result in zip(formulas, answers, results):
        if isinstance(answer, str):
            yield formula, answer
        elif isinstance(result[0], Exception):
            yield formula, f"DuckDB: {result[0]}"
        else:
            assert len(answer) == len(result)
            for i, ((ours, scale), theirs) in enumerate(zip(answer, result)):
                if not agrees(ours, scale, theirs, formula.inexact):
                    data = (dict(zip((name for name, _ in ATTRIBUTES), table.units[i]))
                            if over_units
                            else dict(zip((name for name, _ in COLUMNS), table.rows[i])))
                    yield formula, f"ours {ours!r}, DuckDB {theirs!r} (scale {scale!r}) at {data}"
                    break


def words_taken_wrongly(driver, table):
    """Keywords of SQL that formulas take as a column's name and DuckDB does not."""
    words = [word for (word,) in table.connection.execute(
        "select distinct keyword_name from duckdb_keywords() order by 1").fetchall()]
    answers = run_driver(driver, table, [Generator.plain(f"{word} + 1e0") for word in words], False)
    for word, answer in zip(words, answers):
        if not str(answer).startswith("! formula.unknown_name"):
            continue
        try:
            table.connection.execute(f'select {word} + 1e0 from (select 1e0 as "{word}")')
        except duckdb.Error:
            yield word


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.execute("set ieee_floating_point_ops = false")
    # From DuckDB 2 on, x / 0 is an error unless told otherwise; before, it was null.
    if connection.execute("select count(*) from duckdb_settings() "
                          "where name = 'error_on_division_by_zero'").fetchone()[0]:
        connection.execute("set error_on_division_by_zero = false")
    batch, batches_of_table = 50, 20
    done = failed = inexact = nulls = values = 0
    table = None
    turn = 0
    while done < options.cases:
        if turn % batches_of_table == 0:
            table = Table(rng, connection)
        over_units = turn % 2 == 1
        verbatim = turn % 4 < 2
        turn += 1
        formulas = []
        while len(formulas) < min(batch, options.cases - done):
            formula = Generator(rng, verbatim, over_units).formula()
            if len(formula.text.encode()) <= 2000 and len(formula.sql) <= 20000:
                formulas.append(formula)
        if verbatim:
            assert all(formula.text == formula.sql for formula in formulas)
        answers = run_driver(options.driver, table, formulas, over_units)
        results = table.select(formulas, over_units)
        for formula, difference in differences(table, formulas, over_units, answers, results):
            failed += 1
            if failed <= 20:
                print(f"{formula.text}\n  as {formula.sql}\n  {difference}", file=sys.stderr)
        done += len(formulas)
        inexact += sum(formula.inexact for formula in formulas)
        for answer in answers:
            if not isinstance(answer, str):
                values += len(answer)
                nulls += sum(value is None for value, _ in answer)
    for word in words_taken_wrongly(options.driver, table):
        failed += 1
        done += 1
        print(f"{word} is taken as a name, which DuckDB refuses", file=sys.stderr)
    # A generator gone stale would pass everything: results must be of all kinds.
    assert options.cases < 1000 or 0.05 < nulls / values < 0.6, f"{nulls} nulls in {values}"
    assert options.cases < 1000 or inexact > done / 50, inexact
    assert math.isfinite(values)
    print(f"seed {options.seed}: {values} values, {nulls} null; {inexact} formulas with tolerance")
    print(f"{done - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
