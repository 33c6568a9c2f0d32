"""The altsync command."""

from __future__ import annotations


def main() -> None:
    """Console entry point."""
