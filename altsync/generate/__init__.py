"""The generate stage: images without a text -> candidates with their provenance,
through the llm library.

`stage.generate` is the library's entry; the other modules are the steps that it takes
for one image, in this order: `context` (what is known), `pictures.prepare` (what the model
sees), `prompt` (what it is asked), `asking` (the call), `answer` (what counts as one),
`cost`. Nothing here writes SQL: results go through the writer that the caller gives.
"""
