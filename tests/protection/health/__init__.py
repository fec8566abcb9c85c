"""The health of items: expected runs against a model, due times across clock changes, misses once and at their time."""
