"""Words and numbers of charts and signs, held against right texts and against texts with
one number changed: `python -m benchmarks ocr`.

Draws charts, signs and posters with Pillow: several fonts (those of the machine, and
Pillow's own), sizes, the ground of a photo or a plain one, with noise, as large as sites
have them. Each has a right text, one with a number changed, and where it quotes words one
with a letter changed. Reported: how many planted changes the rule `misread` finds, how
many right texts it accuses, for pictures that are read at several sizes, and what reading
takes. Skipped where the extra `altsync[ocr]` is not installed.
"""

from __future__ import annotations

import argparse
import functools
import io
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import altsync
from altsync import lint
from altsync.models import Decision, ReadLine
from altsync.pictures import words
from altsync.pictures.prepare import prepare

PHOTOS = Path(altsync.__file__).parent / "demo" / "photos"
FONTS = Path("/usr/share/fonts")
COUNT = 90
SIDES = (768, 1024, 1536)
SHOPS = ("Harbour Lane", "Mill Street", "Castle Hill", "Station Road", "Old Quay")
NAMES = ("Search", "Direct", "Social", "Referral", "E-mail", "Print")
EVENTS = ("SUMMER FAIR", "OPEN DAY", "BOOK MARKET", "NIGHT RUN", "CITY WALK")


@dataclass(frozen=True)
class Made:
    """A picture with what is true of it."""

    kind: str
    jpeg: bytes
    right: str
    number: str
    """What one number of `right` is, as it stands there."""
    quoted: str = ""
    """A word that `right` quotes."""
    also: str = ""
    """Another right text, whose number stands nowhere: rounded, added up, subtracted, or
    read off the axis."""


Draw = Callable[[random.Random], Made]


@functools.cache
def fonts() -> list[str]:
    """Of this machine, without those that have few letters."""
    found = sorted(str(path) for path in FONTS.rglob("*.ttf"))
    return [path for path in found if "Math" not in path and "Symbol" not in path]


def font(dice: random.Random, size: int) -> ImageFont.FreeTypeFont:
    choices = ["", *fonts()]
    name = dice.choice(choices)
    if name:
        return ImageFont.truetype(name, size)
    default = ImageFont.load_default(size)
    assert isinstance(default, ImageFont.FreeTypeFont)
    return default


def grouped(number: int, dice: random.Random) -> str:
    return dice.choice((f"{number:,}", f"{number:,}".replace(",", "."), str(number)))


