"""Settings of Sphinx for the documentation site: ``make docs``.

The pages are read from the root of the repository, so that a relative link leads to the same file on the site and
where the repository is shown. They are plain Markdown: their order comes from the links of index.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils.nodes import Element
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import quoth

logging.getLogger("faiss").setLevel(logging.WARNING)

project = "Quoth"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
root_doc = "docs/index"
include_patterns = [
    "*.md", "docs/**", "qa/ranking/*.md",
    "benchmarks/quality/*.md", "benchmarks/quality/documents/*.md", "benchmarks/performance/shards.md",
]  # fmt: skip
exclude_patterns = [".*", "**/.*", "build", "dist", "index", "quoth", "seeds", "tests", "ui"]

html_theme = "furo"
html_title = "Quoth"
html_show_copyright = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
copybutton_exclude = ".linenos, .gp, .go"

myst_heading_anchors = 3

autodoc_default_options = {"members": True, "undoc-members": True, "exclude-members": "derived, placed"}
maximum_signature_line_length = 80
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
default_role = "code"
nitpick_ignore_regex = [
    ("py:.*", r"(collections|contextlib|datetime|numpy|os|pathlib|types|typing)\..*|ValueError|Span"),
    ("myst", r".*/"),  # a folder, which has no page
]

HERE = Path(__file__).parent
_SECTION = re.compile(r"^## (.+)\n((?:(?!## ).*\n)*)", re.MULTILINE)
FIRST_PAGE = '<!doctype html><meta http-equiv="refresh" content="0; url=docs/index.html"><title>Quoth</title>'


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_contents)
    app.connect("autodoc-process-signature", show_factories)
    app.connect("missing-reference", find_public)
    app.connect("build-finished", add_first_page)


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Add the tables of contents to index.md: for each heading the pages that are linked below it, in their order.

    A page that is not linked anywhere comes last.
    """
    if name == root_doc:
        listed = {heading: [*_linked(text)] for heading, text in _SECTION.findall(source[0])}
        everywhere = {page for pages in listed.values() for page, _ in pages}
        *_, last = listed.values()
        last += [(page, "") for page in sorted(app.env.found_docs - everywhere - {root_doc})]
        for heading, pages in listed.items():
            entries = "".join(f"{title} </{page}>\n" if title else f"/{page}\n" for page, title in pages)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{entries}```\n"


def _linked(text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each page that is linked, and its title there."""
    for title, link in re.findall(r"\[([^]]+)\]\(([^)#]+)", text):
        page = Path(HERE, link).resolve().relative_to(HERE.parent)
        yield page.with_suffix("").as_posix(), f"{title[0].upper()}{title[1:]}".replace("\n", " ")


def show_factories(*found: Any) -> tuple[str, str | None] | None:
    """Return a signature whose defaults Sphinx can read: one that is made for each record has no text."""
    *_, signature, returned = found
    return (signature.replace("<factory>", "..."), returned) if signature else None


def find_public(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: Element) -> Element | None:
    """Return a reference to a public name for a type that is named by its module."""
    name = node["reftarget"].rpartition(".")[2]
    if node.get("refdomain") != "py" or name not in quoth.__all__:
        return None
    return env.domains.python_domain.resolve_xref(
        env, node["refdoc"], app.builder, "obj", f"quoth.{name}", node, content
    )


def add_first_page(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        Path(app.outdir, "index.html").write_text(FIRST_PAGE, "utf-8")
