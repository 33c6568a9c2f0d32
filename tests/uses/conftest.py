"""The mirror without a site that the store's tests have."""

from __future__ import annotations

from tests.store.conftest import shelf

__all__ = ["shelf"]
