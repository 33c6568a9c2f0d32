"""How the documentation site is built: `make site`, strict, without a network.

Sphinx, MyST and furo, as llm, sqlite-utils and Datasette have it. The search works from
the disk too, and nothing is loaded from elsewhere.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

HERE = Path(__file__).parent

project = "altsync"
author = "The people of altsync"
project_copyright = author
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["drupal-recipe"]
nitpicky = True

myst_heading_anchors = 4
smartquotes = False

html_theme = "furo"
html_title = "altsync"
html_theme_options = {
    "light_css_variables": {
        "color-brand-primary": "#14532d",
        "color-brand-content": "#14532d",
        "color-brand-visited": "#14532d",
    },
    "dark_css_variables": {
        "color-brand-primary": "#86d8a5",
        "color-brand-content": "#86d8a5",
        "color-brand-visited": "#86d8a5",
    },
}
html_static_path = ["_static"]
html_css_files = ["altsync.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_permalinks_icon = "#"
html_search_language = "en"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

OUTSIDE = {
    "CONTRIBUTING.md": "contributing",
    "altsync/demo/photos/README.md": "credits",
}
"""Files beside docs/ that README links to: the pages that show them."""

_ANCHOR = re.compile(r'<a id="([a-z-]+)"></a>\n')
_COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
_anchors: dict[str, list[str]] = {}


def prepare(app: Sphinx, name: str, source: list[str]) -> None:
    """What cog and the tests read in the sources is nothing for readers; `<a id="…">`
    before a heading is an address that stays, and links to it are checked."""
    text = _COMMENT.sub("", source[0])
    _anchors[name] = _ANCHOR.findall(text)
    source[0] = _ANCHOR.sub(r"(\1)=\n", text)


def know_anchors(app: Sphinx, tree: nodes.document) -> None:
    """Links from other pages find them like headings."""
    name = app.env.docname
    slugs = dict(app.env.metadata[name].get("myst_slugs", {}))
    slugs |= {anchor: (0, anchor, anchor) for anchor in _anchors.get(name, [])}
    app.env.metadata[name]["myst_slugs"] = slugs


def lead_inside(app: Sphinx, tree: nodes.document) -> None:
    """README is the first page too; what it links beside docs/ is a page there."""
    for link in tree.findall(addnodes.pending_xref):
        page = OUTSIDE.get(link["reftarget"])
        if page is not None:
            link["refdomain"], link["reftype"] = "std", "doc"
            link["reftarget"], link["refexplicit"] = f"/{page}", True


MENDED = (
    ('<p class="caption" role="heading">', '<p class="caption">'),
    (
        '<aside class="sidebar-drawer">',
        '<aside class="sidebar-drawer" aria-label="Site">',
    ),
    ('<aside class="toc-drawer', '<aside aria-label="Contents" class="toc-drawer'),
    ("<pre>", '<pre tabindex="0">'),
    ('<div id="search-results">', '<h1>Search</h1><div id="search-results">'),
)
"""What furo's and Sphinx's pages lack for who listens or types: axe-core finds none of it
any more (tests/test_site.py)."""


def mend(app: Sphinx, error: Exception | None) -> None:
    for file in Path(app.outdir).rglob("*.html"):
        text = file.read_text("utf-8")
        for lacking, better in MENDED:
            text = text.replace(lacking, better)
        file.write_text(text, "utf-8")


def publish_schemas(app: Sphinx, exception: Exception | None) -> None:
    """Each at the address that it gives itself as `$id`."""
    if exception is None:
        shutil.copytree(HERE / "schemas", app.outdir / "schemas", dirs_exist_ok=True)


def setup(app: Sphinx) -> None:
    app.connect("build-finished", publish_schemas)
    app.connect("build-finished", mend)
    app.connect("source-read", prepare)
    app.connect("doctree-read", know_anchors)
    app.connect("doctree-read", lead_inside)