def bars(dice: random.Random) -> Made:
    """A chart of bars with their numbers."""
    size = (dice.randrange(900, 1800), dice.randrange(550, 1000))
    picture = Image.new("RGB", size, dice.choice(("white", "#fafafa", "#101828")))
    ink = "white" if picture.getpixel((0, 0)) == (16, 24, 40) else "#222222"
    pen, small = ImageDraw.Draw(picture), font(dice, dice.randrange(18, 40))
    names = dice.sample(NAMES, 4)
    values = [dice.randrange(120, 9800) for _ in names]
    pen.text((30, 15), "Visitors by source", font=font(dice, 44), fill=ink)
    style = dice.choice((",", ".", ""))
    shown = [f"{value:,}".replace(",", style) for value in values]
    step = (size[1] - 110) // len(names)
    for at, (name, value, said) in enumerate(zip(names, values, shown, strict=True)):
        top = 100 + at * step
        long = int((size[0] - 480) * value / max(values)) + 4
        pen.text((30, top), name, font=small, fill=ink)
        pen.rectangle((230, top, 230 + long, top + step // 2), fill="#2563eb")
        pen.text((240 + long, top), said, font=small, fill=ink)
    best = values.index(max(values))
    right = f"Bar chart of visitors by source: {names[best]} leads with {shown[best]}."
    least, most = min(values), values[best]
    also = dice.choice(
        (
            f"{names[best]} leads {names[values.index(least)]} by {most - least:,}.",
            f"Bar chart of visitors, {sum(values):,} in all.",
            f"Bar chart: {names[best]} has over {most // 100 * 100:,} visitors.",
        )
    )
    return Made("bars", finished(picture, dice), right, shown[best], also=also)


def axis(dice: random.Random) -> Made:
    """A line with the ticks of its axis, and the share at its end."""
    size = (dice.randrange(900, 1500), dice.randrange(600, 900))
    picture = Image.new("RGB", size, "white")
    pen, small = ImageDraw.Draw(picture), font(dice, dice.randrange(18, 30))
    low, width = size[1] - 80, size[0]
    for at in range(6):
        level = low - at * (low - 60) // 5
        pen.line((110, level, width - 130, level), fill="#cccccc")
        pen.text((30, level - 12), f"{at * 20}%", font=small, fill="#444444")
    last = dice.choice([one for one in range(23, 98) if one % 20])
    heights = [dice.randrange(5, 95) for _ in range(6)] + [last]
    begin = dice.randrange(2005, 2017)
    points = []
    for at, height in enumerate(heights):
        across = 130 + at * (width - 300) // 6
        points.append((across, low - height * (low - 60) // 100))
        year = str(begin + at)
        pen.text((across - 25, low + 15), year, font=small, fill="#444444")
    pen.line(points, fill="#dc2626", width=5)
    end = (points[-1][0] + 14, points[-1][1] - 14)
    pen.text(end, f"{last}%", font=font(dice, 30), fill="#dc2626")
    right = f"Line chart that ends at {last}% in {begin + 6}."
    also = f"Line chart that passes {heights[3]}% in {begin + 3}."
    return Made("axis", finished(picture, dice), right, f"{last}", also=also)


def sign(dice: random.Random) -> Made:
    """A sign before a photo."""
    photo = dice.choice(sorted(PHOTOS.glob("*/*.jpg")))
    picture = Image.open(photo).convert("RGB").resize((1400, 950))
    pen = ImageDraw.Draw(picture)
    left, top = dice.randrange(100, 500), dice.randrange(80, 400)
    width = dice.randrange(420, 800)
    colours = dice.choice(
        (("#0f5132", "white"), ("white", "black"), ("#ffd60a", "black"))
    )
    pen.rectangle((left, top, left + width, top + width // 2), fill=colours[0])
    shop, number = dice.choice(SHOPS), dice.randrange(15, 990)
    large, small = font(dice, width // 9), font(dice, width // 12)
    pen.text((left + 20, top + 20), shop, font=large, fill=colours[1])
    said = dice.choice(
        (f"{number} m", f"Platform {number % 12 + 1}", f"Est. 19{number % 90 + 10}")
    )
    pen.text((left + 20, top + width // 4), said, font=small, fill=colours[1])
    written = "".join(sign for sign in said if sign.isdigit())
    right = f"A sign reads “{shop}, {said}”."
    return Made("sign", finished(picture, dice), right, written, shop.split()[0])


def poster(dice: random.Random) -> Made:
    """A poster with a date, a time and a price."""
    size = (dice.randrange(700, 1100), dice.randrange(900, 1500))
    ground = tuple(dice.randrange(0, 110) for _ in range(3))
    picture = Image.new("RGB", size, ground)
    pen = ImageDraw.Draw(picture)
    event, day, hour = (
        dice.choice(EVENTS),
        dice.randrange(13, 29),
        dice.randrange(13, 22),
    )
    price = dice.randrange(13, 60)
    rows = (
        event,
        f"{day} June {dice.randrange(2022, 2027)}",
        f"{hour}:30",
        f"€ {price}",
    )
    for at, row in enumerate(rows):
        letters = font(dice, size[0] // (8 if at == 0 else 14))
        pen.text((50, 80 + at * size[1] // 5), row, font=letters, fill="white")
    right = (
        f"Poster for “{event.title()}” on {rows[1]} at {rows[2]}, entrance {rows[3]}."
    )
    number = dice.choice((str(day), str(price)))
    return Made(
        "poster", finished(picture, dice), right, number, event.split()[0].title()
    )


def table(dice: random.Random) -> Made:
    """A table in small print."""
    size = (dice.randrange(1300, 1700), dice.randrange(800, 1000))
    picture = Image.new("RGB", size, "white")
    pen, small = ImageDraw.Draw(picture), font(dice, dice.randrange(13, 20))
    rows = [(shop, dice.randrange(130, 9900), dice.randrange(13, 99)) for shop in SHOPS]
    for at, (shop, visits, share) in enumerate(rows):
        for across, said in ((40, shop), (500, f"{visits:,}"), (900, f"{share}.5 kg")):
            pen.text((across, 60 + at * 120), said, font=small, fill="#333333")
    shop, visits, _ = dice.choice(rows)
    right = f"Table of shops: {shop} has {visits:,} visits."
    total = rows[0][1] + rows[1][1]
    also = f"Table of shops, the first two with {total:,} visits together."
    return Made("table", finished(picture, dice), right, f"{visits:,}", also=also)


def finished(picture: Image.Image, dice: random.Random) -> bytes:
    """As a file: turned a little, or with noise, now and then."""
    if dice.random() < 0.3:
        angle = dice.uniform(-3, 3)
        picture = picture.rotate(angle, Image.Resampling.BICUBIC, fillcolor="#888888")
    if dice.random() < 0.4:
        noise = Image.effect_noise(picture.size, dice.uniform(10, 40)).convert("RGB")
        picture = Image.blend(picture, noise, 0.15)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=dice.choice((60, 75, 88)))
    return out.getvalue()


def changed(text: str, number: str, dice: random.Random) -> str:
    """One digit of the number is another, or two have changed places."""
    at = dice.randrange(len(number))
    while not number[at].isdigit():
        at = dice.randrange(len(number))
    other = dice.choice([one for one in "123456789" if one != number[at]])
    wrong = number[:at] + other + number[at + 1 :]
    head, _, tail = text.rpartition(number)
    return f"{head}{wrong}{tail}"


def misspelled(text: str, word: str, dice: random.Random) -> str:
    at = dice.randrange(1, len(word))
    other = dice.choice([one for one in "aeioulnrst" if one != word[at]])
    return text.replace(word, word[:at] + other + word[at + 1 :])


def said(text: str, lines: tuple[ReadLine, ...]) -> list[str]:
    """What the rule says at warning."""
    evidence = lint.Evidence(read=lines)
    rules = lint.ruleset().only(frozenset(["misread"]))
    found = lint.check(evidence.text(text, Decision.INFORMATIVE), rules)
    return [one.message for one in found if one.severity == "warning"]


@dataclass
class Tally:
    """Of one size."""

    made: int = 0
    accused: int = 0
    others: int = 0
    others_accused: int = 0
    numbers: int = 0
    quotes: int = 0
    quoted: int = 0
    seconds: float = 0.0


def main() -> None:
    given = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    given.add_argument("--count", type=int, default=COUNT)
    given.add_argument("--seed", type=int, default=20261129)
    given.add_argument("--side", type=int, nargs="*", default=SIDES)
    given.add_argument("--show", action="store_true", help="what went wrong")
    options = given.parse_args()
    if not words.is_there():
        print("Skipped: pip install 'altsync[ocr]' brings what reads words.")
        return
    dice = random.Random(options.seed)
    kinds: tuple[Draw, ...] = (bars, axis, sign, poster, table)
    made = [kinds[at % len(kinds)](dice) for at in range(options.count)]
    print(f"{len(made)} pictures, {len(fonts()) + 1} fonts, {words.engine()}\n")
    print(
        "| side | wrong numbers found | wrong quotes found | right texts accused"
        " | of those worked out | s |"
    )
    print("|---|---|---|---|---|---|")
    for side in options.side:
        total, by_kind = measure(made, side, random.Random(7), show=options.show)
        print(
            f"| {side} | {total.numbers}/{total.made} = {total.numbers / total.made:.2f}"
            f" | {total.quoted}/{total.quotes} = {total.quoted / total.quotes:.2f}"
            f" | {total.accused}/{total.made} = {total.accused / total.made:.2f}"
            f" | {total.others_accused}/{total.others}"
            f" | {total.seconds / total.made:.2f} |",
            flush=True,
        )
        print(f"  missed: {dict(by_kind)}")


def measure(
    made: list[Made], side: int, dice: random.Random, *, show: bool
) -> tuple[Tally, Counter[str]]:
    total, missed = Tally(), Counter[str]()
    for one in made:
        jpeg = prepare(one.jpeg, side).jpeg
        start = time.perf_counter()
        lines = words.read(jpeg)
        total.seconds += time.perf_counter() - start
        total.made += 1
        if accused := said(one.right, lines):
            total.accused += 1
            if show:
                print("accused:", one.right, accused, [line.text for line in lines])
        if one.also:
            total.others += 1
            accused = said(one.also, lines)
            total.others_accused += bool(accused)
            if show and accused:
                print("accused:", one.also, accused, [line.text for line in lines])
        wrong = changed(one.right, one.number, dice)
        if said(wrong, lines):
            total.numbers += 1
        else:
            missed[one.kind] += 1
            if show:
                print("missed:", wrong, [line.text for line in lines])
        if one.quoted:
            total.quotes += 1
            total.quoted += bool(said(misspelled(one.right, one.quoted, dice), lines))
    return total, missed


if __name__ == "__main__":
    main()
