"""Asks the kernels what Python knows for certain: math.fsum, fractions, decimal, repr.

Run by pytest. The driver is built with the library (its folder is TIJIAN_BUILD); without one it is
compiled here. TIJIAN_LONG=1 asks ten times as many questions.
"""

import decimal
import fractions
import itertools
import math
import os
import pathlib
import random
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMES = 10 if os.environ.get("TIJIAN_LONG") == "1" else 1
LARGEST = sys.float_info.max
SMALLEST = 5e-324


@pytest.fixture(scope="session")
def ask(tmp_path_factory):
    """A function from a list of questions to the list of answers."""
    build = os.environ.get("TIJIAN_BUILD")
    found = [path for path in pathlib.Path(build).rglob("*_driver")] if build else []
    found = [path for path in found if path.name == "exact_sum_driver" and path.is_file()]
    if found:
        driver = found[0]
    else:
        driver = tmp_path_factory.mktemp("driver") / "exact_sum_driver"
        compiler = os.environ.get("CXX") or shutil.which("g++") or "clang++"
        flags = ["-std=c++20", "-O1", "-ffp-contract=off", f"-I{ROOT / 'include'}"]
        source = ROOT / "tests" / "oracle" / "exact_sum_driver.cpp"
        subprocess.run([compiler, *flags, str(source), "-o", str(driver)], check=True)

    def asked(questions):
        lines = "".join(question + "\n" for question in questions)
        done = subprocess.run([driver], input=lines, capture_output=True, text=True, check=True)
        answers = done.stdout.splitlines()
        assert len(answers) == len(questions)
        return answers

    return asked


def question(name, numbers):
    return " ".join([name, *(x.hex() for x in numbers)])


def magnitude(dice, low, high):
    """A number of a random mantissa and an exponent in low … high, of either sign."""
    x = math.ldexp(dice.getrandbits(53) | 1 << 52, dice.randint(low, high) - 52)
    return x if dice.random() < 0.5 else -x


def hostile_vectors(dice, count):
    ranges = [(-1074, 1023), (-1074, -1000), (-64, 62), (-20, 40), (-3, 3), (-80, -50)]
    ranges.append((1000, 1023))
    for _ in range(count):
        low, high = dice.choice(ranges)
        numbers = [magnitude(dice, low, high) for _ in range(dice.randint(0, 60))]
        shape = dice.randrange(6)
        if shape == 0:  # nearly everything cancels
            numbers += [-x for x in numbers] + [magnitude(dice, -1074, high)]
        elif shape == 1:  # a tie, and the smallest number that could decide it
            x = magnitude(dice, -900, 960)
            numbers = [x, math.ulp(x) / 2, dice.choice([0.0, SMALLEST, -SMALLEST])]
        elif shape == 2:  # money
            numbers = [round(x, 2) for x in numbers if abs(x) < 1e12] + [0.01] * 30
        elif shape == 3:
            numbers = [math.copysign(0.0, x) if dice.random() < 0.3 else x for x in numbers]
        dice.shuffle(numbers)
        yield numbers


def test_sum_has_the_bits_of_fsum(ask):
    dice = random.Random(1)
    cases = []
    for numbers in hostile_vectors(dice, 20_000 * TIMES):
        try:
            cases.append((numbers, math.fsum(numbers)))
        except OverflowError:  # fsum gives up where an intermediate sum overflows
            pass
    assert len(cases) > 15_000 * TIMES
    answers = ask([question("sum", numbers) for numbers, _ in cases])
    for (numbers, expected), answer in zip(cases, answers):
        # fsum keeps the sign of a sum of -0 only; here zero has none.
        assert answer == "0x0p+0" if expected == 0 else float.fromhex(answer) == expected, numbers


def test_sum_where_fsum_gives_up(ask):
    dice = random.Random(2)
    cases = [
        [LARGEST, LARGEST, -LARGEST],
        [LARGEST, math.ldexp(1, 970)],
        [LARGEST, math.ldexp(1, 970), -SMALLEST],
        [-LARGEST, -math.ldexp(1, 970)],
    ]
    for _ in range(2_000 * TIMES):
        numbers = [magnitude(dice, 1020, 1023) for _ in range(dice.randint(2, 30))]
        cases.append(numbers + [-x for x in dice.sample(numbers, len(numbers) - 1)])
    answers = ask([question("sum", numbers) for numbers in cases])
    beyond = 0
    for numbers, answer in zip(cases, answers):
        try:
            expected = float(sum(map(fractions.Fraction, numbers)))
        except OverflowError:
            beyond += 1
            assert answer == "null"
        else:
            assert float.fromhex(answer) == expected
    assert 0 < beyond < len(cases)


def test_long_columns(ask):
    dice = random.Random(3)
    columns = [
        [dice.lognormvariate(3, 2) * dice.choice([1, -1]) for _ in range(20_000)],
        [round(dice.uniform(0, 500_000), 2) for _ in range(20_000)],
        [dice.random() / 4096 for _ in range(20_000)],
        [magnitude(dice, 38, 44) for _ in range(20_000)],
    ]
    for column, answer in zip(columns, ask([question("sum", column) for column in columns])):
        assert float.fromhex(answer) == math.fsum(column)


def nearest_or_none(exact):
    try:
        return float(exact)
    except OverflowError:
        return None


