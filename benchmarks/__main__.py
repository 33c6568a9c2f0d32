"""Run some or all benchmarks."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks

NAMES = [m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name not in ("__main__", "measure")]

if __name__ == "__main__":
    for name in sys.argv[1:] or NAMES:
        if name not in NAMES:
            sys.exit(f"There is no benchmark {name}. There are: {', '.join(NAMES)}")
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"{name}: {(module.__doc__ or '').splitlines()[0]}", flush=True)
        module.main()
