"""The notebooks run from beginning to end, without a warning, and say what they should."""

from __future__ import annotations

import pathlib
import time
from typing import Any

import nbclient
import nbformat
import pytest

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples/notebooks"
# A figure of each that would be another one if something went wrong.
KEY_FIGURES = {
    "yichang-2025.ipynb": ["29922", "178 problems", "housing 29 rows", "9 of 9 figures worked out agree; 68 entered",
                           "ecology published", "台账.xlsx True"],
    "dunhua-2025.ipynb": ["1,000,000 rows, 2,042 units", "million rows a second", "True",
                          "problems in 20,000 buildings"],
    "own-indicators.ipynb": ["/indicators/1/formula", "with_alarm?", "Corroded riser", "74.7", "serious", "True"],
}


def test_every_notebook_has_its_key_figures():
    assert sorted(KEY_FIGURES) == sorted(path.name for path in FOLDER.glob("*.ipynb"))


@pytest.mark.parametrize("name", KEY_FIGURES)
def test_the_notebook_is_stored_without_outputs(name: str):
    for cell in nbformat.read(FOLDER / name, as_version=4).cells:
        assert cell.cell_type == "markdown" or (not cell.outputs and cell.execution_count is None)


@pytest.mark.parametrize("name", KEY_FIGURES)
def test_the_notebook_runs(name: str, monkeypatch: pytest.MonkeyPatch):
    book = nbformat.read(FOLDER / name, as_version=4)
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    started = time.monotonic()
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    assert time.monotonic() - started < 60
    outputs: list[Any] = [output for cell in book.cells if cell.cell_type == "code" for output in cell.outputs]
    written = [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    assert not written, written
    text = "".join(
        output.get("text", "") + output.get("data", {}).get("text/plain", "") + output.get("data", {}).get("text/html", "")
        for output in outputs
    )
    assert "Warning" not in text
    for figure in KEY_FIGURES[name]:
        assert figure in text, figure
    plots = [cell for cell in book.cells if cell.cell_type == "code" and "plot." in cell.source]
    assert all(any("image/png" in output.get("data", {}) for output in cell.outputs) for cell in plots)
