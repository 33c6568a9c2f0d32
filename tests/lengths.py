"""How long what goes on by chance goes on: `make test` has minutes, `make soak` has the
night and sets LENGTH=10."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

LENGTH = int(os.environ.get("LENGTH", "1"))
"""So many times as many examples, and as much patience."""

AS_FOUND = [Phase.explicit, Phase.reuse, Phase.generate]
"""A machine's failure is told as it was found. Making it shorter takes longer than a test
may (over five minutes for a guard taken out), and then a timeout is all that is told."""

BY_CHANCE = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]
"""What Hypothesis complains of by the clock or by what it happened to draw."""
SHARED = [*BY_CHANCE, HealthCheck.function_scoped_fixture]
"""And for a test whose examples share a fixture on purpose."""

QUICK = settings(
    max_examples=8,
    stateful_step_count=20,
    phases=AS_FOUND,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
"""The form of a machine that every run has time for."""
