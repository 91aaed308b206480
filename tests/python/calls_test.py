"""What a call does to the program around it: other threads run on, Ctrl-C is heard, progress and generators are the caller's own."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from conftest import NUMBERS, STREETS, UNITS, buildings, changed, run_python

import tijian

CITY = {"id": ["c"], "level": ["city"], "parent": [None]}

LISTED = changed(
    NUMBERS,
    indicators=[
        {"id": "LOW", "name": {"en": "Low"}, "dimension": "city", "kind": "floor", "measure": "1", "table": "rows",
         "items": [{"id": f"LOW.{i}", "name": {"en": "low"}, "when": f"x{i} < 0 and x{9 - i} + 1 > 2 * x{i}"} for i in range(10)],
         "targets": [{"op": "<=", "value": 0, "basis": "local"}]}
    ],
)  # fmt: skip


def frame_of(rows: int, value: float = 0.0) -> dict[str, Any]:
    """Ten columns that are one in memory, and a byte per row for the unit."""
    numbers = np.full(rows, value) if value else np.zeros(rows)
    units = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array(["c"]))
    return {"city": units, **{f"x{i}": numbers for i in range(10)}}


@pytest.fixture(scope="module")
def numbers() -> tijian.Framework:
    return tijian.Framework.load(NUMBERS)


@pytest.fixture(scope="module")
def long_frame() -> dict[str, Any]:
    """Takes a good part of a second."""
    return frame_of(20_000_000, 1.5)


SHORT = {"city": ["c"], **{f"x{i}": [1.0] for i in range(10)}}


# ---- the GIL ----------------------------------------------------------------------------------------------------


class Counter(threading.Thread):
    """Counts as fast as Python does."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.ends = False

    def run(self) -> None:
        while not self.ends:
            pass

    def share(self, work: Callable[[], object]) -> float:
        """Of the time that the work takes, in which the counter is on a core."""
        clock = time.pthread_getcpuclockid(self.ident or 0)
        start, ran = time.perf_counter(), time.clock_gettime(clock)
        work()
        return (time.clock_gettime(clock) - ran) / (time.perf_counter() - start)


def expect_another_thread_runs_on(work: Callable[[], object]) -> None:
    # The time on a core, not how far it counts: two busy cores slow each other down, lock or no lock. Compared with a
    # call that is known to hold no lock, for there may be one core only; and since others may be using the machine, the
    # best of several shares counts. With the GIL held it would be near 0.
    ballast = bytes(250_000_000)
    counter = Counter()
    counter.start()
    shares = []
    try:
        for _ in range(15):
            before = counter.share(lambda: hashlib.sha256(ballast))
            beside = counter.share(work)
            shares.append(beside / max(before, counter.share(lambda: hashlib.sha256(ballast))))
            if shares[-1] >= 0.9:
                break
    finally:
        counter.ends = True
        counter.join()
    assert max(shares) >= 0.9, shares


@pytest.mark.parametrize("call", ["assess", "add", "screen"])
def test_another_thread_runs_on(call: str, numbers: tijian.Framework, long_frame: dict[str, Any]):
    units = tijian.Units(CITY)
    rules = tijian.Framework.load(LISTED)
    work: dict[str, Callable[[], object]] = {
        "assess": lambda: tijian.assess(numbers, units=units, tables={"rows": long_frame}),
        "add": lambda: tijian.Tally(numbers).add("rows", long_frame),
        "screen": lambda: tijian.screen(rules, "rows", long_frame),
    }
    expect_another_thread_runs_on(work[call])


def test_another_thread_runs_on_while_columns_are_looked_at():
    # Each view is looked at before the first row is read, and again when it is.
    rows = 20_000_000
    views = np.zeros((rows, 4), dtype=np.int32)
    views[:, 0], views[:, 1] = 1, ord("c")
    city = pa.Array.from_buffers(pa.string_view(), rows, [None, pa.py_buffer(views)])
    counted = tijian.Framework.load(
        changed(NUMBERS, indicators=[{**NUMBERS["indicators"][0], "formula": "count(*)"}])
    )  # fmt: skip
    expect_another_thread_runs_on(lambda: tijian.Tally(counted).add("rows", {"city": city}))


# ---- Ctrl-C -----------------------------------------------------------------------------------------------------

