"""The site: every page of docs/, and the reference of the Python package, which has to be installed.

    sphinx-build -W --keep-going -c docs/site docs build/site
"""

import pathlib
import re

import tijian

project = "tijian"
author = "the tijian authors"
version = release = tijian.__version__
root_doc = "site/index"
exclude_patterns = ["site/start"]
extensions = ["myst_parser", "sphinx.ext.autodoc"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
# Aliases by their names, not by all that they stand for.
aliases = {
    "Batch": "tijian.frames.Batch",
    "Frame": "tijian.frames.Frame",
    "FrameworkSource": "tijian.framework.FrameworkSource",
    "Progress": "tijian.progress.Progress",
}
autodoc_type_aliases = aliases

html_theme = "alabaster"
html_theme_options = {
    "description": "Urban health checks (城市体检): from survey tables to verdicts and problem ledgers",
    "page_width": "80rem",
    "sidebar_width": "16rem",
    "body_max_width": "none",
    "fixed_sidebar": True,
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
# A page at the top that leads to the root document.
html_extra_path = ["start"]


def without_links_out(app, name, content):
    """What lies outside docs/ is not on the site: a link to it becomes its place in the tree."""
    pages = pathlib.Path(app.srcdir).resolve()

    def replaced(link):
        target = (pages / name).parent.joinpath(link[1].partition("#")[0]).resolve()
        return link[0] if target.is_relative_to(pages) else f"`{target.relative_to(pages.parent)}`"

    content[0] = re.sub(r"\[[^\]\n]*\]\((\.\./[^)\s]+)\)", replaced, content[0])


def without_gaps(app, name, content):
    """A line break between Chinese letters is no space."""
    han = "[\u2018-\u201d\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]"
    parts = re.split(r"(^```.*?^```$)", content[0], flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(f"(?<={han})\n(?={han})", "", text) for text in parts[::2]]
    content[0] = "".join(parts)


def with_aliases(app, what, name, value, options, signature, returns):
    """Sphinx writes TypeAliasForwardRef('name') where an alias is a part of a union."""
    return tuple(text and re.sub(r"TypeAliasForwardRef\('([\w.]+)'\)", r"\1", text) for text in (signature, returns))


def without_empty_words(app, what, name, value, options, lines):
    if lines and re.fullmatch(r"Alias for field number \d+", lines[0]):
        lines.clear()


def setup(app):
    app.connect("source-read", without_links_out)
    app.connect("source-read", without_gaps)
    app.connect("autodoc-process-docstring", without_empty_words)
    app.connect("autodoc-process-signature", with_aliases)
