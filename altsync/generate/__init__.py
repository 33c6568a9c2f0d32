"""The generate stage: images without a text -> candidates with their provenance,
through the llm library.

`stage.Generate` is the library's entry. What it is told: `settings` (how to ask; `setup`
makes them of an altsync.toml), `choosing` (about which images), `estimate` (for what
money). What it does for one image, in this order: `describing` and `infile` gather the
`context`, `prompt` is what is asked, `job` knows whether that was paid for before, `purse`
sets money aside, `work` asks (`pace`, `asking`, `trouble`), `answer` and `checking` say
what counts as a text, `books` keeps it. No SQL stands here: that is the store's.
"""
