"""Datasette's own pages, for who does not see them: their language, where the content
begins, the order of headings, and names of fields that have none.

Its templates are changed as they are read, in the places that are known to lack
something, and nowhere else: templates of altsync's own would hold those pages at one
release. What a release has mended itself, and what an owner wrote, is left as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment

_NAMES = (
    ("select", 'name="_filter_column_', "Column of filter {{ loop.index }}"),
    ("select", 'name="_filter_op_', "Comparison of filter {{ loop.index }}"),
    (
        'input type="text"',
        'name="_filter_value_',
        "Value of filter {{ loop.index }}",
    ),
    ("select", 'name="_filter_column"', "Column of a new filter"),
    ("select", 'name="_filter_op"', "Comparison of a new filter"),
    ('input type="text"', 'name="_filter_value"', "Value of a new filter"),
    ("select", 'name="_sort"', "Sort by"),
)
"""Element, the beginning of its name, and what it is called."""
_FIELDS = tuple(
    (f"<{element} {field}", f'<{element} aria-label="{name}" {field}')
    for element, field, name in _NAMES
)
_COLUMNS = (
    (
        '<dl class="column-descriptions">',
        '<details class="columns"><summary>What the columns mean</summary>'
        '<dl class="column-descriptions">',
    ),
    ("{% endfor %}\n</dl>", "{% endfor %}\n</dl></details>"),
)
"""Two dozen definitions stood before the first row."""
_EDITOR = (
    ('<textarea id="sql-editor"', '<textarea id="sql-editor" aria-label="SQL"'),
    ("<h3>Custom SQL query", '<h3 aria-level="2">Custom SQL query'),
)
_CUT = (
    '<p class="export-links">',
    "{% set cut = altsync_cut(database, query.sql, query.params, display_rows|length) %}"
    "{% if cut %}<p><strong>{{ cut }}</strong></p>{% endif %}"
    '<p class="export-links">',
)
"""Above the rows of a query: that there are more, and how many. Its `truncated` is not
asked: an alpha of 1.0 leaves it out."""
_STREAMED = (
    (
        '<a href="{{ url_csv }}">',
        '<a href="{{ url_csv }}'
        '{% if not request.args.get("_next") %}&amp;_stream=on{% endif %}">',
    ),
    ('name="_stream">', 'name="_stream" checked>'),
)
"""The CSV of a table is all of it. Datasette streams none from the middle."""
_NAMED = 'setTimeout(() => editor.contentDOM.setAttribute("aria-label", "SQL"));'
"""The editor of Datasette 1.0, once it is there."""
CHANGES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "base.html": (
            ("<html>", '<html lang="en">'),
            ('<section class="content">', '<section class="content" role="main">'),
        ),
        "table.html": (
            *_FIELDS,
            *_COLUMNS,
            *_STREAMED,
            (
                "<h3>",
                '<h3 aria-level="2">',
            ),  # the second level, with the looks of the third
            ('<h3 class="table-summary">', '<h3 class="table-summary" aria-level="2">'),
        ),
        "database.html": _EDITOR,
        "query.html": (*_EDITOR, _CUT),
        "_codemirror_foot.html": (
            ("lineWrapping: true,", 'lineWrapping: true, screenReaderLabel: "SQL",'),
            ("var editor = (window.editor", f"{_NAMED} var editor = (window.editor"),
        ),
    }
)
"""By template: what stands there, and what is read instead."""


def mended(name: str, source: str) -> str:
    """The source of one of Datasette's templates with what it lacks."""
    for old, new in CHANGES.get(name, ()):
        if new not in source:
            source = source.replace(old, new)
    return source


def mend(env: Environment) -> None:
    """Let an environment of Datasette read its own templates so."""
    import datasette
    from jinja2 import BaseLoader as Loader

    own = Path(datasette.__file__).parent / "templates"
    before = cast("BaseLoader", env.loader)

    class Mending(Loader):
        """What the loader before finds, mended where it is Datasette's own."""

        def get_source(self, environment: Environment, template: str) -> Any:
            source, file, fresh = before.get_source(environment, template)
            if file is not None and Path(file).parent == own:
                source = mended(Path(file).name, source)
            return source, file, fresh

        def list_templates(self) -> list[str]:
            return before.list_templates()

    env.loader = Mending()
