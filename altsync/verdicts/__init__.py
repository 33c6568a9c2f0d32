"""A person's yes and no to candidates: the policy, the acts, samples and comparisons."""
