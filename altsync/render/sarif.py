"""The audit as SARIF 2.1.0 (OASIS, 2020), the format that code hosts and CI show as
annotations. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit

from altsync.models import Audit, Remark, Severity
from altsync.render.text import quoted

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def document(audit: Audit, version: str) -> Iterator[str]:
    """Pieces of one SARIF log with one run; `version` is altsync's."""
    rules = {group.rule: group for group in reversed(audit.groups)}
    index = {rule: at for at, rule in enumerate(rules)}
    driver = {
        "name": "altsync",
        "version": version,
        "rules": [
            {
                "id": group.rule,
                "shortDescription": {"text": group.sentence},
                "defaultConfiguration": {"level": _LEVEL[group.severity]},
            }
            for group in rules.values()
        ],
    }
    yield f'{{"$schema": {json.dumps(SCHEMA)}, "version": "2.1.0", "runs": ['
    yield f'{{"tool": {{"driver": {json.dumps(driver)}}}, '
    yield '"columnKind": "unicodeCodePoints", "results": ['
    before = "\n  "
    for group in audit.groups:
        for remark in group.remarks:
            yield before + json.dumps(_result(remark, index[group.rule]))
            before = ",\n  "
    yield "]}]}\n"


def _result(remark: Remark, index: int) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": remark.image, "kind": "resource"}]
    }
    if uri := _uri(remark.page) or _uri(remark.picture):
        location["physicalLocation"] = {"artifactLocation": {"uri": uri}}
    return {
        "ruleId": remark.finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[remark.finding.severity],
        "message": {"text": f"{quoted(remark.alt)}: {remark.finding.message}"},
        "locations": [location],
        "partialFingerprints": {"altText/v1": _fingerprint(remark)},
    }


def _fingerprint(remark: Remark) -> str:
    """The same for the same finding about the same text, run after run."""
    same = "\0".join((remark.finding.rule, remark.image, repr(remark.alt)))
    digest = hashlib.sha256(same.encode("utf-8", "backslashreplace"))
    return digest.hexdigest()[:32]


def _uri(address: str | None) -> str | None:
    """An address as a valid URI reference, or None. The site's addresses may hold anything."""
    if not address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc:
        return None
    return quote(address.encode("utf-8", "replace"), safe=":/?#[]@!$&'()*+,;=%~-._")
