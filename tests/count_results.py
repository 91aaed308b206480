"""Adds up what lanes of tests left behind: count_results.py FOLDER… prints "N passed, N failed".

A lane's folder holds its exit code, and perhaps the JUnit file of ctest (ctest.xml), GoogleTest's
(cases/<program>.xml) or pytest's (pytest.xml). A skipped case counts as failed, a lane that failed
although no case did as one failure, and a lane that has cases but ran none likewise.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def passed(case: ElementTree.Element) -> bool:
    ran = case.get("status", "run") == "run" and case.get("result", "completed") == "completed"
    return ran and not any(case.find(tag) is not None for tag in ("failure", "error", "skipped"))


def cases_of(file: pathlib.Path) -> list[bool]:
    return [passed(case) for case in ElementTree.parse(file).iter("testcase")]


def lane_cases(folder: pathlib.Path) -> list[bool]:
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
            if not single or (not passed(program) and all(single)):
                single.append(passed(program))
            cases += single
    succeeded = (folder / "exit_code").read_text().strip() == "0"
    if not reports:
        return [succeeded]
    if not cases or (not succeeded and all(cases)):
        cases.append(False)
    return cases


def main(folders: list[str]) -> None:
    cases = [case for folder in folders for case in lane_cases(pathlib.Path(folder))]
    print(f"{cases.count(True)} passed, {cases.count(False)} failed")


main(sys.argv[1:])
