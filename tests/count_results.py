"""Adds up what lanes of tests left behind: count_results.py FOLDER… prints "N passed, N failed".

A lane's folder holds its exit code, and perhaps the JUnit file of ctest (ctest.xml), GoogleTest's
(cases/<program>.xml) or pytest's (pytest.xml). A skipped case counts as failed, a lane that failed
although no case did as one failure, and a lane that has cases but ran none likewise. Only tests
that want the reference data beside the repository may be skipped, and then a line before says so.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree

MAY_BE_ABSENT = "reference data"


def outcome(case: ElementTree.Element) -> str:
    """passed, failed or left out, of one testcase element of any of the three."""
    skipped = case.find("skipped")
    if skipped is not None and MAY_BE_ABSENT in skipped.get("message", ""):
        return "left out"
    ran = case.get("status", "run") == "run" and case.get("result", "completed") == "completed"
    if ran and not any(case.find(tag) is not None for tag in ("failure", "error", "skipped")):
        return "passed"
    return "failed"


def cases_of(file: pathlib.Path) -> list[str]:
    return [outcome(case) for case in ElementTree.parse(file).iter("testcase")]


def lane_cases(folder: pathlib.Path) -> list[str]:
    cases = []
    reports = sorted(folder.glob("*.xml"))
    for report in reports:
        if report.name != "ctest.xml":
            cases += cases_of(report)
            continue
        for program in ElementTree.parse(report).iter("testcase"):
            detail = folder / "cases" / (program.get("name", "") + ".xml")
            single = cases_of(detail) if detail.is_file() else []
            # A program may fail with all its cases passed: a leak found at its end.
            if not single or (outcome(program) == "failed" and "failed" not in single):
                single.append(outcome(program))
            cases += single
    succeeded = (folder / "exit_code").read_text().strip() == "0"
    if not reports:
        return ["passed" if succeeded else "failed"]
    if "passed" not in cases or (not succeeded and "failed" not in cases):
        cases.append("failed")
    return cases


def main(folders: list[str]) -> None:
    cases = [case for folder in folders for case in lane_cases(pathlib.Path(folder))]
    if left_out := cases.count("left out"):
        print(f"{left_out} left out: the {MAY_BE_ABSENT} is not beside the repository")
    print(f"{cases.count('passed')} passed, {cases.count('failed')} failed")


main(sys.argv[1:])