INTERRUPTED = """
import json, os, signal, sys, threading, time
import numpy as np
import pyarrow as pa
import tijian
import calls_test as calls

call, attempts = sys.argv[1], 4
rules = tijian.Framework.load(calls.LISTED)
tally = tijian.Tally(rules)
tally.add("rows", calls.SHORT)
before = bytes(tally)
frame = calls.frame_of(40_000_000)
ids = [pa.array(np.arange(1_000_000) // size).cast(pa.string()) for size in (1, 10)]
work = {
    "add": lambda: tally.add("rows", frame),
    "add, two threads": lambda: tally.add("rows", frame, threads=2),
    "assess": lambda: tijian.assess(rules, units=calls.CITY, tables={"rows": frame}),
    "screen": lambda: tijian.screen(rules, "rows", frame),
    "units from columns": lambda: tijian.Units.from_columns({"a": ids[0], "b": ids[1]}, {"low": "a", "high": "b"}),
    "a generator that waits": lambda: tally.add("rows", (time.sleep(60) for _ in range(1))),
}[call]
sent = 0.0

def interrupt():
    global sent
    time.sleep(0.12)
    sent = time.perf_counter()
    os.kill(os.getpid(), signal.SIGINT)

latencies = []
for attempt in range(attempts):
    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        work()
    except KeyboardInterrupt:
        latencies.append(time.perf_counter() - sent)
    thread.join()
print(json.dumps({"latencies": latencies, "unchanged": bytes(tally) == before}))
tally.add("rows", calls.SHORT)
assert bytes(tally) != before
"""


@pytest.mark.parametrize("call", ["add", "add, two threads", "assess", "screen", "units from columns", "a generator that waits"])
def test_ctrl_c_is_heard_and_changes_nothing(call: str):
    done = run_python(INTERRUPTED, call)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["latencies"]) == 4, "the call ended before it was interrupted"
    assert min(told["latencies"]) < 0.2, told
    assert told["unchanged"]


def test_another_signal_is_handled_meanwhile():
    done = run_python("""
import os, signal, threading, time, tijian, calls_test as calls
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(threading.current_thread() is threading.main_thread()))
tally = tijian.Tally(calls.LISTED)
threading.Timer(0.1, lambda: os.kill(os.getpid(), signal.SIGUSR1)).start()
start = time.perf_counter()
tally.add("rows", calls.frame_of(20_000_000), progress=lambda share: seen.append(share))
assert True in seen and seen.index(True) < len(seen) - 1, seen
""")
    assert done.returncode == 0, done.stderr


# ---- progress ---------------------------------------------------------------------------------------------------

CALLS: dict[str, Callable[[tijian.Framework, Any, Any], object]] = {
    "assess": lambda rules, frame, progress: tijian.assess(rules, units=CITY, tables={"rows": frame}, progress=progress),
    "screen": lambda rules, frame, progress: tijian.screen(rules, "rows", frame, progress=progress),
    "screen on two threads": lambda rules, frame, progress: tijian.screen(rules, "rows", frame, threads=2, progress=progress),
    "add": lambda rules, frame, progress: tijian.Tally(rules).add("rows", frame, progress=progress),
    "add on two threads": lambda rules, frame, progress: tijian.Tally(rules).add("rows", frame, threads=2, progress=progress),
}


def test_progress_tells_the_share(numbers: tijian.Framework, long_frame: dict[str, Any]):
    seen: list[tuple[float, float | None]] = []
    threads = set()

    def note(share: float | None) -> None:
        seen.append((time.perf_counter(), share))
        threads.add(threading.get_ident())

    tally = tijian.Tally(numbers)
    for _ in range(3):
        tally.add("rows", long_frame, progress=note)
    shares = [share for _, share in seen]
    assert len(shares) >= 3
    assert all(share is not None and 0 <= share <= 1 for share in shares)
    assert sum(later < earlier for earlier, later in zip(shares, shares[1:], strict=False)) <= 2, "it rises within a call"
    gaps = [later - earlier for (earlier, _), (later, _) in zip(seen, seen[1:], strict=False)]
    assert min(gaps) >= 0.049, "at most twenty times a second"
    assert threads == {threading.get_ident()}


class Watched(list[float]):
    """A list that knows how far it has been read."""

    read = 0

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            self.read = index.stop
        return super().__getitem__(index)


