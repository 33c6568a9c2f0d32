"""Run some or all benchmarks."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks

NAMES = [
    m.name
    for m in pkgutil.iter_modules(benchmarks.__path__)
    if m.name not in ("__main__", "measure")
]

if __name__ == "__main__":
    names = sys.argv[1:] or NAMES
    del sys.argv[1:]  # a benchmark that is run by itself takes arguments of its own
    for name in names:
        if name not in NAMES:
            sys.exit(f"There is no benchmark {name}. There are: {', '.join(NAMES)}")
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()
