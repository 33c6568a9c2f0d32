"""The altsync-demo model, for the llm library (see issue: written with the demonstration site)."""
