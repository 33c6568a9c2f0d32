"""Write the JSON Schemas of all documents to docs/schemas, or say that they are current.

python .ci/schemas.py            write them
python .ci/schemas.py --check    end with 1 where a file is not what its types say
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from altsync.documents.schema import files  # noqa: E402

DIRECTORY = ROOT / "docs" / "schemas"


def main() -> int:
    wanted = files()
    there = {path.name: path.read_text("utf-8") for path in DIRECTORY.glob("*.json")}
    if "--check" in sys.argv[1:]:
        stale = sorted(
            name
            for name in wanted.keys() | there.keys()
            if wanted.get(name) != there.get(name)
        )
        if stale:
            print(f"Not current: {', '.join(stale)}. Write them with: make docs")
        return bool(stale)
    DIRECTORY.mkdir(exist_ok=True)
    for name in there.keys() - wanted.keys():
        (DIRECTORY / name).unlink()
    for name, text in wanted.items():
        (DIRECTORY / name).write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