@pytest.mark.parametrize("call", ["assess", "add", "screen"])
def test_progress_is_where_the_reading_is(call: str):
    rows = 3_000_000  # a dozen slices
    others = [1.5] * rows
    column = Watched(others)
    units = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int8)), pa.array(["c"]))
    frame = {"city": units, **{f"x{i}": column if i == 0 else others for i in range(10)}}
    seen: list[tuple[float, float]] = []
    CALLS[call](tijian.Framework.load(LISTED), frame, lambda share: seen.append((share, column.read / rows)))
    assert len(seen) >= 3, seen
    assert all(read - 0.4 <= share <= read for share, read in seen), seen  # assess has more to do after reading
    assert seen[-1][0] > 0.5 > seen[0][0], seen


def test_progress_of_what_does_not_tell_its_length_is_none(numbers: tijian.Framework, long_frame: dict[str, Any]):
    seen: list[float | None] = []
    tijian.Tally(numbers).add("rows", iter([long_frame]), progress=seen.append)
    assert seen and set(seen) == {None}


@pytest.mark.parametrize("form", [lambda f: f, lambda f: pa.table(f), lambda f: pa.table(f).to_pandas()])
def test_progress_knows_the_length_of_every_frame(form: Callable[[Any], Any], numbers: tijian.Framework, long_frame: dict[str, Any]):
    seen: list[float | None] = []
    frame = form(long_frame)
    tijian.assess(numbers, units=CITY, tables={"rows": frame}, progress=seen.append)
    assert seen and None not in seen


def test_progress_true_shows_a_bar(numbers: tijian.Framework, capfd: pytest.CaptureFixture[str]):
    column = [1.5] * 1_500_000
    tijian.Tally(numbers).add("rows", {"city": ["c"] * len(column), **{f"x{i}": column for i in range(10)}}, progress=True)
    captured = capfd.readouterr()
    assert captured.out == ""
    shown = [int(share) for share in re.findall(r"(\d+)%", captured.err)]
    assert "tijian" in captured.err
    assert shown == sorted(shown) and shown[0] == 0 and shown[-1] == 100
    assert set(shown) - {0, 100}, "it moves"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("falsy", [0, None, "", []])
def test_only_false_cancels(call: str, falsy: Any, long_frame: dict[str, Any]):
    asked = []

    def progress(share: float | None) -> Any:
        asked.append(share)
        return falsy

    CALLS[call](tijian.Framework.load(LISTED), long_frame, progress)
    assert asked


@pytest.mark.parametrize("call", CALLS)
def test_progress_that_returns_false_cancels(call: str, long_frame: dict[str, Any]):
    start = time.perf_counter()
    with pytest.raises(tijian.Cancelled):
        CALLS[call](tijian.Framework.load(LISTED), long_frame, lambda share: False)
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize("call", CALLS)
def test_what_progress_raises_comes_out(call: str, long_frame: dict[str, Any]):
    class Mine(BaseException):
        pass

    error = Mine("stop")

    def progress(share: float | None) -> None:
        raise error

    with pytest.raises(Mine) as caught:
        CALLS[call](tijian.Framework.load(LISTED), long_frame, progress)
    assert caught.value is error


def test_a_cancelled_tally_is_unchanged(numbers: tijian.Framework, long_frame: dict[str, Any]):
    tally = tijian.Tally(numbers)
    tally.add("rows", SHORT)
    before = bytes(tally)
    for threads in (1, 2):
        with pytest.raises(tijian.Cancelled):
            tally.add("rows", long_frame, progress=lambda share: False, threads=threads)
        with pytest.raises(ZeroDivisionError):
            tally.add("rows", long_frame, progress=lambda share: 1 / 0, threads=threads)
        assert bytes(tally) == before
    tally.add("rows", SHORT)
    assert bytes(tally) != before


def test_progress_is_true_or_a_function(numbers: tijian.Framework):
    for wrong in ("yes", 1, [print]):
        with pytest.raises(TypeError, match="progress"):
            tijian.Tally(numbers).add("rows", SHORT, progress=wrong)  # type: ignore[arg-type]
    for silent in (None, False):
        tijian.Tally(numbers).add("rows", SHORT, progress=silent)


# ---- generators -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
def test_a_generator_runs_on_the_thread_that_called(threads: int, numbers: tijian.Framework):
    ran = set()

    def batches() -> Iterator[dict[str, Any]]:
        for _ in range(5):
            ran.add(threading.get_ident())
            yield SHORT

    for at in (lambda work: work(), lambda work: concurrent.futures.ThreadPoolExecutor(1).submit(work).result()):
        ran.clear()

        def add() -> int:
            tijian.Tally(numbers).add("rows", batches(), threads=threads)
            return threading.get_ident()

        assert ran == set()
        assert {at(add)} == ran


