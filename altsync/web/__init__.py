"""The altsync plugin for Datasette."""
