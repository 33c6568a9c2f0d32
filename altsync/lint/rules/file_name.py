"""A file name or a code instead of a text: IMG_1234, sunset-beach-2.jpg, Screenshot
2024-05-01, 640x480, a URL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from altsync.lint.rule import Hit, Limits, Rule
from altsync.lint.text import Seen, slug
from altsync.models import Decision, Severity

_EXTENSION = re.compile(
    r"\.(?:jpe?g|jfif|png|gif|webp|svg|avif|hei[cf]|tiff?|bmp|ico|psd|eps|pdf|cr2|nef"
    r"|arw|dng|mp4|mov)$"
)
_CAMERA = re.compile(
    r"(?:(?:dsc[fn]?|_dsc|img|imag|pxl|dcim|gopr|mvi|cimg|kimg|pict|vid|wp|sam)"
    r"[ _-]?(?:\d{3,}|wa\d+)"
    r"|(?:scan|image|photo|picture|foto|bild)[_-]?\d{2,})"
    r"(?:[ _.()~-]*(?:\d+|wa\d+|hdr|bokeh|edit|edited|copy|crop|cropped|min|scaled|mp"
    r"|cover|burst|e\d+))*\)?$"
    r"|p\d{7}$|[a-z]{1,4}[_-]?\d{5,}[a-z]?$"
)
_SHOT = re.compile(
    r"(?:(?:screen ?shot|screen ?capture|schermafbeelding|schermafdruk|bildschirmfoto"
    r"|capture d.écran|captura de pantalla|schermata|whatsapp image)[ _-]*"
    r"|(?:signal|clipboard|snapchat|fb_img|received)[_-])"
    r"\(?\d[\d\W_]*(?:(?:at|um|om|à|a las|pm|am)[\d\W_]*){0,2}$"
)
_CODE = re.compile(r"[0-9a-f]{16,}$|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$")
_SIZE = re.compile(r"(?:\S+ ){0,2}\d{3,5} ?[x×] ?\d{2,5}(?: ?px)?$")
_JOINED = re.compile(r"[^\W_]+(?:[_-]+[^\W_]+){2,}$")


def check(seen: Seen, limits: Limits) -> Iterator[Hit]:
    text = seen.low
    if len(text) > 80 or not text:
        return
    alone = " " not in text
    if _EXTENSION.search(text) and (alone or text.count(" ") < 4):
        yield Hit(
            "The alt text is a file name.",
            None if alone or _is_the_file(seen) else Severity.WARNING,
        )
    elif alone and text.startswith(
        ("http://", "https://", "www.", "file:", "public://")
    ):
        yield Hit("The alt text is a web address.")
    elif alone and _JOINED.match(text):
        sure = "_" in text or any(map(str.isdigit, text)) or text.count("-") > 2
        yield Hit(
            "The alt text looks like a file name: words joined by dashes.",
            Severity.ERROR if sure else Severity.WARNING,
        )
    elif not any(map(str.isdigit, text)):
        return
    elif not any(map(str.isalpha, text)):
        if seen.given.decision is not Decision.TEXT:
            yield Hit("The alt text is only digits.")
    elif _CAMERA.match(text) or _SHOT.match(text) or _CODE.match(text):
        yield Hit(
            "The alt text is the name that a camera, a phone or a program gave the"
            " file."
        )
    elif _SIZE.match(text):
        yield Hit("The alt text is a size in pixels.")


def _is_the_file(seen: Seen) -> bool:
    return bool(seen.given.file) and slug(seen.given.file or "") == slug(seen.low)


RULE = Rule(
    id="file-name",
    severity=Severity.ERROR,
    sentence=(
        "The text is a file name, a camera's or program's code, a web address, digits"
        " or a size: nobody wrote it."
    ),
    check=check,
)
