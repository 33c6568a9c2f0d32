"""How large a picture is sent, and in how many parts."""

from __future__ import annotations

import pytest

from altsync.pictures.shape import OVERLAP, Shape, fit, shape

SHAPES = {
    (4032, 3024): ((768, 576), 1),
    (3024, 4032): ((576, 768), 1),
    (2304, 768): ((768, 256), 1),
    (60, 30): ((60, 30), 1),
    (700, 20): ((700, 20), 1),  # it fits: nothing is gained by parts
    (1600, 400): ((1024, 256), 1),
    (3072, 768): ((1024, 256), 1),
    (900, 5000): ((256, 1422), 2),
    (900, 9000): ((256, 2560), 3),
    (9000, 900): ((2560, 256), 3),
    (100, 2000): ((100, 2000), 3),  # never enlarged
    (900, 12000): ((58, 768), 0),
    (8000, 100): ((768, 10), 0),
}


@pytest.mark.parametrize(("size", "expected"), SHAPES.items())
def test_sizes_and_parts(
    size: tuple[int, int], expected: tuple[tuple[int, int], int]
) -> None:
    assert shape(size, 768) == Shape(*expected)


@pytest.mark.parametrize("size", [size for size, (_, n) in SHAPES.items() if n > 1])
def test_parts_cover_everything_in_order_and_overlap(size: tuple[int, int]) -> None:
    planned = shape(size, 768)
    boxes = planned.boxes()
    axis = 0 if planned.across else 1
    starts = [box[axis] for box in boxes]
    ends = [box[axis + 2] for box in boxes]
    assert starts == sorted(starts)
    assert (starts[0], ends[-1]) == (0, max(planned.size))
    for end, start in zip(ends, starts[1:], strict=False):
        assert end - start >= OVERLAP * (ends[0] - starts[0]) - 2
    assert max(end - start for start, end in zip(starts, ends, strict=True)) <= 1024
    across = {(box[1 - axis], box[3 - axis]) for box in boxes}
    assert across == {(0, min(planned.size))}


def test_a_small_side_is_kept_to() -> None:
    """An owner who asks for 256 does not get more for an ordinary picture."""
    assert shape((4032, 3024), 256).size == (256, 192)
    assert fit((900, 9000), 768) == (77, 768)
