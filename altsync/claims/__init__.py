"""What a text claims, and whether another one says the same: plain rules by language. Pure."""