def test_a_connection_of_one_thread_can_be_read():
    """SQLite's refuse any other thread."""
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute("create table t as select 'c' as city, 2.5 as x")

    def batches() -> Iterator[dict[str, Any]]:
        for city, x in connection.execute("select * from t"):
            yield {"city": [city], **{f"x{i}": [x] for i in range(10)}}

    result = tijian.assess(NUMBERS, units=CITY, tables={"rows": batches()})
    assert result["values"].to_dict()["value"] == [25.0]
    connection.close()


def test_what_a_generator_raises_comes_out_and_changes_nothing(numbers: tijian.Framework):
    class Mine(Exception):
        pass

    error = Mine("the connection is lost")

    def batches() -> Iterator[Any]:
        yield SHORT
        yield SHORT
        raise error

    tally = tijian.Tally(numbers)
    tally.add("rows", SHORT)
    before = bytes(tally)
    for threads in (1, 2):
        with pytest.raises(Mine) as caught:
            tally.add("rows", batches(), threads=threads)
        assert caught.value is error
        assert bytes(tally) == before
    for call in CALLS.values():
        with pytest.raises(Mine):
            call(tijian.Framework.load(LISTED), batches(), None)
    with pytest.raises(Mine):
        tijian.Units(batches())
    with pytest.raises(Mine):
        tijian.assess(numbers, units=CITY, entries=batches())


def test_a_fault_in_a_later_batch_changes_nothing(numbers: tijian.Framework):
    tally = tijian.Tally(numbers)
    tally.add("rows", SHORT)
    before = bytes(tally)
    for bad in ({**SHORT, "x3": ["text"]}, {**SHORT, "x3": []}, 5, pa.table({"city": ["c"]})):
        with pytest.raises((tijian.DataError, TypeError)):
            tally.add("rows", iter([SHORT, SHORT, bad]))
        assert bytes(tally) == before


def test_a_generator_is_closed_after_a_failure(numbers: tijian.Framework):
    closed = []

    def batches() -> Iterator[Any]:
        try:
            yield SHORT
            yield {**SHORT, "x3": ["text"]}
            yield SHORT
        finally:
            closed.append(True)

    given = batches()
    with pytest.raises(tijian.DataError):
        tijian.Tally(numbers).add("rows", given)
    del given
    assert closed == [True]


# ---- who else is at it ------------------------------------------------------------------------------------------


def test_a_tally_that_is_changing_refuses_others(numbers: tijian.Framework):
    tally, other = tijian.Tally(numbers), tijian.Tally(numbers)
    tally.add("rows", SHORT)
    before = tally.digest
    calls: list[Callable[[], object]] = [
        lambda: tally.add("rows", SHORT),
        lambda: tally.digest,
        lambda: bytes(tally),
        lambda: tally.merge(other),
        lambda: other.merge(tally),
        lambda: tally.assess(CITY),
    ]
    for call in calls:

        def batches(call: Callable[[], object] = call) -> Iterator[Any]:
            yield SHORT
            call()

        with pytest.raises(RuntimeError, match=r"in use.*正被") as caught:
            tally.add("rows", batches())
        assert caught.type is RuntimeError
        assert tally.digest == before


def test_another_thread_is_refused_while_a_tally_changes(numbers: tijian.Framework, long_frame: dict[str, Any]):
    tally = tijian.Tally(numbers)
    begun, checked = threading.Event(), threading.Event()

    def batches() -> Iterator[Any]:
        begun.set()
        assert checked.wait(30)
        yield SHORT

    thread = threading.Thread(target=lambda: tally.add("rows", batches()))
    thread.start()
    assert begun.wait(30)
    with pytest.raises(RuntimeError, match="in use"):
        tally.add("rows", SHORT)
    with pytest.raises(RuntimeError, match="in use"):
        _ = tally.digest
    checked.set()
    thread.join()
    expected = tijian.Tally(numbers)
    expected.add("rows", SHORT)
    assert tally.digest == expected.digest


def test_calls_may_lie_within_calls(numbers: tijian.Framework):
    """A generator may use the library itself, for other tallies."""

    def inner() -> Iterator[Any]:
        yield SHORT

    def outer() -> Iterator[Any]:
        tally = tijian.Tally(numbers)
        tally.add("rows", inner())
        total = tally.assess(CITY)["values"].to_dict()["value"][0]
        yield {"city": ["c"], **{f"x{i}": [total] for i in range(10)}}

    result = tijian.assess(numbers, units=CITY, tables={"rows": outer()})
    assert result["values"].to_dict()["value"] == [100.0]


