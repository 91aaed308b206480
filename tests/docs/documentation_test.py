"""Every fenced block of the documentation is run, so that none of it can become untrue.

    ```sh             run by bash, line by line, in a folder of the document's own; the program `tijian` is
                      on the path. The commands of RUN_ELSEWHERE are only looked at: .ci/run runs them.
    ```cpp            a whole program: compiled as a user would, linked with libtijian.a, run in that folder
    ```c              a whole C99 program, linked with libtijian.so alone, run in that folder
    ```python         run by one interpreter for the whole document, which has the package, warnings being errors;
                      `examples` is there as it is in the tree
    ```json name      (any language) the file `name` in that folder, for the blocks after it
    ```text           directly after a block that runs: exactly what it prints
    ```diff           applied to a copy of the tree; the blocks after it use that copy, shell blocks run in it,
                      programs have its headers alone: how the documents about adding something are proved
    ```               (no language) a picture

Blocks of one document run in order. Anything else is refused, so that no block is passed over.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["TIJIAN_BUILD"])
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
RUN_ELSEWHERE = {"examples/run", "tests/run", "tests/run --long", ".ci/run"}
INSTALLED_BEFORE = {"pip install .", "pip install '.[excel,plot]'"}
# Reads blocks, one JSON text a line, and answers each with what it printed and what it raised.
RUN_PYTHON = """
import contextlib, io, json, linecache, sys, traceback
names = {"__name__": "__main__"}
answers, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    place, block = json.loads(line)
    linecache.cache[place] = len(block), None, block.splitlines(True), place
    printed, raised = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(block, place, "exec"), names)
        except BaseException:
            raised = traceback.format_exc()
    print(json.dumps([printed.getvalue(), raised]), file=answers, flush=True)
"""
COMPILE_C = ["gcc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"]
COMPILE = ["g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-pthread"]


def name_of(path: pathlib.Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks(text: str) -> list[tuple[int, str, str, str]]:
    """(line, language, name, content) of each fenced block."""
    found = []
    for match in re.finditer(r"^```([^\n`]*)\n(.*?)^```[ \t]*$", text, re.MULTILINE | re.DOTALL):
        language, _, name = match[1].strip().partition(" ")
        found.append((text.count("\n", 0, match.start()) + 1, language, name, match[2]))
    return found


def run(command: list[str], folder: pathlib.Path, place: str, **arguments) -> str:
    path = f"{BUILD}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL if "input" not in arguments else None,
        capture_output=True,
        text=True,
        timeout=600,
        **arguments,
    )
    assert done.returncode == 0, f"{place}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


class Document:
    """The state that one document's blocks share: a folder, perhaps a changed copy of the tree."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder / "work"
        self.folder.mkdir()
        (self.folder / "examples").symlink_to(ROOT / "examples")
        self.interpreter = None
        self.tree = ROOT
        self.copy = folder / "tree"
        self.printed = None

    def close(self):
        if self.interpreter is not None:
            self.interpreter.communicate(timeout=60)

    def sh(self, content: str, place: str):
        lines = []
        for line in content.splitlines():
            if line.strip() in RUN_ELSEWHERE:
                program = ROOT / line.split()[0]
                assert os.access(program, os.X_OK), f"{place}: {program} cannot be run"
            elif line.strip() not in INSTALLED_BEFORE:
                lines.append(line)
        folder = self.folder if self.tree == ROOT else self.copy
        return run(["bash", "-eu"], folder, place, input="\n".join(lines))

    def cpp(self, content: str, place: str):
        assert "int main(" in content, f"{place}: only whole programs can be run"
        program = self.folder / "program"
        (self.folder / "program.cpp").write_text(content, "utf-8")
        library = [] if self.tree == self.copy else [str(BUILD / "libtijian.a")]
        include = f"-I{self.tree / 'include'}"
        run([*COMPILE, include, "program.cpp", *library, "-o", str(program)], self.folder, place)
        return run([str(program)], self.folder, place)

    def c(self, content: str, place: str):
        assert "int main(" in content, f"{place}: only whole programs can be run"
        program = self.folder / "program"
        (self.folder / "program.c").write_text(content, "utf-8")
        library = ["-L", str(BUILD), "-ltijian", f"-Wl,-rpath,{BUILD}"]
        run([*COMPILE_C, f"-I{ROOT / 'include'}", "program.c", *library, "-o", str(program)], self.folder, place)
        return run([str(program)], self.folder, place)

    def python(self, content: str, place: str):
        if self.interpreter is None:
            # As in a notebook; no block may need a display.
            self.interpreter = subprocess.Popen(
                [sys.executable, "-W", "error", "-c", RUN_PYTHON],
                cwd=self.folder,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "agg"},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        print(json.dumps([place, content]), file=self.interpreter.stdin, flush=True)
        answer = self.interpreter.stdout.readline()
        assert answer, f"{place}: the interpreter ended with exit code {self.interpreter.wait()}"
        printed, raised = json.loads(answer)
        assert raised is None, f"{place}: {printed}{raised}"
        return printed

    def diff(self, content: str, place: str):
        if self.tree == ROOT:
            for part in ("include", "src", "tests"):
                shutil.copytree(ROOT / part, self.copy / part)
            self.tree = self.copy
        # No fuzz: the context that the document shows has to be the code's.
        run(["patch", "-p1", "--batch", "--fuzz=0"], self.copy, place, input=content)