def test_variance_is_rounded_once(ask):
    dice = random.Random(4)
    cases = []
    for _ in range(4_000 * TIMES):
        low, high = dice.choice([(-480, 499), (-480, -470), (-60, 60), (-2, 2), (498, 499)])
        numbers = [magnitude(dice, low, high) for _ in range(dice.randint(1, 40))]
        shape = dice.randrange(4)
        if shape == 0:  # far from zero and close together
            base = magnitude(dice, low, high)
            numbers = [base + dice.randint(-3, 3) * math.ulp(base) for _ in numbers]
        elif shape == 1:
            numbers = [round(x, 1) for x in numbers if 1e-3 < abs(x) < 1e9] or [0.0]
        cases.append([x for x in numbers if x == 0 or 2.0**-480 <= abs(x) <= 2.0**500] or [1.5])
    for name, lost in (("var_samp", 1), ("var_pop", 0)):
        for numbers, answer in zip(cases, ask([question(name, numbers) for numbers in cases])):
            n = len(numbers)
            if n <= lost:
                assert answer == "null"
                continue
            exact = [fractions.Fraction(x) for x in numbers]
            total = n * sum(x * x for x in exact) - sum(exact) ** 2
            assert float.fromhex(answer) == nearest_or_none(total / (n * (n - lost))), numbers


def test_variance_of_squares_out_of_range_is_null(ask):
    outside = [2.0**500 * (1 + 2.0**-52), -(2.0**501), 2.0**-481, SMALLEST]
    assert ask([question("var_pop", [1.0, 2.0, x]) for x in outside]) == ["null"] * len(outside)


def test_exp_ln_and_power_err_by_little_more_than_rounding(ask):
    dice = random.Random(5)
    exact = decimal.Context(prec=60, Emin=-(10**6), Emax=10**6)
    cases = []
    for _ in range(3_000 * TIMES):
        x = dice.choice([dice.uniform(-745, 709.78), magnitude(dice, -60, 8)])
        x = dice.choice([x, x, dice.uniform(-746, -707)])
        cases.append(("exp", (x,)))
        x = dice.choice([magnitude(dice, -1074, 1023), dice.uniform(0.5, 2)])
        x = abs(dice.choice([x, 1 + magnitude(dice, -50, -2)])) or 1.5
        cases.append(("ln", (x,)))
        if x != 1:
            exponent = dice.uniform(-744, 709) / math.log(x)
            exponent = dice.choice([exponent, dice.uniform(-5, 5), float(dice.randint(-9, 9))])
            cases.append(("power", (x, exponent)))
    worst = {"exp": 0.0, "ln": 0.0, "power": 0.0}
    answers = ask([question(name, numbers) for name, numbers in cases])
    for (name, numbers), answer in zip(cases, answers):
        x = decimal.Decimal(numbers[0])
        if name == "exp":
            expected = exact.exp(x)
        elif name == "ln":
            expected = exact.ln(x)
        else:
            expected = exact.power(x, decimal.Decimal(numbers[1]))
        if answer == "null":
            assert abs(expected) > decimal.Decimal(LARGEST), (name, numbers)
            continue
        computed = float.fromhex(answer)
        ulp = decimal.Decimal(math.ulp(float(expected)))
        error = exact.divide(abs(exact.subtract(decimal.Decimal(computed), expected)), ulp)
        worst[name] = max(worst[name], float(error))
    print(worst)
    assert worst["exp"] < 0.52 and worst["ln"] < 0.501 and worst["power"] < 0.52, worst


def random_doubles(dice, count):
    for _ in range(count):
        yield dice.choice(
            [
                magnitude(dice, -1074, 1023),
                magnitude(dice, -20, 60),
                round(dice.uniform(-1000, 1000), dice.randint(0, 6)),
                float(dice.randint(-(10**6), 10**6)),
                10.0 ** dice.randint(-8, 20),
            ]
        )


def test_shortest_is_what_python_prints(ask):
    numbers = [0.0, -0.0, *random_doubles(random.Random(6), 20_000 * TIMES)]
    for x, answer in zip(numbers, ask([question("shortest", [x]) for x in numbers])):
        expected = repr(x).removesuffix(".0") if x else "0"
        assert answer == expected


def test_display_rounds_the_shortest_decimal(ask):
    dice = random.Random(7)
    numbers = [0.0, -0.0, 2.675, 1.005, 0.29, 28.8, 56.108, -0.001, 9.995]
    numbers += random_doubles(dice, 20_000 * TIMES)
    asked = [(x, dice.randint(0, 8), dice.choice(["half_up", "truncate"])) for x in numbers]
    rules = {"half_up": decimal.ROUND_HALF_UP, "truncate": decimal.ROUND_DOWN}
    with decimal.localcontext(decimal.Context(prec=800)):
        answers = ask([f"display {x.hex()} {decimals} {rule}" for x, decimals, rule in asked])
        for (x, decimals, rule), answer in zip(asked, answers):
            step = decimal.Decimal(1).scaleb(-decimals)
            rounded = decimal.Decimal(repr(x)).quantize(step, rules[rule])
            assert answer == f"{abs(rounded) if not rounded else rounded:f}", (x, decimals, rule)


def test_halves_of_every_short_decimal(ask):
    parts = itertools.product(["", "-"], [0, 1, 2, 9, 99, 1000], range(5, 1000, 10))
    texts = [f"{sign}{whole}.{part:03d}" for sign, whole, part in parts]
    answers = ask([f"display {float(text).hex()} 2 half_up" for text in texts])
    for text, answer in zip(texts, answers):
        rounded = decimal.Decimal(text).quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP)
        assert answer == str(rounded)


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", __file__]))
