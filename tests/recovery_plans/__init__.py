"""Recovery plans: what a plan may say, how it is stored and hashed, and what a look at all its members shows."""
