"""Every variable of the environment that altsync reads, and what it is for. A test greps
the code for more."""

from __future__ import annotations

OWN = {
    "ALTSYNC_CONFIG": "The altsync.toml to use, where --config does not name one.",
    "ALTSYNC_TOKEN": (
        "The token of an album site, or of a Drupal with login `header`; the client's"
        " secret with login `oauth`. Else llm's key `altsync` (`altsync keys set altsync`)."
    ),
    "ALTSYNC_PASSWORD": (
        "The password of the Drupal user that altsync.toml names (login `cookie` or"
        " `basic`). Else llm's key `altsync`."
    ),
    "ALTSYNC_FRONT_USER": "The user of HTTP Basic before the whole site ([site] front).",
    "ALTSYNC_FRONT_PASSWORD": "The password that goes with it.",
    "ALTSYNC_…": (
        "Any other name: what stands for {ALTSYNC_…} in a parameter of an address of"
        " altsync.toml, such as ?key={ALTSYNC_PICTURES}."
    ),
    "_ALTSYNC_COMPLETE, COMP_WORDS, COMP_BREAKS, COMP_CWORD": (
        "Set by the shell while it completes a line."
    ),
}
"""Those that are altsync's alone. All but the first and the last are taken for secrets:
no message, log or database holds their values."""

SHARED = {
    "ACCESSIBLE": "Progress without a bar, plans without signs, all in words, if it is"
    " not empty or 0.",
    "NO_COLOR": "No colours, if it is not empty.",
    "TERM": "`dumb`: neither colours nor a bar.",
    "COLUMNS": "How wide help is, where the terminal does not say.",
    "PAGER": "What shows long output on a terminal.",
    "LESS": "Options of that pager; FRX where it is not set.",
    "LLM_USER_PATH": "Where llm keeps its keys and models.",
    "OLLAMA_HOST": "Where Ollama answers.",
    "HTTPS_PROXY, HTTP_PROXY, NO_PROXY": "The way to the site.",
    "REQUESTS_CA_BUNDLE": "Whose certificates are believed.",
    "TMPDIR": "Where what has no other place is kept for a moment.",
    "XDG_STATE_HOME": "Where altsync remembers by which name a database is opened.",
    "SUDO_UID": "As root: whose altsync.toml above the working directory counts, too.",
}
"""Those that other programs read, too. Providers' keys, such as OPENAI_API_KEY, are
llm's affair."""

NOT_SECRET = frozenset({"ALTSYNC_CONFIG"})


def markdown() -> str:
    """Both as one table."""
    rows = [f"| `{name}` | {about} |" for name, about in (OWN | SHARED).items()]
    return "\n".join(["| variable | what it is for |", "|---|---|", *rows])
