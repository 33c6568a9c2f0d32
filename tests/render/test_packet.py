"""The page of a packet: everything is escaped, and nothing but its own script runs."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from altsync.models import Finding, Severity
from altsync.models.packet import PacketLine
from altsync.render import packet
from altsync.render.packet import PacketHead, PacketImage, PacketText

EVIL = '</script><script>alert("x")</script>'
HEAD = PacketHead("bcdfghjk", "https://site.test", "owner", 'A"nna', 512, 500)


def one(line: PacketLine, **more: object) -> PacketImage:
    """An image with a single text."""
    return PacketImage(line.image, (PacketText(line),), None, **more)  # type: ignore[arg-type]


def page(*images: PacketImage, head: PacketHead = HEAD) -> str:
    return "".join(packet.page(head, images, "run();", "p { margin: 0 }"))


def test_what_others_wrote_is_text() -> None:
    line = PacketLine("bcdfghjk", 1, EVIL, 7, "seen", EVIL, f"{EVIL}\nmore")
    finding = Finding("cut", Severity.WARNING, EVIL)
    text = PacketText(line, EVIL, (finding,), (EVIL,))
    image = PacketImage(EVIL, (text, text), EVIL, ((EVIL, EVIL),), 'pic"s/1.jpg', "de")
    found = page(image)
    assert "<script>alert" not in found
    assert found.count("<script") == 2
    assert 'src="pic&quot;s/1.jpg"' in found
    assert 'value="A&quot;nna"' in found
    assert found.count(' lang="de"') == 6
    assert "Text 2 of 2 of " in found
    data = re.search(r'<script type="application/json"[^>]*>(.*)</script>', found)
    assert data is not None
    assert json.loads(data[1])["lines"]["1"] == {
        "packet": "bcdfghjk",
        "line": "1",
        "image": EVIL,
        "candidate": "7",
        "proposed text": EVIL,
        "long description": f"{EVIL}\nmore",
        "checksum": line.checksum,
    }


def test_its_policy_lets_only_its_own_script_and_styles_run() -> None:
    found = page(one(PacketLine("bcdfghjk", 1, "a/1", 7, "seen", "A dog.")))
    policy = found.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        for content in re.findall(rf"<{tag}>(.*?)</{tag}>", found, re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest())
            assert f"sha256-{digest.decode()}" in policy
    assert "default-src &#x27;none&#x27;" in policy


def test_what_can_be_chosen_depends_on_what_is_proposed() -> None:
    found = page(one(PacketLine("bcdfghjk", 1, "a/1", None, "seen", "")))
    values = re.findall(r'type="radio" name="v1" value="([^"]*)"', found)
    assert values == ["", "own text", "decorative"]
    assert "Nothing is proposed" in found
    assert "no picture" in found

    found = page(one(PacketLine("bcdfghjk", 1, "a/1", 7, "seen", "")))
    assert found.count('type="radio"') == 6
    assert "no text, since the image only decorates" in found


def test_nobody_is_named_where_nobody_was() -> None:
    line = PacketLine("bcdfghjk", 1, "a/1", 7, "seen", "A dog.")
    head = PacketHead("bcdfghjk", "https://site.test", "owner", "", 512, 500)
    assert "Packet bcdfghjk.</p>" in page(one(line), head=head)
    assert ", for A&quot;nna.</p>" in page(one(line))
