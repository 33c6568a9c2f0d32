"""What rules look for, by language: one TOML file a list (`altsync.wordlists.tables`)."""
