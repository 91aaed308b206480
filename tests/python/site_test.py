"""The site builds without a warning and without a network, and its reference has every public name."""

from __future__ import annotations

import inspect
import os
import pathlib
import re
import subprocess
import sys
import zlib

import pytest

import tijian
import tijian.excel
import tijian.plot

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("site")
    options = ["-q", "-W", "--keep-going", "-d", str(folder / "doctrees"), "-c", str(DOCS / "site")]
    nowhere = "http://127.0.0.1:9"  # whoever asked for something would be refused at once
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *options, str(DOCS), str(folder / "html")],
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "http_proxy": nowhere, "https_proxy": nowhere},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "html"


def test_every_page_is_there(site: pathlib.Path):
    for page in DOCS.glob("**/*.md"):
        assert (site / page.relative_to(DOCS).with_suffix(".html")).is_file(), page
    assert 'url=site/index.html"' in (site / "index.html").read_text("utf-8")


def test_the_reference_has_every_public_name(site: pathlib.Path):
    *_, names = (site / "objects.inv").read_bytes().split(b"\n", 4)
    told = {line.split(" ")[0] for line in zlib.decompress(names).decode().splitlines()}
    expected = set()
    for module in (tijian, tijian.excel, tijian.plot):
        for name in module.__all__:
            if name.startswith("__"):
                continue
            expected.add(f"{module.__name__}.{name}")
            value = getattr(module, name)
            if inspect.isclass(value):
                members = [member for member in vars(value) if not member.startswith("_")]
                expected |= {f"{module.__name__}.{name}.{member}" for member in members}
    missing = sorted(expected - told)
    assert not missing
    assert len(expected) > 80


def test_links_between_pages_lead_somewhere(site: pathlib.Path):
    for page in site.glob("**/*.html"):
        text = page.read_text("utf-8")
        for target in re.findall(r'<a [^>]*href="([^"#:?]+)', text):
            assert (page.parent / target).exists(), f"{page.relative_to(site)}: {target}"


def test_nothing_is_fetched_from_elsewhere(site: pathlib.Path):
    for page in site.glob("**/*.html"):
        text = page.read_text("utf-8")
        assert not re.findall(r'<(?:script|img|link)[^>]*(?:src|href)="(?:https?:)?//[^"]*"', text), page
