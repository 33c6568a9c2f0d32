"""Pictures: the small copies that models and people see of the site's image files.

`prepare` has one made of an image file: `apart`, in a process of its own, by `shrink`
(`kinds` says of which files, `shape` how large and in how many parts, `colours` on which
ground). `cache` knows under which name it is kept and where (nothing else does),
`thumbnails` makes smaller ones for pages that stand alone, `previews` is the stage that
fetches those that no model has asked for.
"""
