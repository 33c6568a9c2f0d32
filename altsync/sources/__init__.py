"""Adapters that speak to the site: `album`, `jsonapi`, `memory`. See `base.Source`."""
