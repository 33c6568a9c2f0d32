"""altsync.toml of a mirror whose questions are handed to one provider's batches."""

from __future__ import annotations

MODELS = {"openai": "double", "anthropic": "anthropic/claude-haiku-4-5-20251001"}
HOUSE = """\
[site]
url = "http://site.test"
source = "memory"
database = "altsync.db"
[generate]
log = false
[generate.prices]
"{model}" = {{ input = 1.0, output = 10.0 }}
"""
