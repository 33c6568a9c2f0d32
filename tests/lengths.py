"""How long what goes on by chance goes on: `make test` has minutes, `make soak` has the
night and sets LENGTH=10."""

from __future__ import annotations

import os

LENGTH = int(os.environ.get("LENGTH", "1"))
"""So many times as many examples, and as much patience."""