def test_threads_with_tallies_of_their_own(streets: tijian.Framework):
    rows = buildings()
    expected = tijian.Tally(streets)
    for _ in range(20):
        expected.add("buildings", rows)
    problems = tijian.assess(streets, units=UNITS, tables={"buildings": rows}).problems.digest
    units = tijian.Units(UNITS)
    start = threading.Barrier(4)

    def work(number: int) -> tuple[str, set[str]]:
        start.wait()
        tally = tijian.Tally(streets if number % 2 else STREETS)
        digests = set()
        for _ in range(20):
            tally.add("buildings", iter(pa.table(rows).to_batches(30)))
            digests.add(tijian.assess(streets, units=units, tables={"buildings": rows}).problems.digest)
        return tally.digest, digests

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [(expected.digest, {problems})] * 4


# ---- the end of a program ---------------------------------------------------------------------------------------

AT_EXIT = """
import sys, threading, time
import tijian
import calls_test as calls

rules = tijian.Framework.load(calls.LISTED)
frame = calls.frame_of(40_000_000)
running = threading.Event()

def batches():
    for _ in range(100):
        running.set()
        yield frame

def work():
    tally = tijian.Tally(rules)
    tally.add("rows", batches(), progress=(lambda share: None) if sys.argv[1] == "progress" else None)

threading.Thread(target=work, daemon=True).start()
assert running.wait(60)
time.sleep(0.2)
print("the end", flush=True)
"""


