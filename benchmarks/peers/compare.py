"""The same work in tijian and its peers, one process for each number of threads; one table of ratios.

    python benchmarks/peers/compare.py [--quick] [--programs FOLDER] [--output FOLDER] [CASE…]

Cases: sorted, sorted-53, random, million-units, screen, scores. --programs names the folder of score_program, without
which scores is left out, and of survey_benchmark, which measures the read bandwidth. --quick takes a hundredth of the
rows and one repetition, to see that everything runs and the answers agree; its times mean nothing.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import platform
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

#: Rows, units, and what survey.py is asked for.
CASES: dict[str, tuple[int, int, list[str]]] = {
    "sorted": (20_000_000, 20_000, ["tally", "--pandas"]),
    "sorted-53": (20_000_000, 20_000, ["tally", "--indicators", "53"]),
    "random": (20_000_000, 20_000, ["tally", "--order", "random"]),
    "million-units": (20_000_000, 1_000_000, ["tally"]),
    "screen": (20_000_000, 20_000, ["screen"]),
    "scores": (0, 1_000_000, []),
}


def machine() -> dict[str, str]:
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo") as cpus:
        model = next((line.split(":", 1)[1].strip() for line in cpus if line.startswith("model name")), model)
    versions = {name: importlib.metadata.version(name) for name in ("duckdb", "polars", "pandas", "numpy", "pyarrow")}
    import tijian

    return {"cpu": model, "cores": str(os.cpu_count()), "python": platform.python_version(),
            "tijian": tijian.__version__, **versions, "date": datetime.date.today().isoformat()}


def measure(case: str, threads: int, quick: bool, repetitions: int, programs: pathlib.Path | None) -> dict[str, object]:
    rows, units, what = CASES[case]
    if quick:
        rows, units = rows // 100, units // 100
    command = [sys.executable]
    if case == "scores":
        assert programs is not None
        command += [str(HERE / "scores.py"), str(programs / "score_program")]
    else:
        command += [str(HERE / "survey.py"), *what, "--rows", str(rows)]
    command += ["--units", str(units), "--threads", str(threads), "--repetitions", str(repetitions)]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    output = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return {"case": case, "threads": threads, "rows": rows, "units": units, **json.loads(output.splitlines()[-1])}


def read_bandwidth(programs: pathlib.Path | None) -> dict[str, float]:
    """Bytes per second of one and two threads, by the benchmark program."""
    if programs is None:
        return {}
    output = subprocess.run([programs / "survey_benchmark"], env={**os.environ, "TIJIAN_BENCHMARK_READ": "1"}, check=True,
                            capture_output=True, text=True).stdout
    return {key: float(value) for key, value in json.loads(output).items()}


def line(result: dict[str, object], bandwidth: dict[str, float]) -> str:
    seconds = result["seconds"]
    assert isinstance(seconds, dict)
    ours = seconds["tijian"]
    parts = result.get("parts", {})
    assert isinstance(parts, dict)
    cells = [str(result["case"]), str(result["threads"]), f"{ours * 1000:.0f}"]
    cells += [f"{parts[name] * 1000:.0f}" if name in parts else "" for name in ("tally", "assess", "values")]
    reading = float(str(result["bytes"])) / (parts["tally"] if "tally" in parts else ours)
    limit = bandwidth.get(str(result["threads"]))
    cells += [f"{reading / 1e9:.1f}", f"{reading / limit:.2f}" if limit else ""]
    cells += [f"{seconds[peer] * 1000:.0f} ({seconds[peer] / ours:.1f}×)" if peer in seconds else ""
              for peer in ("DuckDB", "Polars", "pandas")]
    return "| " + " | ".join(cells) + " |"


def score_lines(results: list[dict[str, object]], bandwidth: dict[str, float]) -> list[str]:
    head = ["scores", "threads", "tijian ms", "ns per cell", "GB/s read", "share of bandwidth", "NumPy ms", "DuckDB ms",
            "Polars ms"]
    lines = ["", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    for result in results:
        works = result["works"]
        assert isinstance(works, dict)
        size = float(str(result["bytes"]))
        limit = bandwidth.get(str(result["threads"]))
        for work, seconds in works.items():
            ours = seconds["tijian"]
            cells = [work, str(result["threads"]), f"{ours * 1000:.1f}", f"{ours / size * 8e9:.2f}", f"{size / ours / 1e9:.1f}",
                     f"{size / ours / limit:.2f}" if limit else ""]
            cells += [f"{seconds[peer] * 1000:.0f} ({seconds[peer] / ours:.1f}×)" for peer in ("NumPy", "DuckDB", "Polars")]
            lines.append("| " + " | ".join(cells) + " |")
    return lines


def table(results: list[dict[str, object]], bandwidth: dict[str, float], about: dict[str, str]) -> str:
    head = ["case", "threads", "tijian ms", "tally", "assess", "values", "GB/s read", "share of bandwidth",
            "DuckDB ms", "Polars ms", "pandas ms"]
    lines = [", ".join(f"{name} {value}" for name, value in about.items()), ""]
    if bandwidth:
        lines += [f"Read bandwidth: {bandwidth['1'] / 1e9:.1f} GB/s on one thread, {bandwidth['2'] / 1e9:.1f} on two.",
                  ""]
    surveys = [result for result in results if "works" not in result]
    if surveys:
        lines += ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
        lines += [line(result, bandwidth) for result in surveys]
    scores = [result for result in results if "works" in result]
    if scores:
        lines += score_lines(scores, bandwidth)
    both = [r for r in results if r["case"] == "screen"]
    for result in both:
        seconds = result["seconds"]
        assert isinstance(seconds, dict)
        ratio = seconds["assess with objects"] / seconds["tally and assess"]
        lines += ["", f"Values and objects from one reading, {result['threads']} thread(s): "
                  f"{ratio:.2f} times the values alone ({result['found']} objects found)."]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all by default")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--programs", type=pathlib.Path, help="where the programs of the benchmarks are built")
    parser.add_argument("--output", type=pathlib.Path, help="a folder for the results as JSON and Markdown")
    arguments = parser.parse_args()
    unknown = set(arguments.cases) - set(CASES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if "scores" in arguments.cases and arguments.programs is None:
        parser.error("scores needs --programs")
    bandwidth = read_bandwidth(arguments.programs)
    repetitions = 1 if arguments.quick else arguments.repetitions
    results = []
    for case in arguments.cases or CASES:
        if case == "scores" and arguments.programs is None:
            continue
        for threads in arguments.threads:
            results.append(measure(case, threads, arguments.quick, repetitions, arguments.programs))
            print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    about = machine()
    text = table(results, bandwidth, about)
    print(text)
    if arguments.output:
        arguments.output.mkdir(parents=True, exist_ok=True)
        (arguments.output / "peers.md").write_text(text + "\n", encoding="utf-8")
        (arguments.output / "peers.json").write_text(
            json.dumps({"about": about, "bandwidth": bandwidth, "results": results}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
