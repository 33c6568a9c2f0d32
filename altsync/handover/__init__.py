"""Questions in a file for somebody else to answer, and their answers back.

`outgoing.Export` writes the questions that `altsync generate` would ask, a line each;
`incoming.Import` takes the answers, whoever made them. No model is called here, and
nothing is paid. `lines` is how a question is written, `answers` how an answer is read:
both pure.
"""
