"""The real command on the demonstration site, as the tests of the commands have it."""

from tests.cli.conftest import mirrored, owner, prepared, site

__all__ = ["mirrored", "owner", "prepared", "site"]
