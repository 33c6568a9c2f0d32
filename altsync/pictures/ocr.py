"""Words in a picture, read by RapidOCR: the extra `altsync[ocr]`. Runs in the process of
`apart`; nothing else imports the engine. Its models come in its wheel, and nothing is
fetched: they read Latin letters, digits, Chinese and Japanese. What is written in other
letters comes out as nonsense, and only its digits count (`lint.readings`).
"""

from __future__ import annotations

import functools
import io
import json
import os
from typing import Any

from PIL import Image

SURE = 0.7
"""Of a line, from 0 to 1: below it, it is the grain of a photo as often as not."""
LINES = 200
"""So many are read at most, the tallest first."""


def read(jpeg: bytes) -> bytes:
    """The lines in a prepared picture, from top to bottom: JSON, each with its text, its
    height as a share of the picture's, and how sure the engine is."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        height = picture.height
    found = _engine()(jpeg)
    if found.txts is None:
        return b"[]"
    lines = []
    for text, sure, box in zip(found.txts, found.scores, found.boxes, strict=True):
        if sure >= SURE:
            tall = _height(box) / height
            lines.append((text, round(tall, 4), round(float(sure), 3), box[0][1]))
    lines.sort(key=lambda line: -line[1])
    lines = sorted(lines[:LINES], key=lambda line: line[3])
    return json.dumps([line[:3] for line in lines]).encode()


def _height(box: Any) -> float:
    """Of a line's four corners, however it is turned: of its left side."""
    (left, top), *_, (low_left, bottom) = box
    return float(((low_left - left) ** 2 + (bottom - top) ** 2) ** 0.5)


@functools.cache
def _engine() -> Any:
    nowhere = "http://127.0.0.1:9"
    os.environ.update(
        # The engine would fetch a missing model by itself.
        HTTPS_PROXY=nowhere,
        HTTP_PROXY=nowhere,
        OPENCV_FOR_THREADS_NUM="1",
    )
    import onnxruntime
    from rapidocr import RapidOCR

    onnxruntime.set_default_logger_severity(4)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # nothing stands on its head
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
