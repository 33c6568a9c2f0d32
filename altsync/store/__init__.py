"""Every SQL statement of altsync. `store.Store` opens the database; the other modules
hold its tables: `mirror` (images, observations, pulls), `candidates` (prompts,
candidates, reviews), `journal` (pushes), `reports`.
"""