def run_blocks(text: str, folder: pathlib.Path, title: str):
    document = Document(folder)
    try:
        run_each_block(document, text, title)
    finally:
        document.close()


def run_each_block(document: Document, text: str, title: str):
    printed = None
    for line, language, name, content in blocks(text):
        place = f"{title}:{line}"
        if name:
            assert pathlib.PurePath(name).name == name, f"{place}: not a plain file name: {name}"
            (document.folder / name).write_text(content, "utf-8")
            printed = None
        elif language == "text":
            assert printed is not None, f"{place}: a text block follows a block that prints it"
            assert printed == content, f"{place}: not what the block before it prints:\n{printed}"
        elif language in ("sh", "c", "cpp", "python", "diff"):
            printed = getattr(document, language)(content, place)
        else:
            assert language == "", f"{place}: blocks of {language} without a file name cannot be run"
            printed = None


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_blocks_run(path, tmp_path):
    run_blocks(path.read_text("utf-8"), tmp_path, name_of(path))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path):
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", text)
    local = [target.split("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    assert not [target for target in local if target and not (path.parent / target).exists()]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_named_in_the_text_exist(path):
    """`include/tijian/x.hpp`, `tests/run` …: names in back quotes that begin with a folder of the tree."""
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    folders = r"(?:include|src|tests|docs|examples|cmake|benchmarks|bindings|\.ci)"
    names = re.findall(rf"`({folders}/[A-Za-z0-9_./-]*)`", text)
    assert not [name for name in names if not (ROOT / name).exists()]


# The checks themselves have to be able to fail.
@pytest.mark.parametrize(
    "text",
    [
        "```sh\nfalse\n```\n",
        "```sh\necho one\n```\n\n```text\ntwo\n```\n",
        "```cpp\nint main() { return 1; }\n```\n",
        "```cpp\nint x;\n```\n",
        "```c\nint main(void) { return 1; }\n```\n",
        "```c\nint x;\n```\n",
        "```ruby\nputs 1\n```\n",
        "```python\nraise SystemExit(1)\n```\n",
        "```python\nimport os\nos._exit(0)\n```\n",
        "```python\nimport warnings\nwarnings.warn('old')\n```\n",
        "```python\none =\n```\n",
        "```python\nprint(1)\n```\n\n```text\n2\n```\n",
        "```python\none = 1\n```\n\n```python\nassert one == 2\n```\n",
        "```text\nnothing before\n```\n",
        "```diff\n--- a/include/tijian/text.hpp\n+++ b/include/tijian/text.hpp\n@@ -1 +1 @@\n-no\n+yes\n```\n",
        "```json ../outside.json\n{}\n```\n",
    ],
)
def test_an_untrue_block_is_found(text, tmp_path):
    with pytest.raises(AssertionError):
        run_blocks(text, tmp_path, "document")