@pytest.mark.parametrize("progress", ["none", "progress"])
def test_a_daemon_thread_does_not_hold_a_program_up(progress: str):
    start = time.perf_counter()
    done = run_python(AT_EXIT, progress, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")
    assert time.perf_counter() - start < 30


# ---- silence ----------------------------------------------------------------------------------------------------

SILENT = """
import contextlib
import tijian, conftest as city
rows = city.buildings()
tally = tijian.Tally(city.STREETS)
tally.add("buildings", rows, threads=2)
tally = tijian.Tally.load(bytes(tally), city.STREETS)
result = tijian.assess(city.STREETS, units=city.UNITS, tables={"buildings": rows}, entries=city.ENTRIES, previous=tally.assess(city.UNITS))
result = tijian.Assessment.load(bytes(result))
tijian.screen(city.STREETS, "buildings", rows)
for name in result.tables:
    table = result[name]
    table.to_csv(), table.to_json(), table.to_pandas(), table.to_polars(), table.to_arrow(), table.to_dicts(), repr(table), table._repr_html_()
result.explain("南湖", "C01")
for fault in (lambda: tijian.Framework.load({}), lambda: tally.add("buildings", {"area": ["a"]}), lambda: tijian.Assessment.load(b""),
              lambda: tijian.assess(city.STREETS, units={"id": [None]}), lambda: tally.add("nowhere", rows), lambda: tijian.Framework.load("mohurd-2025").columns("x")):
    try:
        fault()
    except ValueError:
        continue
    raise SystemExit("no error")
"""


def test_nothing_is_printed():
    done = run_python(SILENT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# ---- what a generator may do to its process ---------------------------------------------------------------------


def test_small_batches_that_are_slow_can_be_cancelled(numbers: tijian.Framework):
    """The engine itself tells of every 65,536 rows only."""
    given = []

    def batches() -> Iterator[dict[str, Any]]:
        for _ in range(100):
            time.sleep(0.02)
            given.append(1)
            yield SHORT

    for call in CALLS.values():
        given.clear()
        with pytest.raises(tijian.Cancelled):
            call(numbers, batches(), lambda share: False)
        assert len(given) < 50


EXIT_IN_A_GENERATOR = """
import sys, threading, time
import tijian
import calls_test as calls

running = threading.Event()

def batches():
    while True:
        running.set()
        time.sleep(0.0005)
        if sys.argv[1] == "in Python":
            for _ in range(100_000):
                pass
        yield calls.SHORT

def work():
    tijian.Tally(calls.NUMBERS).add("rows", batches())

for _ in range(3):
    threading.Thread(target=work, daemon=True).start()
assert running.wait(60)
time.sleep(0.1)
print("the end", flush=True)
"""


@pytest.mark.parametrize("busy", ["in Python", "in the engine"])
def test_a_daemon_thread_with_a_generator_does_not_abort_the_exit(busy: str):
    for _ in range(5):
        done = run_python(EXIT_IN_A_GENERATOR, busy, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")


EXIT_WHILE_A_CALL_WAITS = """
import atexit, sys, threading, time

def last():
    time.sleep(0.5)

atexit.register(last)  # called after what the library has registered
import tijian
import calls_test as calls

rules = tijian.Framework.load(calls.NUMBERS)
frame = calls.frame_of(40_000_000)
running = threading.Event()

def batches():
    while True:
        running.set()
        yield frame if sys.argv[1] == "progress" else calls.SHORT

def work():
    tijian.Tally(rules).add("rows", batches(), progress=lambda share: None)

threading.Thread(target=work, daemon=True).start()
assert running.wait(60)
time.sleep(0.1)
print("the end", flush=True)
# Until `last` sleeps nobody else has the GIL, and the call waits for it.
sys.setswitchinterval(1000)
end = time.perf_counter() + 0.3
while time.perf_counter() < end:
    pass
"""


@pytest.mark.parametrize("waits", ["progress", "generator"])
def test_a_daemon_thread_that_gets_the_lock_at_exit_lets_it_go(waits: str):
    done = run_python(EXIT_WHILE_A_CALL_WAITS, waits, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "the end\n", "")


def test_the_library_can_be_called_at_exit():
    done = run_python("""
import atexit, calls_test as calls
def last():
    import tijian
    tally = tijian.Tally(calls.NUMBERS)
    tally.add("rows", iter([calls.SHORT]))
    print(tally.assess(calls.CITY)["values"].to_dict()["value"])
atexit.register(last)
import tijian
""", timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "[10.0]\n", "")


def test_a_fork_within_a_generator_ends_the_call_in_the_child():
    done = run_python("""
import os, sys, tijian, calls_test as calls
def batches():
    global child
    yield calls.SHORT
    child = os.fork()
    yield calls.SHORT
tally = tijian.Tally(calls.NUMBERS)
before = tally.digest
try:
    tally.add("rows", batches())
except RuntimeError as error:
    assert child == 0 and "fork" in str(error) and tally.digest == before
    tally.add("rows", [calls.SHORT] * 2)
    print("child", tally.assess(calls.CITY)["values"].to_dict()["value"], flush=True)
    os._exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
print("parent", tally.assess(calls.CITY)["values"].to_dict()["value"], flush=True)
""", timeout=60)  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "child [20.0]\nparent [20.0]\n", "")


NO_THREAD = """
import resource
import tijian
import calls_test as calls
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
def batches():
    for _ in range(3):
        yield calls.SHORT
shares = []
tally = tijian.Tally(calls.NUMBERS)
tally.add("rows", batches())
tally.add("rows", calls.frame_of(40_000_000), progress=lambda share: shares.append(share))
assert tally.assess(calls.CITY)["values"].to_dict()["value"] == [30.0] and shares
before = tally.digest
try:
    tally.add("rows", calls.frame_of(40_000_000), progress=lambda share: False)
except tijian.Cancelled:
    assert tally.digest == before
    print("cancelled")
try:
    tally.add("rows", iter([calls.SHORT, {}]))
except tijian.DataError:
    print("refused")
"""


def test_without_another_thread_the_work_is_done_by_the_calling_one():
    """Each thread would take 64 GB of addresses for its stack, of which there are 8."""
    import resource

    limit = (64 << 30, resource.getrlimit(resource.RLIMIT_STACK)[1])
    before = resource.getrlimit(resource.RLIMIT_STACK)
    resource.setrlimit(resource.RLIMIT_STACK, limit)
    try:
        done = run_python(NO_THREAD, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", timeout=60)
    finally:
        resource.setrlimit(resource.RLIMIT_STACK, before)
    # What others print, whose threads could not be had either, is theirs.
    assert (done.returncode, done.stdout) == (0, "cancelled\nrefused\n"), done.stderr


def test_ctrl_c_in_a_stream_of_a_generator_is_raised_as_such():
    """The stream makes words of whatever its producer raises."""

    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.table(SHORT).to_batches()[0]
        raise KeyboardInterrupt

    class Stream:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return pa.RecordBatchReader.from_batches(pa.table(SHORT).schema, batches()).__arrow_c_stream__()

    tally = tijian.Tally(NUMBERS)
    before = tally.digest
    with pytest.raises(KeyboardInterrupt):
        tally.add("rows", Stream())
    assert tally.digest == before
