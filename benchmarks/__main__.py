"""Run some or all benchmarks.

python -m benchmarks                     # all that need nothing
python -m benchmarks review export       # these
python -m benchmarks lint_corpus --corpus DIR    # one, with arguments of its own
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.texts import NoCorpus

NAMES = [
    m.name
    for m in pkgutil.iter_modules(benchmarks.__path__)
    if m.name not in ("__main__", "measure", "texts")
]


def main() -> None:
    given = sys.argv[1:]
    of_all = [one for one in given if one in NAMES] or NAMES
    own = [one for one in given if one not in NAMES]
    if own and (len(of_all) > 1 or given[0] not in NAMES):
        sys.exit(f"There is no benchmark {own[0]}. There are: {', '.join(NAMES)}")
    del sys.argv[1:]
    sys.argv += own
    for name in of_all:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        try:
            module.main()
        except NoCorpus as missing:
            print(missing, flush=True)


if __name__ == "__main__":
    main()
