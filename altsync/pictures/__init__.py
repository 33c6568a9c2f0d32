"""Pictures: the small copies that models and people see of the site's image files.

`prepare` makes one of an image file, `cache` knows under which name it is kept and
where (nothing else does), `thumbnails` makes smaller ones for pages that stand alone,
`previews` is the stage that fetches those that no model has asked for.
"""
