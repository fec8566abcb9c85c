"""The error catalogue: it is complete and unambiguous, and each remedy fits the cause that Azure's message names."""
